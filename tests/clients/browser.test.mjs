// The clients made for browsers, in a headless Chromium, on a page of another origin than the server's:
// every request but the simplest is asked for by a preflight first, and no answer without CORS is read.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startPages } from "./browser.mjs";
import { BRINGS, clientTests } from "./contract.mjs";
import { until } from "./harness.mjs";
import { useService } from "./service.mjs";

const given = useService(async (given) => {
  given.pages = await startPages();
});
after(() => given.pages?.close());

/** Starts one client on a page of its own, whose complaints become the client's. */
async function onPage(name, more) {
  const page = await given.pages.open();
  try {
    return await page.start(name, { ...given.access(), customer: "ada", ...more });
  } catch (error) {
    await page.close();
    throw Object.assign(error, { message: `${error.message}\n${page.complaints.join("\n")}` });
  }
}

/** Starts a client for one test, and closes it with its page when the test is over. */
async function startFor(t, name, more) {
  const client = await onPage(name, more);
  t.after(() => client.close());
  return client;
}

const CLIENTS = [
  ["launchdarkly-js-client-sdk", "identify", "GET", "js3", {}],
  ["launchdarkly-js-client-sdk", "identify", "REPORT", "js3", { report: true }],
  ["@launchdarkly/js-client-sdk", "identify", "GET", "js4", {}],
  ["@launchdarkly/js-client-sdk", "identify", "REPORT", "js4", { report: true }],
  ["@openfeature/ofrep-web-provider", "poll", "POST", "ofrep-web", {}],
];
for (const [name, brings, method, driver, more] of CLIENTS) {
  clientTests(`${name} by ${method} in a browser`, {
    family: name.startsWith("@openfeature") ? "ofrep" : "launchdarkly",
    brings: BRINGS[brings],
    method,
    settings: given.settings,
    start: (customer) => onPage(driver, { customer, ...more }),
  });
}

test("the browser asked before each kind of request", () => {
  const asked = given.wire.exchanges.filter(({ method }) => method === "OPTIONS");
  for (const path of [/^\/sdk\/goals\//, /\/contexts\//, /\/context\?/, /^\/events\/bulk\//, /^\/ofrep\//]) {
    assert.ok(
      asked.some((exchange) => path.test(exchange.path)),
      `a preflight of ${path}`,
    );
  }
  assert.deepEqual([...new Set(asked.map(({ status }) => status))], [204]);
});

test("a page that is loaded again is told that nothing changed, and reads it", async (t) => {
  const page = await given.pages.open();
  t.after(page.close);
  const first = await page.start("js3", { ...given.access(), customer: "ada" });
  assert.equal(await first.variation("price-page", "none"), "beta");
  await page.reload();
  const from = given.wire.exchanges.length;
  const again = await page.start("js3", { ...given.access(), customer: "ada" });
  assert.equal(await again.variation("price-page", "none"), "beta");
  const flags = given.wire.exchanges
    .slice(from)
    .find(({ method, path }) => method === "GET" && /\/contexts\//.test(path));
  assert.deepEqual([flags.conditional, flags.status], [true, 304]);
  assert.deepEqual(await again.complaints(), []);
});

test("OFREP takes the key as X-API-Key from another origin, and is told that nothing changed", async (t) => {
  const from = given.wire.exchanges.length;
  const headers = [["X-API-Key", given.server.keys.client]];
  const client = await startFor(t, "ofrep-web", { headers });
  assert.equal(await client.variation("price-page", "none"), "beta");
  const polls = () => given.wire.exchanges.slice(from).filter(({ conditional, status }) => conditional && status);
  await until("two polls were answered", () => polls().length >= 2);
  assert.deepEqual([...new Set(polls().map(({ status }) => status))], [304]);
  assert.deepEqual(await client.complaints(), []);
});

for (const name of ["js3", "js4", "ofrep-web"]) {
  test(`${name} can read that its key is unknown`, async (t) => {
    const key = `${given.server.keys.client.slice(0, -1)}!`;
    const from = given.wire.exchanges.length;
    await assert.rejects(startFor(t, name, { key }), /environment|not found|404|401|unauthorized/i);
    const isForFlags = ({ method, path }) => method !== "OPTIONS" && /evalx|ofrep/.test(path);
    const { status } = await until("the server answered", () =>
      given.wire.exchanges.slice(from).find((exchange) => isForFlags(exchange) && exchange.status),
    );
    assert.equal(status, name === "ofrep-web" ? 401 : 404);
  });
}
