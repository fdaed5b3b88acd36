// SDK keys and the local endpoint: a key is made in the page, seen once, and opens the endpoint over real HTTP;
// rotating and revoking have their effect there.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { fromPalette, pageTest, until, useApp } from "./harness.mjs";

const app = useApp();

/** How soon a revoked key must be refused, in milliseconds, with the patience of a busy machine. */
const REFUSED_WITHIN = 10_000;

/** A port that nobody has at the moment. */
async function freePort() {
  const { server, port } = await takenPort();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A port that `server` has until it is closed. */
async function takenPort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, port: server.address().port };
}

const section = (name) => `/settings?section=${name}`;
const once = (page) => page.getByRole("dialog", { name: /copy the (new )?key now/ });

/** Makes a key in the page; its text. */
async function makeKey(page, { kind = "Server", name, environment }) {
  await page.getByRole("button", { name: "New key", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "New SDK key" });
  await dialog.getByRole("radio", { name: kind }).check();
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  if (environment) {
    await dialog.getByRole("combobox", { name: "Environment" }).click();
    await page.getByRole("option", { name: environment }).click();
  }
  await dialog.getByRole("button", { name: "Create key" }).click();
  return takeKey(page);
}

/** Reads the key that is shown once, and closes the dialog. */
async function takeKey(page) {
  const text = await once(page).getByTestId("new-key").innerText();
  await once(page).getByRole("button", { name: /^Done/ }).click();
  await once(page).waitFor({ state: "hidden" });
  return text.trim();
}

const rowOf = (page, name) => page.getByRole("listitem").filter({ hasText: name });

async function fromMenu(page, row, entry) {
  await row.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}

/** Switches the endpoint on, behind the page; its address. */
async function endpoint() {
  const status = await app.command("local_endpoint_get");
  if (status.url) return status.url;
  return (await app.command("local_endpoint_set", { enabled: true, port: await freePort() })).url;
}

function evaluate(url, key, body = { key: "new-dashboard", entityId: "anybody" }) {
  return fetch(`${url}/feature-flags/evaluate`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const statusOf = async (url, key) => {
  const response = await evaluate(url, key);
  await response.arrayBuffer();
  return response.status;
};

pageTest(app, "a key is made, copied, seen once, and nowhere in the page after that", { path: section("keys") }, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: /^New key/ }).first().click();
  const dialog = page.getByRole("dialog", { name: "New SDK key" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Web shop");
  await page.keyboard.press("Enter");
  const text = (await once(page).getByTestId("new-key").innerText()).trim();
  assert.match(text, /^hal_srv_[0-9A-Za-z]{49}$/);
  await page.keyboard.press("Escape");
  assert.ok(await once(page).isVisible(), "Escape does not throw the key away");
  await once(page).getByRole("button", { name: "Copy key" }).click();
  await once(page).getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  await once(page).getByRole("button", { name: /^Done/ }).click();
  await once(page).waitFor({ state: "hidden" });

  await rowOf(page, "Web shop").getByText(`${text.slice(0, 12)}…`).waitFor();
  const kept = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!kept.includes(text), "the key is nowhere in the page");
});

pageTest(app, "the endpoint is switched on in the page and answers the request that it shows", { path: section("endpoint") }, async (page) => {
  const port = page.getByRole("textbox", { name: "Port" });
  await port.fill(String(await freePort()));
  const toggle = page.getByRole("switch", { name: "Local evaluation endpoint" });
  await toggle.click();
  const address = page.getByText(/^http:\/\/127\.0\.0\.1:\d+$/);
  await address.waitFor();
  const url = await address.innerText();

  await page.getByRole("link", { name: "make one under SDK keys" }).click();
  const key = await makeKey(page, { name: "Endpoint", environment: "Development" });
  // A new key reaches the endpoint a moment after it was made.
  await until("the key opens", async () => (await statusOf(url, key)) === 200);
  const response = await evaluate(url, key);
  const answer = await response.json();
  assert.equal(answer.key, "new-dashboard");
  assert.ok("value" in answer && answer.reason.kind, JSON.stringify(answer));
  assert.equal((await evaluate(url, `${key.slice(0, -1)}!`)).status, 401);

  await rowOf(page, "Endpoint").getByText(/^Used just now$/).waitFor();
  await page.goto(`${app.bridge.url}/#${section("servers")}`);
  await page.getByRole("table").getByText(/^bridge /).waitFor();
  await page.goto(`${app.bridge.url}/#${section("endpoint")}`);
  await page.getByText(/^[1-9]\d* evaluations?/).waitFor();
  await toggle.click();
  await page.getByText("Off", { exact: true }).waitFor();
  await assert.rejects(evaluate(url, key), "nobody answers any more");
});

pageTest(app, "a port that another program has is refused beside the field", { path: section("endpoint") }, async (page) => {
  const { server, port } = await takenPort();
  try {
    await app.command("local_endpoint_set", { enabled: false, port: 8484 });
    await page.getByRole("textbox", { name: "Port" }).fill(String(port));
    await page.getByRole("switch", { name: "Local evaluation endpoint" }).click();
    await page.getByText(`Another program on this computer uses port ${port}.`).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Port" }).getAttribute("aria-invalid"), "true");
  } finally {
    server.close();
  }
});

pageTest(app, "a rotated key works beside the new one; a revoked one is refused soon", { path: section("keys") }, async (page) => {
  const url = await endpoint();
  const first = await makeKey(page, { name: "Rotating", environment: "Staging" });
  await until("the key opens", async () => (await statusOf(url, first)) === 200);
  await fromMenu(page, rowOf(page, "Rotating"), "Rotate…");
  await page.getByRole("button", { name: "Make the new key" }).click();
  await once(page).getByText(/works for another 24 hours/).waitFor();
  const second = await takeKey(page);
  assert.notEqual(first, second);
  await until("the new key opens", async () => (await statusOf(url, second)) === 200);
  assert.equal(await statusOf(url, first), 200, "the old one still does");
  await rowOf(page, "Rotating").nth(1).waitFor();
  await page.getByText(/Expires in 2[34] h/).waitFor();

  await fromMenu(page, rowOf(page, "Rotating").filter({ hasText: first.slice(0, 12) }), "Revoke…");
  const dialog = page.getByRole("dialog", { name: "Revoke Rotating" });
  await dialog.getByText("is refused within 2 seconds").waitFor();
  await dialog.getByRole("button", { name: "Revoke key" }).click();
  await until("the old key is refused", async () => (await statusOf(url, first)) === 401, REFUSED_WITHIN);
  assert.equal(await statusOf(url, second), 200);
});

pageTest(app, "a third live key is refused where two are live already", { path: section("keys") }, async (page) => {
  await makeKey(page, { kind: "Client", name: "Client one", environment: "Production" });
  await makeKey(page, { kind: "Client", name: "Client two", environment: "Production" });
  await page.getByRole("button", { name: "New key", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "New SDK key" });
  await dialog.getByRole("radio", { name: "Client" }).check();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Client three");
  await page.keyboard.press("Enter");
  await dialog.getByText("Production has 2 live client keys, which is the most. Revoke one first.").waitFor();
});

pageTest(app, "keys are made and revoked by the keyboard alone", { path: section("keys") }, async (page) => {
  await page.getByRole("button", { name: "New key", exact: true }).waitFor();
  await fromPalette(page, "new sdk key", /New SDK key/);
  const dialog = page.getByRole("dialog", { name: "New SDK key" });
  await dialog.waitFor();
  await until("the keyboard is in the name", () =>
    dialog.getByRole("textbox", { name: "Name" }).evaluate((field) => field === document.activeElement),
  );
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.ok(await dialog.getByRole("radio", { name: "Admin" }).first().isChecked());
  await page.keyboard.press("Tab");
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");
  await once(page).waitFor();
  await page.keyboard.press("Enter");
  await once(page).getByRole("button", { name: "Copied" }).waitFor();
  await once(page).getByRole("button", { name: /^Done/ }).focus();
  await page.keyboard.press("Enter");
  await once(page).waitFor({ state: "hidden" });
  const actions = rowOf(page, "By hand").getByRole("button", { name: "Actions for By hand" });
  await actions.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Revoke…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Revoke By hand" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("By hand is revoked.").waitFor();
});
