// The client for tests of one's own: the same answers as a real one would give, without a server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@halyard/flags";
import { createTestClient } from "@halyard/flags/testing";
import { SOME_KEY } from "./service.mjs";

test("it has every method of a real client", () => {
  const real = createClient({ url: "https://flags.example.com", key: SOME_KEY });
  for (const name of Object.keys(real)) assert.equal(typeof createTestClient()[name], "function", name);
});

test("flags have the values that were given, others are not found", async () => {
  const client = createTestClient({ flags: { a: true, b: { deep: [1] } } });
  assert.equal(await client.evaluate("a", false), true);
  const { value, from, reason } = await client.detail("a", false);
  assert.deepEqual([value, from, reason], [true, "server", { kind: "FALLTHROUGH" }]);
  assert.deepEqual(await client.evaluateAll(), { a: true, b: { deep: [1] } });
  for (const key of ["c", "constructor", "__proto__"]) {
    const missing = await client.detail(key, "mine");
    assert.deepEqual([missing.value, missing.from, missing.reason.errorKind], ["mine", "fallback", "FLAG_NOT_FOUND"]);
  }
  assert.equal(await client.evaluate("c"), undefined);
});

test("a value of another type than the fallback is not handed out, as by a real client", async () => {
  const { value, reason } = await createTestClient({ flags: { a: 1 } }).detail("a", "mine");
  assert.deepEqual([value, reason.errorKind], ["mine", "WRONG_TYPE"]);
});

test("values change at once, and listeners are told until they end it", async () => {
  const client = createTestClient({ flags: { a: 1 } });
  let told = 0;
  const end = client.subscribe(() => told++);
  client.set("a", 2);
  assert.deepEqual([await client.evaluate("a"), client.snapshot().flags.a.value, told], [2, 2, 1]);
  client.set("a", undefined);
  assert.equal((await client.detail("a", 0)).reason.errorKind, "FLAG_NOT_FOUND");
  end();
  client.set("a", 3);
  assert.equal(told, 2);
});

test("every call can be made to fail, and to work again", async () => {
  const client = createTestClient({ flags: { a: 1 } });
  client.fail("TIMEOUT");
  const { value, reason } = await client.detail("a", 0);
  assert.deepEqual([value, reason], [0, { kind: "ERROR", errorKind: "TIMEOUT" }]);
  assert.deepEqual(await client.evaluateAll(), {});
  assert.deepEqual([client.snapshot().ready, client.snapshot().error.errorKind], [false, "TIMEOUT"]);
  client.fail(undefined);
  assert.equal(await client.evaluate("a", 0), 1);
});

test("it says what was evaluated, and for whom", async () => {
  const client = createTestClient({ flags: { a: 1 }, entityId: "ada" });
  await client.evaluate("a");
  await client.detail("b");
  await client.evaluateAll();
  assert.equal(client.snapshot().entityId, "ada");
  await client.identify("bob");
  assert.equal(client.snapshot().entityId, "bob");
  assert.deepEqual(client.evaluated, ["a", "b", "*", "*"]);
});

test("what was given to it is not changed", async () => {
  const flags = { a: 1 };
  const client = createTestClient({ flags });
  client.set("a", 2);
  client.set("b", 3);
  assert.deepEqual(flags, { a: 1 });
});
