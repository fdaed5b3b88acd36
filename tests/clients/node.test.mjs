// The clients that run in Node, against a server process.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { BRINGS, clientTests, setPayments } from "./contract.mjs";
import * as node from "./drivers/node.mjs";
import * as ofrepServer from "./drivers/ofrep-server.mjs";
import * as ofrepWeb from "./drivers/ofrep-web.mjs";
import { startWith } from "./drivers/react-native.mjs";
import { temporaryFolder, until } from "./harness.mjs";
import { bundleReactNative } from "./react-native/bundle.mjs";
import { useService } from "./service.mjs";

const folder = temporaryFolder();
after(folder.remove);

const given = useService(async (given) => {
  const bundled = join(folder.path, "react-native.mjs");
  await bundleReactNative(bundled);
  const sdk = await import(bundled);
  Object.assign(given, { sdk, reactNative: { start: startWith(sdk) } });
});

const options = { localStoragePath: folder.path };
const CLIENTS = [
  ["launchdarkly-node-client-sdk", "identify", "GET", (access) => node.start({ ...access, options })],
  ["launchdarkly-node-client-sdk", "identify", "REPORT", (access) => node.start({ ...access, options, report: true })],
  ["@launchdarkly/react-native-client-sdk", "identify", "GET", (access) => given.reactNative.start(access)],
  [
    "@launchdarkly/react-native-client-sdk",
    "identify",
    "REPORT",
    (access) => given.reactNative.start({ ...access, report: true }),
  ],
  ["@openfeature/ofrep-web-provider", "poll", "POST", (access) => ofrepWeb.start(access)],
  ["@openfeature/ofrep-provider", "request", "POST", (access) => ofrepServer.start(access)],
];
for (const [name, brings, method, start] of CLIENTS) {
  clientTests(`${name} by ${method}`, {
    family: name.startsWith("@openfeature") ? "ofrep" : "launchdarkly",
    brings: BRINGS[brings],
    method,
    settings: given.settings,
    start: (customer) => start({ ...given.access(), customer }),
  });
}

test("a phone that polls sees a kill when it comes back from the background", async (t) => {
  const client = await startFor(t, given.reactNative.start);
  try {
    await client.setConnectionMode("offline");
    await setPayments(given.server, false);
    assert.equal(await client.variation("payments", false), true, "offline it keeps what it had");
    await client.setConnectionMode("polling");
    await BRINGS.poll.to(client, "payments", false);
  } finally {
    await setPayments(given.server, true);
  }
});

/** Starts a client for one test, and closes it when the test is over. */
async function startFor(t, start, more) {
  const client = await start({ ...given.access(), customer: "ada", ...more });
  t.after(() => client.close());
  return client;
}

test("without reasons asked for, none are sent", async (t) => {
  const client = await startFor(t, node.start, { options: { ...options, evaluationReasons: false } });
  const { value, index, reason } = await client.detail("price-page", "none");
  assert.deepEqual([value, index, reason], ["beta", 1, null]);
});

test("a hash of the secure mode is ignored", async (t) => {
  const client = await startFor(t, node.start, { options: { ...options, hash: "0123abcd" } });
  assert.equal(await client.variation("price-page", "none"), "beta");
});

test("a key nobody made is refused as each client expects it", async (t) => {
  const key = `${given.server.keys.client.slice(0, -1)}!`;
  await assert.rejects(startFor(t, node.start, { key, options }), /environment/i);
  await assert.rejects(startFor(t, given.reactNative.start, { key }), /401|unauthorized|invalid|key/i);
  await assert.rejects(startFor(t, ofrepWeb.start, { key }), /Initialization failed/);
  const client = await startFor(t, ofrepServer.start, { key });
  const { value, reason } = await client.detail("payments", false);
  assert.deepEqual([value, reason], [false, "ERROR"]);
});

test("a server key opens OFREP too, for every flag", async (t) => {
  const client = await startFor(t, ofrepServer.start, { key: given.server.keys.server });
  const { value, reason } = await client.detail("back-office", false);
  assert.deepEqual([value, reason], [true, "TARGETING_MATCH"]);
});

test("OFREP without a customer says that the targeting key is missing", async (t) => {
  const client = await startFor(t, ofrepServer.start, { customer: "" });
  const { value, errorCode } = await client.detail("payments", false);
  assert.deepEqual([value, errorCode], [false, "TARGETING_KEY_MISSING"]);
});

test("OFREP keeps quiet about what did not change", async (t) => {
  const from = given.wire.exchanges.length;
  await startFor(t, ofrepWeb.start);
  const polls = () => given.wire.exchanges.slice(from).filter(({ conditional, status }) => conditional && status);
  await until("two polls were answered", () => polls().length >= 2);
  assert.deepEqual([...new Set(polls().map(({ status }) => status))], [304]);
});

test("the log names who asked, by which contract", async () => {
  const asked = "select distinct source, sdk, entity_id from halyard.evaluations where environment = $1";
  const expected = [
    ["launchdarkly", "NodeClientSide/3.4.3"],
    ["launchdarkly", "ReactNativeClient/10.20.3"],
    ["ofrep", "node"],
    ["ofrep_all", "node"],
  ];
  await until("each client is in the log", async () => {
    const rows = await given.server.sql(asked, [given.server.environment]);
    const isLogged = ([source, sdk]) =>
      rows.some((row) => row.source === source && row.sdk === sdk && row.entity_id === "ada");
    return expected.every(isLogged);
  });
});
