// Asking again in the background: a kill arrives within its stated bound, and a server that is in trouble
// is not asked more for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setPayments } from "../clients/contract.mjs";
import { until } from "../clients/harness.mjs";
import { clientFor, flagMap, json, misbehaving, PATIENT, SOME_KEY, useFlagsService } from "./service.mjs";

const given = useFlagsService();

test("a kill reaches an open client, and so does the restoring", async (t) => {
  const client = given.client(t, { refresh: { every: 1_000 } });
  await client.start();
  const payments = () => client.snapshot().flags.payments.value;
  assert.equal(payments(), true);
  let told = 0;
  client.subscribe(() => told++);
  try {
    await setPayments(given.server, false);
    // The bound is every + 2 × timeout.
    await until("the kill is known", () => payments() === false, 1_000 + 2 * PATIENT);
    assert.equal(client.snapshot().flags.payments.reason.offBy, "KILL_SWITCH");
    assert.ok(told > 0, "listeners are told");
  } finally {
    await setPayments(given.server, true);
  }
  await until("the restoring is known", () => payments() === true, 1_000 + 2 * PATIENT);
});

test("a client that is closed asks no more", async (t) => {
  const server = await misbehaving(t, (response) => json(response, flagMap({ a: 1 })));
  const client = clientFor(t, { url: server.url, key: SOME_KEY, refresh: { every: 1_000 } });
  const other = clientFor(t, { url: server.url, key: SOME_KEY, refresh: { every: 1_000 }, entityId: "other" });
  await client.start();
  client.close();
  // By the time another has asked thrice, this one would have.
  await until("another asked thrice", () => server.bodies.filter(({ entityId }) => entityId === "other").length >= 3);
  assert.equal(server.bodies.filter(({ entityId }) => entityId === undefined).length, 1);
  other.close();
});

test("starting twice is starting once, and refresh starts by itself", async (t) => {
  const server = await misbehaving(t, (response) => json(response, flagMap({ a: 1 })));
  const client = clientFor(t, { url: server.url, key: SOME_KEY, refresh: { every: 86_400_000 } });
  await until("it asked", () => client.snapshot().ready);
  await Promise.all([client.start(), client.start()]);
  assert.equal(server.bodies.length, 1);
  const quiet = clientFor(t, { url: server.url, key: SOME_KEY });
  assert.equal(quiet.snapshot().ready, false);
  assert.equal(server.bodies.length, 1, "without refresh nothing is asked before start");
});

/** Counts what a client asks that refreshes each second, until one beside it has asked `rounds` times. */
async function asked(t, answer, rounds) {
  const times = [];
  const server = await misbehaving(t, (response, body, request) => {
    if (body.entityId === "beside") return json(response, flagMap({ a: 1 }));
    times.push(Date.now());
    answer(response, body, request);
  });
  const options = { url: server.url, key: SOME_KEY, refresh: { every: 1_000 }, timeout: PATIENT };
  const client = clientFor(t, { ...options, entityId: "ada" });
  clientFor(t, { ...options, entityId: "beside" });
  await until(
    `another asked ${rounds} times`,
    () => server.bodies.filter(({ entityId }) => entityId === "beside").length >= rounds,
    rounds * PATIENT,
  );
  return { client, times };
}

for (const status of [429, 503]) {
  test(`after ${status} with Retry-After, the client waits as long as it was told`, async (t) => {
    let first = true;
    const answer = (response) => {
      json(response, flagMap({ a: 1 }), first ? status : 200, { "retry-after": "3" });
      first = false;
    };
    const { client, times } = await asked(t, answer, 5);
    await until("it asks again", () => times.length >= 2);
    assert.ok(times[1] - times[0] >= 2_990, `${times[1] - times[0]} ms`);
    await until("it has recovered", () => client.snapshot().ready && client.snapshot().error === undefined);
    assert.equal(client.snapshot().flags.a.value, 1);
  });
}

test("a server that asks to wait for longer than a timer can is not stormed", async (t) => {
  const { times } = await asked(t, (response) => json(response, {}, 429, { "retry-after": "999999999999" }), 3);
  assert.equal(times.length, 1);
});

test("a server that asks to wait for nonsense is asked each round", async (t) => {
  const nonsense = ["-5", "1e400", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "0"];
  const { times } = await asked(t, (response) => json(response, {}, 429, { "retry-after": nonsense.shift() ?? "" }), 3);
  assert.ok(times.length >= 1 && times.length <= 4, `${times.length} requests in 3 rounds`);
});

test("a server in trouble is asked once each round, twice where the network fails", async (t) => {
  const trouble = await asked(t, (response) => json(response, {}, 500), 4);
  assert.ok(trouble.times.length <= 5, `${trouble.times.length} requests in 4 rounds`);
  const cut = await asked(t, (response) => response.socket.destroy(), 4);
  assert.ok(cut.times.length <= 10, `${cut.times.length} requests in 4 rounds`);
});

test("what was known stays known while rounds fail, with the reason beside it", async (t) => {
  let off = false;
  const server = await misbehaving(t, (response) => json(response, flagMap({ a: 1 }), off ? 500 : 200));
  const client = clientFor(t, { url: server.url, key: SOME_KEY, refresh: { every: 1_000 } });
  await client.start();
  off = true;
  await until("a round failed", () => client.snapshot().error);
  assert.deepEqual([client.snapshot().flags.a.value, client.snapshot().error.errorKind], [1, "SERVER"]);
  off = false;
  await until("a round succeeded", () => client.snapshot().error === undefined);
});

test("rounds are spread over time, so that clients do not stay together", async (t) => {
  for (const chance of [0, 0.99]) {
    t.mock.method(Math, "random", () => chance);
    const times = [];
    const server = await misbehaving(t, (response) => {
      times.push(performance.now());
      json(response, flagMap({ a: 1 }));
    });
    const client = clientFor(t, { url: server.url, key: SOME_KEY, refresh: { every: 2_000 }, timeout: PATIENT });
    await until("it asked twice", () => times.length === 2);
    client.close();
    const waited = times[1] - times[0];
    // Timers may be a millisecond early.
    assert.ok(waited >= 1_799 + 200 * chance, `${waited} ms at ${chance}`);
  }
});

test("an unchanged value stays the same object", async (t) => {
  const server = await misbehaving(t, (response) => json(response, flagMap({ a: { deep: [1] } })));
  const client = clientFor(t, { url: server.url, key: SOME_KEY, timeout: PATIENT });
  await client.evaluateAll();
  const first = client.snapshot().flags.a.value;
  await client.evaluateAll();
  assert.equal(client.snapshot().flags.a.value, first);
});
