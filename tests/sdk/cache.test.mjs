// What the client keeps of its answers, and what it makes of a store that is full, broken, slow or holds
// something else.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "../clients/harness.mjs";
import { clientFor, flagMap, json, misbehaving, oneFlag, PATIENT, SOME_KEY } from "./service.mjs";

const unhandled = [];
process.on("unhandledRejection", (error) => unhandled.push(error));
after(() => assert.deepEqual(unhandled, [], "no rejection is left to nobody"));

const ALL = { a: "served", b: { deep: [1] } };

/** A server that can be turned off; then it answers 503. */
async function service(t) {
  const server = await misbehaving(t, (response, body, { url }) => {
    if (server.off) return json(response, {}, 503);
    const all = server.flags ?? ALL;
    json(response, url.endsWith("all") ? flagMap(all) : oneFlag(body.key, all[body.key]));
  });
  const client = (more) => clientFor(t, { url: server.url, key: SOME_KEY, entityId: "ada", timeout: PATIENT, ...more });
  return Object.assign(server, { client });
}

/** Like `localStorage`; `slowly` like AsyncStorage, which answers later. */
function memory(slowly) {
  const entries = new Map();
  const answer = (value) => (slowly ? new Promise((done) => setTimeout(done, 5, value)) : value);
  return {
    entries,
    getItem: (key) => answer(entries.get(key) ?? null),
    setItem: (key, value) => answer(void entries.set(key, value)),
    removeItem: (key) => answer(void entries.delete(key)),
  };
}

test("without a cache the fallback is the value while there is no answer", async (t) => {
  const server = await service(t);
  const client = server.client();
  await client.evaluateAll();
  server.off = true;
  assert.equal(await client.evaluate("a", "mine"), "mine");
  assert.deepEqual(await client.evaluateAll(), {});
});

for (const [kind, slowly] of [
  ["at once", false],
  ["later", true],
]) {
  test(`a store that answers ${kind} serves the start without a server`, async (t) => {
    const server = await service(t);
    const storage = memory(slowly);
    const first = server.client({ cache: { storage } });
    const began = Date.now();
    await first.evaluateAll();
    await until("it is kept", () => storage.entries.size === 1);
    server.off = true;
    const second = server.client({ cache: { storage } });
    if (!slowly) assert.equal(second.snapshot().ready, true, "before any call");
    await second.start();
    const { ready, flags } = second.snapshot();
    assert.deepEqual([ready, flags.a.value, flags.a.from], [true, "served", "cache"]);
    const { value, from, at, error } = await second.detail("a", "mine");
    assert.deepEqual(
      [value, from, error],
      ["served", "cache", { kind: "ERROR", errorKind: "SERVER", message: "HTTP 503" }],
    );
    assert.ok(at >= began && at <= Date.now(), "as old as the answer");
    assert.deepEqual(await second.evaluateAll(), ALL);
    assert.equal(await second.evaluate("c", "mine"), "mine", "what was never answered");
    assert.deepEqual(await second.evaluate("b"), { deep: [1] });
    assert.equal(await second.evaluate("b", "mine"), "mine", "of another type");
  });

  test(`a store that answers ${kind} is read for the entity that is asked about`, async (t) => {
    const server = await service(t);
    const storage = memory(slowly);
    await server.client({ cache: { storage } }).evaluateAll();
    server.off = true;
    const other = server.client({ cache: { storage }, entityId: "bob" });
    await other.start();
    assert.deepEqual([other.snapshot().ready, other.snapshot().flags], [false, {}]);
    assert.equal(await other.evaluate("a", "mine"), "mine");
    assert.equal((await other.identify("ada")).a, "served");
    assert.equal((await server.client({ cache: { storage }, entityId: undefined }).detail("a", "mine")).value, "mine");
  });
}

test("a single answer is kept, too, without making the client ready", async (t) => {
  const server = await service(t);
  const storage = memory();
  await server.client({ cache: { storage } }).evaluate("a");
  server.off = true;
  const second = server.client({ cache: { storage } });
  assert.equal(second.snapshot().ready, false);
  assert.equal(await second.evaluate("a", "mine"), "served");
});

test("the server's word that there is no such flag counts, whatever is cached", async (t) => {
  const server = await service(t);
  const client = server.client({ cache: { storage: "memory" } });
  await client.evaluateAll();
  server.answer = (response) => json(response, { reason: { kind: "ERROR", errorKind: "FLAG_NOT_FOUND" } }, 404);
  assert.equal((await client.detail("a", "mine")).reason.errorKind, "FLAG_NOT_FOUND");
  server.off = true;
  server.answer = (response) => json(response, {}, 503);
  assert.equal(await client.evaluate("a", "mine"), "mine");
  assert.deepEqual(await client.evaluate("b"), { deep: [1] });
});

test("what is older than the maximum age is not used", async (t) => {
  const server = await service(t);
  const storage = memory();
  await server.client({ cache: { storage } }).evaluateAll();
  const [[name, text]] = storage.entries;
  const aged = (by) => {
    const kept = JSON.parse(text);
    for (const detail of Object.values(kept.flags)) detail.at -= by;
    storage.entries.set(name, JSON.stringify(kept));
  };
  const DAY = 86_400_000;
  server.off = true;
  aged(6 * DAY);
  assert.equal(await server.client({ cache: { storage } }).evaluate("a", "mine"), "served");
  aged(8 * DAY);
  assert.equal(await server.client({ cache: { storage } }).evaluate("a", "mine"), "mine", "7 days unless given");
  assert.equal(await server.client({ cache: { storage, maxAge: 9 * DAY } }).evaluate("a", "mine"), "served");
  aged(1_000);
  assert.equal(await server.client({ cache: { storage, maxAge: 0 } }).evaluate("a", "mine"), "mine");
});

test("when some of it is too old, the rest is used, and the client is not ready by it", async (t) => {
  const server = await service(t);
  const storage = memory();
  await server.client({ cache: { storage } }).evaluateAll();
  const [[name, text]] = storage.entries;
  const kept = JSON.parse(text);
  kept.flags.a.at = 0;
  storage.entries.set(name, JSON.stringify(kept));
  const client = server.client({ cache: { storage } });
  assert.deepEqual([client.snapshot().ready, Object.keys(client.snapshot().flags)], [false, ["b"]]);
});

test("a memory cache that has become too old is not used", async (t) => {
  const server = await service(t);
  const client = server.client({ cache: { storage: "memory", maxAge: 50 } });
  await client.evaluateAll();
  server.off = true;
  await until("it is too old", async () => (await client.evaluate("a", "mine")) === "mine");
});

for (const [what, text] of [
  ["nothing of ours", "hello"],
  ["half of an entry", '{"entityId":"ada","flags":{"a":{"val'],
  ["null", "null"],
  ["a number", "7"],
  ["a list", "[]"],
  ["flags that are text", '{"entityId":"ada","flags":"abc","ready":true}'],
  ["flags that are null", '{"entityId":"ada","flags":null,"ready":true}'],
  ["a flag that is null", '{"entityId":"ada","flags":{"a":null},"ready":true}'],
  ["an empty text", ""],
]) {
  test(`a store that holds ${what} is as good as empty`, async (t) => {
    const server = await service(t);
    for (const slowly of [false, true]) {
      const storage = memory(slowly);
      storage.getItem = () => (slowly ? Promise.resolve(text) : text);
      server.off = true;
      const client = server.client({ cache: { storage } });
      assert.equal(await client.evaluate("a", "mine"), "mine");
      server.off = false;
      assert.equal(await client.evaluate("a", "mine"), "served");
    }
  });
}

for (const [what, storage] of [
  [
    "throws",
    {
      getItem() {
        throw new Error("SecurityError");
      },
      setItem() {
        throw new Error("QuotaExceededError");
      },
      removeItem() {},
    },
  ],
  [
    "rejects",
    {
      getItem: () => Promise.reject(new Error("no disk")),
      setItem: () => Promise.reject(new Error("full")),
      removeItem: () => Promise.reject(new Error("no disk")),
    },
  ],
  ["never answers", { getItem: () => new Promise(() => {}), setItem: () => new Promise(() => {}), removeItem() {} }],
]) {
  test(`a store that ${what} does not disturb`, async (t) => {
    const server = await service(t);
    const client = server.client({ cache: { storage } });
    await client.start();
    assert.equal(client.snapshot().flags.a.value, "served");
    assert.equal(await client.evaluate("a", "mine"), "served");
    server.off = true;
    // Later without a server, what was answered is still known.
    if (what !== "never answers") assert.equal(await client.evaluate("a", "mine"), "served");
  });
}

test("what is answered before a slow store is newer, and stays", async (t) => {
  const server = await service(t);
  const storage = memory();
  await server.client({ cache: { storage } }).evaluateAll();
  const [[, old]] = storage.entries;
  let answerNow;
  storage.getItem = () =>
    new Promise((done) => {
      answerNow = () => done(old);
    });
  server.flags = { a: "newer" };
  const client = server.client({ cache: { storage } });
  await client.evaluateAll();
  answerNow();
  // By then everything that waited for the store has run.
  await new Promise(setImmediate);
  assert.deepEqual(Object.keys(client.snapshot().flags), ["a"]);
  assert.equal(client.snapshot().flags.a.value, "newer");
  server.off = true;
  assert.equal(await client.evaluate("a"), "newer");
});

test("one entry is kept for each key, of whose text only the end is named", async (t) => {
  const server = await service(t);
  const storage = memory();
  for (const entityId of ["ada", "bob", undefined]) await server.client({ cache: { storage }, entityId }).evaluateAll();
  assert.deepEqual([...storage.entries.keys()], [`halyard:${SOME_KEY.slice(-8)}`]);
  assert.ok(![...storage.entries.values()].some((text) => text.includes(SOME_KEY)));
});

test("a bootstrap is what the client begins with, if it is about the same entity", async (t) => {
  const server = await service(t);
  const rendering = server.client();
  await rendering.evaluateAll();
  const bootstrap = JSON.parse(JSON.stringify(rendering.snapshot()));
  server.off = true;
  const client = server.client({ bootstrap });
  assert.equal(client.snapshot().ready, true);
  assert.equal(client.initial().flags.a.value, "served");
  const other = server.client({ bootstrap, entityId: "bob" });
  assert.deepEqual([other.snapshot().ready, other.snapshot().flags, other.snapshot().entityId], [false, {}, "bob"]);
  const nobodys = server.client({ entityId: undefined });
  const again = server.client({ entityId: undefined, bootstrap: JSON.parse(JSON.stringify(nobodys.snapshot())) });
  assert.equal(again.snapshot().entityId, undefined);
});
