// The client in a headless Chromium, on a page of another origin than the server's: bundled, and as a
// script for pages without a bundler.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { setPayments } from "../clients/contract.mjs";
import { until } from "../clients/harness.mjs";
import { bundle, page, startSite } from "./pages.mjs";
import { PATIENT, useFlagsService } from "./service.mjs";

const given = useFlagsService(async (given) => {
  given.site = await startSite();
  given.site.files["/bundled.js"] = await bundle(
    'export * from "@halyard/flags"; import * as all from "@halyard/flags"; globalThis.sdk = all;',
  );
  given.site.files["/bundled.html"] = page('<script src="/bundled.js"></script>');
  given.site.files["/script.js"] = readFileSync(fileURLToPath(import.meta.resolve("@halyard/flags/script")), "utf8");
  given.site.files["/plain.html"] = page('<script src="/script.js"></script>');
});
after(() => given.site?.close());

const options = (more) => ({ ...given.access(), entityId: "ada", timeout: PATIENT, ...more });

/** A page with a client of those options in `client`. */
async function withClient(t, more) {
  const opened = await given.site.open(t, "/bundled.html");
  await make(opened, options(more));
  return opened;
}
const make = (opened, all) =>
  opened.evaluate((all) => {
    if (all.cache) all.cache.storage = localStorage;
    globalThis.client = sdk.createClient(all);
  }, all);

test("evaluates from another origin, having been allowed to", async (t) => {
  const from = given.wire.exchanges.length;
  const opened = await withClient(t);
  assert.deepEqual(await opened.evaluate(() => client.evaluate("theme")), {
    accent: "großes Violett ✓",
    steps: [1, 2],
  });
  const detail = await opened.evaluate(() => client.detail("old-banner", true));
  assert.deepEqual([detail.value, detail.reason], [false, { kind: "OFF", offBy: "KILL_SWITCH" }]);
  assert.equal((await opened.evaluate(() => client.evaluateAll()))["price-page"], "beta");
  const missing = await opened.evaluate(() => client.detail("constructor", "mine"));
  assert.deepEqual([missing.value, missing.reason.errorKind], ["mine", "FLAG_NOT_FOUND"]);
  const asked = given.wire.exchanges.slice(from).filter(({ method }) => method === "OPTIONS");
  assert.deepEqual(new Set(asked.map(({ status }) => status)), new Set([204]));
  assert.ok(asked.length >= 1);
  // The browser itself reports the 404.
  assert.deepEqual(
    opened.complaints.filter((text) => !text.includes("404")),
    [],
  );
});

test("the evaluation log names the client, not the browser", async (t) => {
  const opened = await withClient(t, { entityId: "in-a-browser" });
  await opened.evaluate(() => client.evaluate("payments", false));
  const rows = await until("the call is in the log", async () => {
    const rows = await given.server.sql("select sdk from halyard.evaluations where entity_id = 'in-a-browser'");
    return rows.length > 0 && rows;
  });
  assert.deepEqual(rows, [{ sdk: "halyard-js/0.1.0" }]);
});

test("a server key is refused before it is sent", async (t) => {
  const from = given.wire.exchanges.length;
  const opened = await given.site.open(t, "/bundled.html");
  await assert.rejects(make(opened, options({ key: given.server.keys.server })), /client key in browsers/);
  assert.equal(given.wire.exchanges.length, from);
});

test("a page that is loaded again without network has its values at once, from localStorage", async (t) => {
  const opened = await withClient(t, { cache: {} });
  await opened.evaluate(() => client.evaluateAll());
  await opened.reload();
  await make(opened, options({ url: "http://127.0.0.1:1", cache: {} }));
  const { ready, flags } = await opened.evaluate(() => client.snapshot());
  assert.deepEqual([ready, flags["price-page"].value, flags["price-page"].from], [true, "beta", "cache"]);
  const detail = await opened.evaluate(() => client.detail("price-page", "mine"));
  assert.deepEqual([detail.value, detail.from, detail.error.errorKind], ["beta", "cache", "NETWORK"]);
});

test("a full localStorage does not disturb", async (t) => {
  const opened = await given.site.open(t, "/bundled.html");
  await opened.evaluate(() => {
    for (let size = 4_000_000; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) localStorage.setItem(`full${localStorage.length}`, "x".repeat(size));
      } catch {}
    }
  });
  await make(opened, options({ cache: {} }));
  assert.equal(await opened.evaluate(() => client.evaluate("price-page")), "beta");
  assert.deepEqual(opened.complaints, []);
});

/** Brings the page to the back and to the front again, as far as it can tell. */
const comeBack = (opened) =>
  opened.evaluate(() => {
    for (const state of ["hidden", "visible"]) {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange"));
    }
  });

for (const [what, back] of [
  ["comes to the front", comeBack],
  [
    "is online again",
    async (opened) => {
      await opened.context().setOffline(true);
      await opened.context().setOffline(false);
    },
  ],
]) {
  test(`a page learns of a kill when it ${what}`, async (t) => {
    const opened = await withClient(t, { refresh: {} });
    const payments = () => opened.evaluate(() => client.snapshot().flags.payments?.value);
    await opened.evaluate(() => client.start());
    assert.equal(await payments(), true);
    try {
      await setPayments(given.server, false);
      assert.equal(await payments(), true);
      await back(opened);
      await until("the kill is known", async () => (await payments()) === false, PATIENT);
    } finally {
      await setPayments(given.server, true);
    }
  });
}

test("a page with onFocus: false does not ask when it comes to the front", async (t) => {
  const opened = await withClient(t, { refresh: { onFocus: false, every: 86_400_000 } });
  await opened.evaluate(() => client.start());
  const from = given.wire.exchanges.length;
  await comeBack(opened);
  await opened.evaluate(() => client.evaluate("payments"));
  assert.equal(given.calls(from), 1, "its own call alone");
});

test("a closed client does not ask when the page comes to the front", async (t) => {
  const opened = await withClient(t, { refresh: {} });
  await opened.evaluate(() => client.start());
  await opened.evaluate(() => client.close());
  const from = given.wire.exchanges.length;
  await comeBack(opened);
  await make(opened, options());
  await opened.evaluate(() => client.evaluate("payments"));
  assert.equal(given.calls(from), 1);
});

test("an open page learns of a kill within its bound", async (t) => {
  const opened = await withClient(t, { refresh: { every: 1_000 } });
  await opened.evaluate(() => client.start());
  try {
    await setPayments(given.server, false);
    const known = () => opened.evaluate(() => client.snapshot().flags.payments.value === false);
    await until("the kill is known", known, 1_000 + 2 * PATIENT);
  } finally {
    await setPayments(given.server, true);
  }
});

test("a script with its settings as attributes makes halyard.flags", async (t) => {
  const { url, key } = given.access();
  given.site.files["/attributes.html"] = page(
    `<script src="/script.js" data-url="${url}" data-key="${key}" data-entity-id="ada"></script>`,
  );
  const opened = await given.site.open(t, "/attributes.html");
  assert.equal(await opened.evaluate(() => halyard.flags.evaluate("price-page", "mine")), "beta");
  assert.equal(await opened.evaluate(() => window.halyard.flags.evaluateAll().then((all) => all.payments)), true);
  assert.deepEqual(opened.complaints, []);
});

test("a script without attributes is started by the page", async (t) => {
  const opened = await given.site.open(t, "/plain.html");
  assert.equal(await opened.evaluate(() => halyard.flags), undefined);
  const value = await opened.evaluate((all) => halyard.init(all).evaluate("price-page"), options());
  assert.equal(value, "beta");
  assert.equal(await opened.evaluate(() => halyard.flags.evaluate("price-page")), "beta");
});

test("a server that is away is no error of the page", async (t) => {
  const opened = await withClient(t, { url: "http://127.0.0.1:1" });
  const { value, reason } = await opened.evaluate(() => client.detail("payments", "mine"));
  assert.deepEqual([value, reason.errorKind], ["mine", "NETWORK"]);
  // What the browser itself reports of each of the two tries.
  assert.deepEqual(
    opened.complaints.filter((text) => !text.includes("ERR_")),
    [],
  );
});
