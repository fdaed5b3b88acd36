// What the client makes of every way in which a server can fail: the fallback or what is cached, the
// reason, no more requests than stated, and nothing thrown.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createClient } from "@halyard/flags";
import { prepare } from "../clients/contract.mjs";
import { startServer, until } from "../clients/harness.mjs";
import { databaseProcess } from "../pages/harness.mjs";
import { clientFor, flagMap, json, misbehaving, nobody, oneFlag, PATIENT, SOME_KEY } from "./service.mjs";

const unhandled = [];
process.on("unhandledRejection", (error) => unhandled.push(error));
after(() => assert.deepEqual(unhandled, [], "no rejection is left to nobody"));

/** A client of a server that misbehaves as `answer` does. */
async function against(t, answer, more) {
  const server = await misbehaving(t, answer);
  const client = clientFor(t, { url: server.url, key: SOME_KEY, entityId: "ada", timeout: PATIENT, ...more });
  return { server, client };
}

const html = (response, status) =>
  response.writeHead(status, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>");
const text = (body) => (response) => response.writeHead(200, { "content-type": "application/json" }).end(body);

/** What goes wrong, with the reason that is given and the requests that are made for one call. */
const FAULTS = [
  ["is cut before its head", (response) => response.socket.destroy(), "NETWORK", 2],
  [
    "is cut in its body",
    (response) => response.writeHead(200, { "content-length": 99 }).write("{", () => response.socket.destroy()),
    "NETWORK",
    2,
  ],
  ["is no HTTP", (response) => response.socket.end("SMTP ready\r\n\r\n"), "NETWORK", 2],
  ["is 401", (response) => json(response, { detail: "No such key." }, 401), "UNAUTHORIZED", 1, "No such key."],
  ["is 403", (response) => json(response, {}, 403), "UNAUTHORIZED", 1, "HTTP 403"],
  ["is 404 of something else", (response) => html(response, 404), "REFUSED", 1, "HTTP 404"],
  ["is 422", (response) => json(response, { detail: "Say which flag." }, 422), "REFUSED", 1, "Say which flag."],
  ["is 429", (response) => json(response, {}, 429, { "retry-after": "1" }), "RATE_LIMITED", 1, "HTTP 429"],
  ["is 500 of HTML", (response) => html(response, 500), "SERVER", 1, "HTTP 500"],
  ["is 503", (response) => json(response, null, 503, { "retry-after": "soon" }), "SERVER", 1, "HTTP 503"],
  ["is 503 of nothing", (response) => response.writeHead(503).end(), "SERVER", 1, "HTTP 503"],
  ["is a page", (response) => html(response, 200), "INVALID_ANSWER", 1],
  ["is empty", text(""), "INVALID_ANSWER", 1],
  ["is garbage", text("\0\x01{{{"), "INVALID_ANSWER", 1],
  ["is half a body", text('{"key":"a","value":tr'), "INVALID_ANSWER", 1],
  ["is null", text("null"), "INVALID_ANSWER", 1],
  ["is a number", text("7"), "INVALID_ANSWER", 1],
  ["is a list", text("[1]"), "INVALID_ANSWER", 1],
  ["is an object of something else", text('{"a":1}'), "INVALID_ANSWER", 1],
  ["has no reason", text('{"a":{"value":true}, "value":true}'), "INVALID_ANSWER", 1],
  ["has a hollow reason", text('{"a":{"value":true,"reason":null},"value":true,"reason":null}'), "INVALID_ANSWER", 1],
  [
    "leads elsewhere, without end",
    (response) => response.writeHead(307, { location: "/again" }).end(),
    "NETWORK",
    undefined,
  ],
  [
    "leads to a page",
    (response, _, { method }) =>
      method === "GET" ? html(response, 200) : response.writeHead(302, { location: "/in" }).end(),
    "INVALID_ANSWER",
    2,
  ],
];
for (const [what, answer, errorKind, requests, message] of FAULTS) {
  test(`an answer that ${what}: the fallback and ${errorKind}`, async (t) => {
    const { server, client } = await against(t, answer);
    const { value, reason, from } = await client.detail("a", "mine");
    assert.deepEqual([value, reason.kind, reason.errorKind, from], ["mine", "ERROR", errorKind, "fallback"]);
    if (message) assert.equal(reason.message, message);
    if (requests) assert.equal(server.bodies.length, requests);
    assert.deepEqual(await client.evaluateAll(), {});
    assert.equal(client.snapshot().error.errorKind, errorKind);
    assert.equal(client.snapshot().ready, false);
    if (requests) assert.equal(server.bodies.length, 2 * requests);
    // A browser, too, follows a redirect at most twenty times.
    else assert.ok(server.bodies.length <= 4 * 21);
  });
}

test("one network error is not noticed: the second try is answered", async (t) => {
  const { server, client } = await against(t, (response) =>
    server.bodies.length === 1 ? response.socket.destroy() : json(response, oneFlag("a", "served")),
  );
  const { value, from } = await client.detail("a", "mine");
  assert.deepEqual([value, from, server.bodies.length], ["served", "server", 2]);
});

test("second tries are spread over time, so that clients do not come back together", async (t) => {
  const times = [];
  const { client } = await against(t, (response) => {
    times.push(performance.now());
    response.socket.destroy();
  });
  for (const chance of [0, 0.5, 0.99]) {
    const random = t.mock.method(Math, "random", () => chance);
    times.length = 0;
    await client.evaluate("a", "mine");
    random.mock.restore();
    const waited = times[1] - times[0];
    // Timers may be a millisecond early.
    assert.ok(waited >= 99 + 300 * chance, `${waited} ms at ${chance}`);
  }
});

test("nobody listens at the start: fallback, and good answers once somebody does", async (t) => {
  const url = await nobody();
  const client = clientFor(t, { url, key: SOME_KEY, timeout: PATIENT });
  await client.start();
  const { value, reason } = await client.detail("a", "mine");
  assert.deepEqual([value, reason.errorKind], ["mine", "NETWORK"]);
  assert.match(reason.message, /\w/);
});

test("a name that does not exist is a network error", async (t) => {
  const client = clientFor(t, { url: "https://halyard.invalid", key: SOME_KEY });
  assert.match((await client.detail("a", "mine")).reason.errorKind, /NETWORK|TIMEOUT/);
});

test("a slow answer is given up after the timeout, and not asked for again", async (t) => {
  const { server, client } = await against(t, () => {}, { timeout: 300 });
  const { value, reason } = await client.detail("a", "mine");
  assert.deepEqual([value, reason.errorKind, server.bodies.length], ["mine", "TIMEOUT", 1]);
});

test("an answer whose body never ends is given up as well", async (t) => {
  const { client } = await against(t, (response) => response.writeHead(200).write("{"), { timeout: 300 });
  assert.equal((await client.detail("a", "mine")).reason.errorKind, "TIMEOUT");
});

test("the timeout holds for both tries together", async (t) => {
  const { server, client } = await against(
    t,
    (response) => {
      if (server.bodies.length === 1) response.socket.destroy();
    },
    { timeout: 900 },
  );
  assert.equal((await client.detail("a", "mine")).reason.errorKind, "TIMEOUT");
  assert.equal(server.bodies.length, 2);
});

test("a signal that was given before sends nothing", async (t) => {
  const { server, client } = await against(t, (response) => json(response, oneFlag("a", "served")));
  const { value, reason } = await client.detail("a", "mine", { signal: AbortSignal.abort() });
  assert.deepEqual([value, reason.errorKind], ["mine", "ABORTED"]);
  assert.deepEqual(await client.evaluateAll({ signal: AbortSignal.abort() }), {});
  assert.deepEqual(await client.identify("bob", { signal: AbortSignal.abort() }), {});
  assert.equal(server.bodies.length, 0);
});

test("a signal during the call ends it on the wire", async (t) => {
  const controller = new AbortController();
  let gone = false;
  const { server, client } = await against(t, (response) =>
    response.on("close", () => {
      gone = true;
    }),
  );
  const detail = client.detail("a", "mine", { signal: controller.signal });
  await until("it is asked", () => server.bodies.length === 1);
  controller.abort();
  const { value, reason } = await detail;
  assert.deepEqual([value, reason.errorKind], ["mine", "ABORTED"]);
  await until("the connection is given up", () => gone);
});

test("of two who share a call, one may give it up and the other is answered", async (t) => {
  const controller = new AbortController();
  let answerNow;
  const { server, client } = await against(t, (response) => {
    answerNow = () => json(response, oneFlag("a", "served"));
  });
  const one = client.detail("a", "mine", { signal: controller.signal });
  const other = client.detail("a", "mine");
  await until("it is asked", () => server.bodies.length === 1);
  controller.abort();
  assert.equal((await one).reason.errorKind, "ABORTED");
  answerNow();
  assert.equal((await other).value, "served");
  assert.equal(server.bodies.length, 1);
});

test("a call that everybody gave up is made anew for the next", async (t) => {
  const { server, client } = await against(t, (response) => {
    if (server.bodies.length > 1) json(response, oneFlag("a", "served"));
  });
  const controller = new AbortController();
  const given = client.detail("a", "mine", { signal: controller.signal });
  await until("it is asked", () => server.bodies.length === 1);
  controller.abort();
  assert.equal(await client.evaluate("a", "mine"), "served");
  assert.equal((await given).reason.errorKind, "ABORTED");
});

test("a signal while waiting for the second try ends the waiting", async (t) => {
  const controller = new AbortController();
  const { server, client } = await against(t, (response) => {
    response.socket.destroy();
    setTimeout(() => controller.abort(), 20);
  });
  assert.equal((await client.detail("a", "mine", { signal: controller.signal })).reason.errorKind, "ABORTED");
  assert.equal(server.bodies.length, 1);
});

test("a closed client answers fallbacks without a call, and gives up those under way", async (t) => {
  const { server, client } = await against(t, () => {});
  const underWay = client.detail("a", "mine");
  await until("it is asked", () => server.bodies.length === 1);
  client.close();
  assert.deepEqual([(await underWay).value, (await underWay).reason.errorKind], ["mine", "CLOSED"]);
  assert.equal((await client.detail("a", "mine")).reason.errorKind, "CLOSED");
  assert.deepEqual(await client.evaluateAll(), {});
  await client.start();
  client.close();
  assert.equal(server.bodies.length, 1);
});

test("a flag that one answer calls __proto__ is a flag like any other", async (t) => {
  const { client } = await against(t, text(`{"__proto__": ${JSON.stringify(flagMap({ a: 1 }).a)}}`));
  const values = await client.evaluateAll();
  assert.deepEqual(Object.keys(values), ["__proto__"]);
  assert.equal({}.value, undefined);
  assert.equal(Object.getPrototypeOf(client.snapshot().flags), Object.prototype);
});

test("a listener that throws does not fail the call", async (t) => {
  const { client } = await against(t, (response) => json(response, flagMap({ a: 1 })));
  // The runner's own would fail the test.
  const ordinary = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const thrown = new Promise((done) => process.once("uncaughtException", done));
  let heard = 0;
  client.subscribe(() => {
    throw new Error("mine");
  });
  client.subscribe(() => heard++);
  assert.deepEqual(await client.evaluateAll(), { a: 1 });
  assert.equal((await thrown).message, "mine");
  for (const listener of ordinary) process.on("uncaughtException", listener);
  assert.equal(heard, 1);
});

const OPTIONS = [
  [{ url: "flags.example.com" }, /url/],
  [{ url: "" }, /url/],
  [{ url: undefined }, /url/],
  [{ url: "https://flags.example.com?x=1" }, /url/],
  [{ key: "" }, /key/],
  [{ key: undefined }, /key/],
  [{ key: "hal_adm_0000000000" }, /key/],
  [{ timeout: 0 }, /timeout/],
  [{ timeout: 60_001 }, /timeout/],
  [{ timeout: Number.NaN }, /timeout/],
  [{ refresh: { every: 999 } }, /refresh\.every/],
  [{ refresh: { every: Number.POSITIVE_INFINITY } }, /refresh\.every/],
  [{ refresh: { every: Number.NaN } }, /refresh\.every/],
  [{ cache: { storage: "memory", maxAge: -1 } }, /cache\.maxAge/],
];
for (const [wrong, words] of OPTIONS) {
  const said = JSON.stringify(wrong, (_, value) => (typeof value === "object" ? value : String(value)));
  test(`${said} cannot work, which is said at once`, () => {
    const all = { url: "https://flags.example.com", key: SOME_KEY, ...wrong };
    assert.throws(
      () => createClient(all),
      (error) => error instanceof TypeError && words.test(error.message) && !error.message.includes("0000000000"),
    );
  });
}

/** Asks a process to end; false once it is gone. */
function endProcess(pid) {
  try {
    return process.kill(pid, "SIGINT");
  } catch {
    return false;
  }
}

test("a real server that dies in the middle: the fallback, or what is cached", async (t) => {
  const server = await startServer();
  const database = databaseProcess(server.dataDir);
  t.after(async () => {
    await until("its database ended", () => !endProcess(database));
    await server.close();
  });
  await prepare(server);
  const options = { url: server.url, key: server.keys.client, entityId: "ada", timeout: PATIENT };
  const plain = clientFor(t, options);
  const caching = clientFor(t, { ...options, cache: { storage: "memory" } });
  assert.equal(await plain.evaluate("price-page", "mine"), "beta");
  await caching.evaluateAll();
  await server.end("SIGKILL");
  const { value, reason } = await plain.detail("price-page", "mine");
  assert.deepEqual([value, reason.errorKind], ["mine", "NETWORK"]);
  const kept = await caching.detail("price-page", "mine");
  assert.deepEqual([kept.value, kept.from, kept.error.errorKind], ["beta", "cache", "NETWORK"]);
  assert.equal((await caching.evaluateAll())["new-checkout"], true);
  assert.equal(caching.snapshot().error.errorKind, "NETWORK");
});

test("a real server that has had enough: the fallback and RATE_LIMITED", async (t) => {
  const server = await startServer({ more: ["--rate-limit", "1"] });
  t.after(server.close);
  const client = clientFor(t, { url: server.url, key: server.keys.client, timeout: PATIENT });
  const details = [];
  for (const key of ["a", "b", "c", "d", "e", "f"]) details.push(await client.detail(key, "mine"));
  const kinds = new Set(details.map(({ reason }) => reason.errorKind));
  assert.ok(kinds.has("RATE_LIMITED"), [...kinds].join());
  assert.deepEqual(new Set(details.map(({ value }) => value)), new Set(["mine"]));
});
