// The client for React Native, bundled as Metro would, with the real AsyncStorage; only what the phone
// itself would answer is replaced (clients/react-native).
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { setPayments } from "../clients/contract.mjs";
import { temporaryFolder, until } from "../clients/harness.mjs";
import { json, misbehaving, PATIENT, useFlagsService } from "./service.mjs";

const folder = temporaryFolder();
after(folder.remove);

// On a phone there is a `window`, yet nothing of the DOM in it.
globalThis.window = globalThis;

/** What an app would use, and what the phone would say; `kind` is how Metro asks for it. */
async function bundled(kind) {
  const outfile = join(folder.path, `${kind}.mjs`);
  const words = {
    import: 'export * from "@halyard/flags/react-native";',
    require:
      'const all = require("@halyard/flags/react-native"); export const { createClient, FlagsProvider, useFlag } = all;',
  };
  await build({
    stdin: {
      contents: `${words[kind]}
        export { appBecomes, AppState } from "react-native";
        export { default as AsyncStorage } from "@react-native-async-storage/async-storage";
        export { createElement } from "react";
        export { renderToString } from "react-dom/server.browser";`,
      resolveDir: import.meta.dirname,
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["react-native", "module", "main"],
    conditions: ["react-native", kind],
    resolveExtensions: [".native.ts", ".native.js", ".ts", ".tsx", ".mjs", ".js"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return import(outfile);
}

const given = useFlagsService(async (given) => {
  given.phone = await bundled("import");
});
const options = (more) => ({ ...given.access(), entityId: "ada", timeout: PATIENT, ...more });
/** A client that is closed when the test is over. */
function clientFor(t, more) {
  const client = given.phone.createClient(options(more));
  t.after(() => client.close());
  return client;
}

test("evaluates, one flag and all", async (t) => {
  const client = clientFor(t);
  assert.equal(await client.evaluate("price-page", "mine"), "beta");
  assert.deepEqual((await client.evaluateAll()).theme, { accent: "großes Violett ✓", steps: [1, 2] });
  assert.equal((await client.identify("bob"))["price-page"], "new");
});

test("starts without network with what AsyncStorage kept", async (t) => {
  await given.phone.AsyncStorage.clear();
  await clientFor(t).evaluateAll();
  await until("it is kept", async () => (await given.phone.AsyncStorage.getAllKeys()).length === 1);
  const offline = clientFor(t, { url: "http://127.0.0.1:1" });
  await offline.start();
  assert.equal(offline.snapshot().ready, true);
  const { value, from, error } = await offline.detail("price-page", "mine");
  assert.deepEqual([value, from, error.errorKind], ["beta", "cache", "NETWORK"]);
  const without = clientFor(t, { url: "http://127.0.0.1:1", cache: undefined });
  assert.equal(await without.evaluate("price-page", "mine"), "mine");
});

test("learns of a kill when the app comes back to the front, and only then", async (t) => {
  const client = clientFor(t, { refresh: {} });
  await client.start();
  const payments = () => client.snapshot().flags.payments.value;
  assert.equal(payments(), true);
  try {
    await setPayments(given.server, false);
    const from = given.wire.exchanges.length;
    given.phone.appBecomes("inactive");
    given.phone.appBecomes("background");
    assert.equal(given.calls(from), 0);
    given.phone.appBecomes("active");
    await until("the kill is known", () => payments() === false, PATIENT);
    assert.equal(given.calls(from), 1);
  } finally {
    await setPayments(given.server, true);
  }
});

test("learns of a kill within its bound while the app is open", async (t) => {
  const client = clientFor(t, { refresh: { every: 1_000 } });
  await client.start();
  try {
    await setPayments(given.server, false);
    await until("the kill is known", () => client.snapshot().flags.payments.value === false, 1_000 + 2 * PATIENT);
  } finally {
    await setPayments(given.server, true);
  }
});

test("a server that asked to wait is not asked when the app comes back to the front", async (t) => {
  const server = await misbehaving(t, (response) => json(response, {}, 429, { "retry-after": "600" }));
  const client = clientFor(t, { url: server.url, cache: undefined, refresh: {} });
  await client.start();
  for (const state of ["background", "active", "background", "active"]) given.phone.appBecomes(state);
  // A call of the app's own is made all the same, after any that there would be.
  assert.equal((await client.detail("payments", "mine")).reason.errorKind, "RATE_LIMITED");
  assert.deepEqual(server.paths, ["/feature-flags/evaluate-all", "/feature-flags/evaluate"]);
});

test("a closed client does not listen to the phone any more", async (t) => {
  const client = clientFor(t, { refresh: {} });
  await client.start();
  const { length } = given.phone.AppState.watchers;
  client.close();
  assert.equal(given.phone.AppState.watchers.length, length - 1);
});

test("draws with its hooks, without a DOM", async (t) => {
  const { createElement, FlagsProvider, renderToString, useFlag } = given.phone;
  const client = clientFor(t);
  await client.evaluateAll();
  const Price = () => useFlag("price-page", "mine");
  assert.equal(renderToString(createElement(FlagsProvider, { client }, createElement(Price))), "beta");
  assert.equal(typeof document, "undefined");
});

test("is the same when Metro requires it", async (t) => {
  const { createClient } = await bundled("require");
  const client = createClient(options());
  t.after(() => client.close());
  assert.equal(await client.evaluate("price-page", "mine"), "beta");
});
