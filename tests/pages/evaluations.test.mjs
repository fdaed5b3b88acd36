// The evaluation log over the real database: what was served is found by filters and by time, a call shows all its
// flags and leads to Why, what comes in is watched live, and the rows of a filter are taken out as CSV and as SQL.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inDatabase } from "./database.mjs";
import { fromPalette, pageTest, until, useApp } from "./harness.mjs";

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
  await page.getByRole("option").filter({ hasText: flagKey }).first().click();
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

const field = (page, name) => page.getByLabel(name, { exact: true });
/** A chip above the list, once it says what is chosen. */
const chip = (page, words) => page.getByRole("button", { name: words });
/** Chooses in a chip by typing. */
async function choose(page, label, text, option) {
  await page.getByRole("button", { name: label, exact: true }).click();
  await page.getByRole("combobox", { name: label }).fill(text);
  await page.getByRole("option", { name: option }).first().click();
}

pageTest(app, "times are typed as people write them, in one form whatever the language, and cleared", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await field(page, "From").fill("2020-01-01");
  await page.keyboard.press("Tab");
  await page.keyboard.type("2020-01-01");
  await page.keyboard.press("Enter");
  // A day as the end is meant with all its hours.
  await until("the end of the day", async () => (await field(page, "to").inputValue()) === "2020-01-02 00:00");
  assert.equal(await field(page, "From").inputValue(), "2020-01-01 00:00");
  await page.getByText("No such evaluation in Production").waitFor();
  await field(page, "From").fill("soon");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(/Write it as 2026-11-22 14:03/).waitFor();
  assert.equal(await field(page, "From").inputValue(), "soon", "what was typed stays");
  await field(page, "From").fill("2 h ago");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("“From” must be before “to”.").waitFor();
  await page.getByRole("button", { name: "Show all time" }).click();
  await rows(page).first().waitFor();
  assert.equal(await field(page, "to").inputValue(), "");
});

pageTest(app, "an SDK is chosen from those that call, with its versions, or by a part of its name", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  const seen = await app.command("evaluations_sdks", { environment: "production", since: "2020-01-01T00:00:00Z" });
  assert.ok(seen.length > 2);
  await choose(page, "SDK", "react", "halyard-react/0.1.0");
  await chip(page, "SDK: halyard-react/0.1.0").waitFor();
  const only = (part) =>
    until(`only ${part}`, async () => {
      const sdks = await grid(page).locator("[data-row-key] code[title]").evaluateAll((all) => all.map(({ title }) => title));
      const named = sdks.filter((title) => /\/\d/.test(title));
      return named.length > 0 && named.every((title) => title.includes(part));
    });
  await only("halyard-react/");
  await page.getByRole("button", { name: "Clear sdk" }).click();
  await page.getByRole("button", { name: "SDK", exact: true }).press("Enter");
  await page.getByRole("combobox", { name: "SDK" }).waitFor();
  await page.keyboard.type("HALYARD");
  await page.getByRole("option", { name: "Any with “HALYARD” in its name" }).waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await chip(page, "SDK: “HALYARD” in its name").waitFor();
  await only("halyard-");
});

pageTest(app, "killed and off are two reasons, in the list as in the bars", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  const pick = async (name) => {
    await page.getByRole("button", { name: /^Reason/ }).first().click();
    await page.getByRole("menuitemradio", { name, exact: true }).click();
  };
  const all = (words) =>
    until(`only ${words}`, async () => {
      const texts = await rows(page).allTextContents();
      return texts.length > 0 && texts.every((row) => row.includes(words));
    });
  const bars = page.getByRole("list", { name: "Colours" });
  await bars.getByText("killed", { exact: true }).waitFor();
  await bars.getByText("off", { exact: true }).waitFor();
  await pick("killed");
  await all("killed");
  await until("bars of killed ones alone", async () => (await bars.getByRole("listitem").count()) === 1);
  await pick("off");
  await all("off in Production");
});

pageTest(app, "the bars are read and brushed by keyboard", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  const bars = page.getByRole("slider", { name: /^Evaluations\./ });
  await bars.waitFor();
  await bars.focus();
  await page.keyboard.press("ArrowLeft");
  const text = await bars.getAttribute("aria-valuetext");
  assert.match(text, /\d{2}:\d{2} – \d{2}:\d{2}: /);
  await page.getByText(text.split(": ")[0], { exact: false }).first().waitFor();
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  await until("three bars", async () => {
    const [from, to] = [await field(page, "From").inputValue(), await field(page, "to").inputValue()];
    return Date.parse(to.replace(" ", "T")) - Date.parse(from.replace(" ", "T")) === 3 * 600_000;
  });
  await bars.focus();
  await page.keyboard.press("Escape");
  await until("no span", async () => (await field(page, "From").inputValue()) === "");
});

pageTest(app, "the palette opens a filter, chooses a reason and clears them", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await fromPalette(page, "evaluations by sdk", /^Filter evaluations by SDK/);
  await until("the field has the keyboard", () =>
    page.getByRole("combobox", { name: "SDK" }).evaluate((input) => input === document.activeElement),
  );
  await page.keyboard.press("Escape");
  await fromPalette(page, "only killed", /^Evaluations: only killed/);
  await chip(page, "Reason: killed").waitFor();
  await fromPalette(page, "clear the filters", /^Clear the filters of the evaluations/);
  await page.getByRole("button", { name: "Reason", exact: true }).waitFor();
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
  await choose(page, "Flag", "search-ranker", "search-ranker");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "Copy as SQL" }).click();
  await page.getByText(/The statement is copied/).first().waitFor();
  const sql = await page.evaluate(() => navigator.clipboard.readText());
  const { rows: found } = await inDatabase(app, sql);
  assert.ok(found.length > 0 && found.every(({ flag_key, environment }) => flag_key === "search-ranker" && environment === "production"));
});

/** What a row of the list and a row of the statement have in common. */
const ofList = (row) => [Date.parse(row.at), row.environment, row.entityId, row.flagKey, row.flagVersion, row.value, row.reason, row.offBy, row.errorKind, row.ruleIndex, row.ruleId, row.source, row.sdk, row.stale];
const ofStatement = (row) => [row.evaluated_at.getTime(), row.environment, row.entity_id, row.flag_key, row.flag_version, row.value, row.reason, row.off_by, row.error_kind, row.rule_index, row.rule_id, row.source, row.sdk, row.stale];

/** The newest thousand rows of a filter, as the statement is limited to. */
async function listed(filter) {
  const found = [];
  let cursor;
  do {
    const page = await app.command("evaluations_list", { limit: 500, filter, ...(cursor ? { cursor } : {}) });
    found.push(...page.evaluations);
    cursor = page.nextCursor;
  } while (cursor && found.length < 1_000);
  return found.slice(0, 1_000).map(ofList);
}

test("every filter's statement finds the very rows of the list, in their order", async () => {
  const everything = (await app.command("evaluations_list", { limit: 500, filter: {} })).evaluations;
  const one = everything.find(({ entityId, reason }) => entityId !== "" && reason === "RULE_MATCH");
  const json = everything.find(({ value }) => typeof value === "object");
  const to = one.at;
  const from = new Date(Date.parse(one.at) - 3_600_000).toISOString();
  const filters = {
    nothing: {},
    environment: { environment: "staging" },
    flag: { flagKey: one.flagKey },
    customer: { entityId: one.entityId },
    "customer and flag": { entityId: one.entityId, flagKey: one.flagKey, environment: one.environment },
    boolean: { value: true },
    text: { flagKey: "search-ranker", value: "bm25" },
    number: { flagKey: "api-rate-limit", value: 120 },
    JSON: { value: json.value },
    ...Object.fromEntries(["RULE_MATCH", "FALLTHROUGH", "OFF", "ERROR"].map((reason) => [reason, { reason }])),
    killed: { offBy: "KILL_SWITCH" },
    "off in production": { offBy: "ENVIRONMENT", environment: "production" },
    "off that matched, which nothing is": { reason: "RULE_MATCH", offBy: "ENVIRONMENT" },
    rule: { ruleId: one.ruleId },
    ...Object.fromEntries(["evaluate", "evaluate_all", "ofrep"].map((source) => [source, { source }])),
    SDK: { sdk: one.sdk },
    "part of an SDK": { sdkContains: "HALYARD-" },
    "what looks like a pattern": { sdkContains: "%_" },
    time: { from, to },
    "all of them": { flagKey: one.flagKey, entityId: one.entityId, environment: one.environment, value: one.value, reason: one.reason, ruleId: one.ruleId, source: one.source, sdk: one.sdk, from, to: new Date(Date.parse(to) + 1).toISOString() },
    "what would be a statement": { entityId: "'; drop schema halyard; --", value: "\\' or true" },
  };
  const found = {};
  for (const [name, filter] of Object.entries(filters)) {
    const { sql } = await app.command("evaluations_sql", { filter });
    const { rows: plain } = await inDatabase(app, sql);
    assert.deepEqual(plain.map(ofStatement), await listed(filter), name);
    found[name] = plain.length;
  }
  const empty = Object.keys(found).filter((name) => found[name] === 0);
  assert.deepEqual(empty, ["ERROR", "off that matched, which nothing is", "ofrep", "what looks like a pattern", "what would be a statement"]);
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
