// Pages that a server renders with React and a browser takes over: nothing is drawn that the other did
// not draw, so nothing jumps and nothing is warned of.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { FlagsProvider, useFlag, useFlags } from "@halyard/flags/react";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { until } from "../clients/harness.mjs";
import { bundle, inScript, page, startSite } from "./pages.mjs";
import { PATIENT, useFlagsService } from "./service.mjs";

/** Where each React is that pages use; the server renders with the newest. */
const REACTS = { 19: "../node_modules", 18: "react-18/node_modules" };

const given = useFlagsService(async (given) => {
  given.site = await startSite();
  for (const [version, folder] of Object.entries(REACTS)) {
    const at = (name) => [name, join(import.meta.dirname, folder, name)];
    const alias = Object.fromEntries([at("react"), at("react-dom")]);
    given.site.files[`/shop-${version}.js`] = await bundle('import "./shop.mjs"', alias);
  }
});
after(() => given.site?.close());

const Price = () => createElement("p", null, useFlag("price-page", "mine"));
const rendered = (client, props) =>
  renderToString(createElement(FlagsProvider, { client, ...props }, createElement(Price)));

/** Opens what was rendered, taken over with a client of those settings. */
async function takenOver(t, react, path, html, settings) {
  const all = { ...given.access(), entityId: "ada", timeout: PATIENT, ...settings };
  given.site.files[path] = page(
    `<div id="shop">${html}</div><script>settings = ${inScript(all)}</script><script src="/shop-${react}.js"></script>`,
  );
  const opened = await given.site.open(t, path);
  assert.ok((await opened.evaluate(() => version)).startsWith(`${react}.`));
  const shown = (text) => until(`${text} is shown`, async () => (await opened.textContent("#shop")) === text, PATIENT);
  const calm = async () => {
    assert.deepEqual(await opened.evaluate(() => recovered), []);
    assert.deepEqual(opened.complaints, []);
  };
  return Object.assign(opened, { shown, calm, drawn: () => opened.evaluate(() => drawn) });
}

test("a server renders what its client was answered, without a call of its own", async (t) => {
  const client = given.client(t);
  await client.evaluateAll();
  const from = given.wire.exchanges.length;
  assert.equal(rendered(client), "<p>beta</p>");
  assert.equal(rendered(client, { loading: "loading" }), "<p>beta</p>");
  const All = () => JSON.stringify(useFlags().ready);
  assert.equal(renderToString(createElement(FlagsProvider, { client }, createElement(All))), "true");
  assert.equal(given.calls(from), 0);
});

for (const react of Object.keys(REACTS)) {
  test(`React ${react}: a page that was rendered with values is taken over with the same, without a flash`, async (t) => {
    const client = given.client(t);
    await client.evaluateAll();
    const opened = await takenOver(t, react, "/values.html", rendered(client), { bootstrap: client.snapshot() });
    await opened.shown("beta");
    await opened.evaluate(() => client.start());
    assert.deepEqual(new Set(await opened.drawn()), new Set(["beta"]));
    await opened.calm();
  });

  test(`React ${react}: a page that was rendered without values shows fallbacks first, then values`, async (t) => {
    const html = rendered(given.client(t));
    assert.equal(html, "<p>mine</p>");
    const opened = await takenOver(t, react, "/fallbacks.html", html);
    await opened.shown("beta");
    assert.deepEqual([(await opened.drawn())[0], (await opened.drawn()).at(-1)], ["mine", "beta"]);
    await opened.calm();
  });

  test(`React ${react}: a page that was rendered as loading is taken over as loading`, async (t) => {
    const html = rendered(given.client(t), { loading: "loading" });
    assert.equal(html, "loading");
    const opened = await takenOver(t, react, "/loading.html", html, { loading: "loading" });
    await opened.shown("beta");
    assert.deepEqual(new Set(await opened.drawn()), new Set(["beta"]));
    await opened.calm();
  });

  test(`React ${react}: what the browser has cached does not contradict what was rendered`, async (t) => {
    const html = rendered(given.client(t));
    const opened = await takenOver(t, react, "/cached.html", html, { cached: true });
    await opened.shown("beta");
    await opened.reload();
    await opened.shown("beta");
    assert.equal((await opened.drawn())[0], "mine", "as it was rendered");
    await opened.calm();
  });

  test(`React ${react}: a page that leaves React leaves nothing behind`, async (t) => {
    const opened = await takenOver(t, react, "/leaving.html", rendered(given.client(t)));
    await opened.shown("beta");
    await opened.evaluate(() => root.unmount());
    const { length } = await opened.drawn();
    await opened.evaluate(() => client.identify("bob"));
    assert.equal((await opened.drawn()).length, length);
    await opened.calm();
  });
}
