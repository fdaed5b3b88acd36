// The client in Node, against a real server: what it answers, and how many calls that takes.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import { setPayments } from "../clients/contract.mjs";
import { until } from "../clients/harness.mjs";
import { PATIENT, useFlagsService } from "./service.mjs";

const BIG = "é".repeat(16_000);
const given = useFlagsService();

/** What `ada` gets. */
const ADA = {
  "new-checkout": true,
  "price-page": "beta",
  "search-limit": 10,
  theme: { accent: "großes Violett ✓", steps: [1, 2] },
  "old-banner": false,
  "staging-only": false,
  payments: true,
};

test("each flag's value, reason and version are what the server says", async (t) => {
  const client = given.client(t);
  const before = Date.now();
  const detail = await client.detail("new-checkout", false);
  assert.ok(detail.at >= before && detail.at <= Date.now());
  const [ruleId] = given.rules["new-checkout"];
  assert.deepEqual(
    { ...detail, at: 0, version: typeof detail.version },
    {
      value: true,
      reason: { kind: "RULE_MATCH", ruleIndex: 0, ruleId },
      variationIndex: 1,
      version: "number",
      from: "server",
      at: 0,
    },
  );
  for (const [key, value] of Object.entries(ADA)) assert.deepEqual(await client.evaluate(key), value, key);
});

test("all flags come by one call, those that the key may not see are missing", async (t) => {
  const from = given.wire.exchanges.length;
  const client = given.client(t);
  assert.equal(client.snapshot().ready, false);
  assert.deepEqual(await client.evaluateAll(), ADA);
  assert.equal(given.calls(from), 1);
  assert.equal(client.snapshot().ready, true);
  assert.equal(client.snapshot().flags["price-page"].reason.kind, "RULE_MATCH");
  assert.equal(client.snapshot().flags["price-page"].variationIndex, 1);
});

test("a server key sees flags that client keys do not", async (t) => {
  const client = given.client(t, { key: given.server.keys.server });
  assert.equal(await client.evaluate("back-office", false), true);
});

test("a killed flag serves its default, and says why", async (t) => {
  const { value, reason, from } = await given.client(t).detail("old-banner", true);
  assert.deepEqual([value, reason, from], [false, { kind: "OFF", offBy: "KILL_SWITCH" }, "server"]);
  const off = await given.client(t).detail("staging-only", true);
  assert.deepEqual([off.value, off.reason], [false, { kind: "OFF", offBy: "ENVIRONMENT" }]);
});

for (const [what, key] of Object.entries({
  unknown: "no-such",
  archived: "last-years",
  "not visible to the key": "back-office",
  "called constructor": "constructor",
  "called __proto__": "__proto__",
  "called toString": "toString",
  "named by an emoji": "🦄",
  "named by half an emoji": "\ud83e",
  "named by a path": "../toggle?x=1#y",
  "of ten thousand characters": "x".repeat(10_000),
})) {
  test(`a flag that is ${what} is not found: the fallback is its value`, async (t) => {
    const client = given.client(t);
    await client.evaluateAll();
    const { value, reason, from, at, version, variationIndex } = await client.detail(key, "mine");
    assert.deepEqual([value, from, at, version, variationIndex], ["mine", "fallback", null, null, null]);
    // Half an emoji is no text that a server could look up.
    assert.equal(reason.errorKind, key === "\ud83e" ? "REFUSED" : "FLAG_NOT_FOUND");
    assert.ok(reason.message.length > 0);
    assert.equal(await client.evaluate(key), undefined);
  });
}

test("without an entity, values are those for nobody in particular", async (t) => {
  const client = given.client(t, { entityId: undefined });
  assert.equal(await client.evaluate("price-page", "?"), "old");
  assert.equal((await client.evaluateAll()).payments, true);
});

test("identify goes on for another entity, with all flags", async (t) => {
  const client = given.client(t);
  await client.evaluateAll();
  const values = client.identify("bob");
  assert.deepEqual([client.snapshot().entityId, client.snapshot().flags, client.snapshot().ready], ["bob", {}, false]);
  assert.deepEqual(await values, { ...ADA, "new-checkout": false, "price-page": "new" });
  assert.equal(await client.evaluate("price-page"), "new");
  assert.equal((await client.identify(undefined))["price-page"], "old");
});

test("an answer for the entity before is not taken for the next one's", async (t) => {
  const client = given.client(t);
  const ada = client.evaluateAll();
  const one = client.evaluate("price-page", "?");
  await client.identify("bob");
  assert.equal((await ada)["price-page"], "beta");
  assert.equal(await one, "beta");
  assert.equal(client.snapshot().flags["price-page"].value, "new");
});

test("ids of 256 characters are asked for, longer ones are refused by the server's own words", async (t) => {
  for (const letter of ["x", "é", "🦄"]) {
    const client = given.client(t, { entityId: letter.repeat(256) });
    assert.equal(await client.evaluate("price-page", "?"), "new");
  }
  for (const entityId of ["x".repeat(257), "", "a\0b"]) {
    const { value, reason } = await given.client(t, { entityId }).detail("price-page", "mine");
    assert.deepEqual([value, reason.errorKind], ["mine", "REFUSED"]);
    assert.match(reason.message, /\w{3}/);
  }
});

test("values of 32 KiB arrive whole", async (t) => {
  const flag = { key: "big", name: "big", type: "string", defaultValue: BIG, rules: [], clientVisible: false };
  await given.server.admin("POST", "/feature-flags", flag);
  await until("the flag is served", async () => (await given.server.evaluate("big", "ada")).status === 200);
  const client = given.client(t, { key: given.server.keys.server });
  assert.equal(await client.evaluate("big", ""), BIG);
  assert.equal((await client.evaluateAll()).big, BIG);
});

test("a value of another type than the fallback is not handed out", async (t) => {
  const client = given.client(t);
  const { value, reason, from } = await client.detail("price-page", false);
  assert.deepEqual([value, reason, from], [false, { kind: "ERROR", errorKind: "WRONG_TYPE" }, "fallback"]);
  assert.equal(await client.evaluate("price-page", null), "beta", "null stands for any type");
  assert.equal(await client.evaluate("search-limit", "10"), "10");
});

test("a hundred equal calls at a time are one request", async (t) => {
  const from = given.wire.exchanges.length;
  const client = given.client(t);
  const values = await Promise.all(Array.from({ length: 100 }, () => client.evaluate("price-page", "?")));
  assert.deepEqual(new Set(values), new Set(["beta"]));
  assert.equal(given.calls(from), 1);
  await Promise.all(Array.from({ length: 100 }, () => client.evaluateAll()));
  assert.equal(given.calls(from), 2);
  await Promise.all([client.evaluate("price-page"), client.evaluate("theme")]);
  assert.equal(given.calls(from), 4, "different flags are different calls");
});

test("a call later is a call anew", async (t) => {
  const client = given.client(t);
  assert.equal(await client.evaluate("payments", false), true);
  try {
    await setPayments(given.server, false);
    assert.equal(await client.evaluate("payments", true), false);
  } finally {
    await setPayments(given.server, true);
  }
});

test("a key that nobody made, and an admin key, are refused as unauthorized", async (t) => {
  const key = `${given.server.keys.client.slice(0, -1)}!`;
  const { value, reason } = await given.client(t, { key }).detail("payments", "mine");
  assert.deepEqual([value, reason.errorKind], ["mine", "UNAUTHORIZED"]);
  assert.ok(!JSON.stringify(reason).includes(key), "the key is not repeated");
});

test("an url with a path or a slash at its end is the same server", async (t) => {
  assert.equal(await given.client(t, { url: `${given.wire.url}///` }).evaluate("price-page"), "beta");
});

test("the evaluation log names the client", async (t) => {
  await given.client(t, { entityId: "log-me" }).evaluate("price-page");
  await given.client(t, { entityId: "log-me" }).evaluateAll();
  const asked = "select distinct source, sdk from halyard.evaluations where entity_id = 'log-me' order by source";
  const rows = await until("both calls are in the log", async () => {
    const rows = await given.server.sql(asked);
    return rows.length === 2 && rows;
  });
  assert.deepEqual(rows, [
    { source: "evaluate", sdk: "halyard-js/0.1.0" },
    { source: "evaluate_all", sdk: "halyard-js/0.1.0" },
  ]);
});

test("CommonJS gets the same", async (t) => {
  const { createClient } = createRequire(import.meta.url)("@halyard/flags");
  const client = createClient({
    url: given.wire.url,
    key: given.server.keys.client,
    entityId: "ada",
    timeout: PATIENT,
  });
  t.after(client.close);
  assert.equal(await client.evaluate("price-page"), "beta");
});

test("a client that refreshes does not keep Node alive", async (t) => {
  const program = `
    import { createClient } from "@halyard/flags";
    const client = createClient(JSON.parse(process.argv[1]));
    await client.start();
    console.log(client.snapshot().flags["price-page"].value);
  `;
  const options = {
    url: given.wire.url,
    key: given.server.keys.client,
    entityId: "ada",
    timeout: PATIENT,
    refresh: { every: 86_400_000 },
  };
  const words = ["--input-type=module", "--eval", program, JSON.stringify(options)];
  const child = spawn(process.execPath, words, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] });
  const patience = setTimeout(() => child.kill("SIGKILL"), 60_000);
  t.after(() => {
    clearTimeout(patience);
    child.kill("SIGKILL");
  });
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  assert.deepEqual([said.trim(), code], ["beta", 0]);
});
