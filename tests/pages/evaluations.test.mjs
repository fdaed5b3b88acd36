// The evaluation log over the real database: what was served is found by filters and by time, a call shows all its
// flags and leads to Why, what comes in is watched live, and the rows of a filter are taken out as CSV and as SQL.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pageTest, until, useApp } from "./harness.mjs";

const app = useApp();
const grid = (page) => page.getByRole("grid", { name: "Evaluations" });
const rows = (page) => grid(page).locator("[data-row-key]");
const newest = async (filter = {}) =>
  (await app.command("evaluations_list", { limit: 50, filter: { environment: "production", ...filter } })).evaluations;

pageTest(app, "the log is narrowed to a flag and a value, and the bars tell values apart", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  const [{ flagKey }] = await newest();
  await page.getByRole("button", { name: "Flag", exact: true }).click();
  await page.getByRole("combobox", { name: "Flag" }).fill(flagKey);
  await page.getByRole("option", { name: flagKey, exact: true }).click();
  const [first] = await newest({ flagKey });
  const text = typeof first.value === "string" ? first.value : JSON.stringify(first.value);
  await page.getByRole("button", { name: "Value", exact: true }).click();
  await page.getByRole("combobox", { name: "Value" }).fill(text);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: `Value: ${text}` }).waitFor();
  await until("only rows of the flag", async () => {
    const texts = await rows(page).allTextContents();
    return texts.length > 0 && texts.every((row) => row.includes(flagKey));
  });
  await page.getByRole("list", { name: "Colours" }).getByText(text, { exact: true }).waitFor();
  await page.getByRole("slider", { name: /^Evaluations\./ }).waitFor();
});

pageTest(app, "the fields beside the bars narrow the list to a span, which can be cleared", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByLabel("From", { exact: true }).fill("2020-01-01T00:00");
  await page.getByLabel("to", { exact: true }).fill("2020-01-02T00:00");
  await page.keyboard.press("Enter");
  await page.getByText("No such evaluation in Production").waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await rows(page).first().waitFor();
});

pageTest(app, "dragging over the bars narrows the list, Escape widens it again", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByText("30 d", { exact: true }).click();
  const chart = page.locator(".u-over");
  await chart.waitFor();
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  const from = page.getByLabel("From", { exact: true });
  await until("the span is in the fields", async () => (await from.inputValue()) !== "");
  await page.getByRole("slider", { name: /^Evaluations\./ }).focus();
  await page.keyboard.press("Escape");
  await until("no span", async () => (await from.inputValue()) === "");
});

pageTest(app, "a row opens its call with all flags, and leads to Why at that moment", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  const wanted = (await newest()).find(({ entityId, flagKey }) => entityId !== "" && flagKey !== "");
  const row = grid(page).locator(`[data-row-key="${wanted.id}"]`);
  await row.focus();
  await page.keyboard.press("Enter");
  const call = page.getByRole("complementary", { name: "Call" });
  const { evaluations } = await app.command("evaluation_call", { id: wanted.callId, evaluatedAt: wanted.at });
  const flags = call.getByRole("list", { name: "Flags of this call" }).getByRole("listitem");
  await until("all flags of the call", async () => (await flags.count()) === evaluations.length);
  await page.keyboard.press("Escape");
  await until("back on the row", () => row.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Enter");
  await call.getByRole("button", { name: "Why did they get it?" }).click();
  await page.waitForURL(/\/why\?/);
});

pageTest(app, "what comes in is watched live, and paused", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.getByRole("button", { name: /^Live.*\/s/ }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused.", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Live/ }).click();
  await rows(page).first().waitFor();
});

pageTest(app, "the rows of a filter become a CSV file", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "CSV of this filter" }).click();
  const saved = page.getByText(/^Saved .* evaluations? to/);
  await saved.waitFor({ timeout: 60_000 });
  const path = await saved.getAttribute("title");
  assert.ok(existsSync(path) && path.startsWith(join(app.bridge.dataDir, "downloads")), path);
  assert.match(readFileSync(path, "utf8").split("\r\n", 1)[0], /flag/);
});

pageTest(app, "the filter is copied as a statement", { path: "/evaluations" }, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "Copy as SQL" }).click();
  await page.getByText(/The statement is copied/).first().waitFor();
  const sql = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(sql, /from halyard\.flag_evaluations/);
  assert.match(sql, /environment = 'production'/);
});

pageTest(app, "a flag's page says how it is used, and the list when it was evaluated", { path: "/flags" }, async (page) => {
  await page.getByRole("img", { name: /evaluations? in the last 24 h/ }).first().waitFor();
  const [{ flagKey }] = await newest();
  await page.goto(`${app.bridge.url}/#/flags/${flagKey}?tab=evaluations`);
  await page.getByText(/^Last evaluated/).waitFor();
  await page.getByRole("slider", { name: new RegExp(`Evaluations of ${flagKey}`) }).waitFor();
});

pageTest(app, "a customer is erased from the log after the id was typed", { path: "/settings?section=log" }, async (page) => {
  const { entityId } = (await newest()).find((one) => one.entityId !== "");
  await page.getByRole("spinbutton", { name: "Keep evaluations for" }).or(page.getByLabel("Keep evaluations for")).first().waitFor();
  await page.goto(`${app.bridge.url}/#/customers/customer?entity=${encodeURIComponent(entityId)}`);
  await page.getByRole("button", { name: "Actions for the customer" }).click();
  await page.getByRole("menuitem", { name: "Erase from the evaluation log…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("textbox", { name: /^Type / }).fill(entityId);
  await dialog.getByRole("button", { name: "Erase for good" }).click();
  await dialog.getByText(/removed\. Calls that are still/).waitFor();
  assert.deepEqual(await newest({ entityId }), []);
});
