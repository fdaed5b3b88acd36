// Customers: found by id, name and e-mail address among the sample's fifty thousand, and one with all that Halyard says
// of them; what an edit does to them as a file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pageTest, until, useApp } from "./harness.mjs";

const app = useApp();

const grid = (page) => page.getByRole("grid", { name: "Customers" });
const rows = (page) => grid(page).locator("[data-row-key]");
const search = (page) => page.getByRole("textbox", { name: "Search" });

const customerPath = (entity) => `/customers/customer?entity=${encodeURIComponent(JSON.stringify(entity))}`;

pageTest(app, "customers are found by id, by name and by e-mail address", { path: "/customers" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByRole("link", { name: "Customers, 50,000" }).waitFor();
  const { customers } = await app.command("customers_list", { search: "", limit: 300 });
  const wanted = customers[250];
  const onlyOne = async (text) => {
    await search(page).fill(text);
    await until(`${text} is found`, async () => {
      const keys = await rows(page).evaluateAll((found) => found.map((row) => row.dataset.rowKey));
      return keys[0] === wanted.entityId || (keys.length < 30 && keys.includes(wanted.entityId));
    });
  };
  await onlyOne(wanted.entityId);
  await onlyOne(wanted.email.toUpperCase());
  await onlyOne(wanted.name);
  await search(page).fill("nobody's name");
  await page.getByText("Nobody matches “nobody's name”").waitFor();
});

pageTest(app, "the list goes on while it is scrolled, and keeps its place", { path: "/customers" }, async (page) => {
  await rows(page).first().waitFor();
  await rows(page).first().hover();
  await until("three pages are read", async () => {
    await page.mouse.wheel(0, 4_000);
    return Number(await rows(page).last().getAttribute("aria-rowindex")) > 220;
  });
  const entity = await grid(page).evaluate((table) => {
    const middle = window.innerHeight / 2;
    const drawn = [...table.querySelectorAll("[data-row-key]")];
    return drawn.find((row) => row.getBoundingClientRect().top > middle).dataset.rowKey;
  });
  await page.locator(`[data-row-key="${entity}"]`).click();
  await page.getByRole("region", { name: "Row" }).waitFor();
  await page.getByRole("banner").or(page.locator("header")).getByText(entity).first().waitFor();
  await page.goBack();
  await until("the same row is in sight", async () => page.locator(`[data-row-key="${entity}"]`).isVisible());
});

pageTest(app, "a customer's page agrees with the evaluation of each flag, and leads to why", {}, async (page) => {
  const { customers } = await app.command("customers_list", { search: "", limit: 10 });
  const { entityId, name } = customers[7];
  await page.goto(`${app.bridge.url}/#${customerPath(entityId)}`);
  await page.getByRole("heading", { name }).waitFor();
  const flags = page.getByRole("grid", { name: "Flags in Production" });
  await flags.waitFor();
  const profile = await app.command("customer_profile", { entityId, environment: "production" });
  assert.ok(profile.flags.length > 10);
  for (const { key, value } of profile.flags) {
    const { evaluation } = await app.command("why", { flag: key, environment: "production", entityId });
    assert.deepEqual(value, evaluation.value, key);
  }
  await page.getByRole("textbox", { name: "Filter" }).fill("dashboard");
  await flags.getByRole("row").filter({ hasText: "new-dashboard" }).press("Enter");
  await page.getByRole("heading", { name: /^Why/ }).waitFor();
  await until("Why is asked of this customer", async () => page.url().includes(encodeURIComponent(entityId)));
});

for (const entity of ["visitor/../7?x=1#y", "..", "🎈 ' \" %25", "é".repeat(256)]) {
  const named = [...entity].length > 30 ? "an id of 256 characters" : entity;
  pageTest(app, `${named}, not in the table, has a page`, { path: customerPath(entity) }, async (page) => {
    await page.getByRole("heading", { name: entity, exact: true }).waitFor();
    await page.getByText(/Not in public\.customers/).waitFor();
    await page.getByRole("grid", { name: "Flags in Production" }).getByRole("row").nth(3).waitFor();
    await page.getByText("Last evaluations", { exact: true }).click();
    await page.getByText("Nothing was evaluated for them in Production").waitFor();
  });
}

pageTest(app, "who an edit moves is exported as a file, and the audit trail knows it", {}, async (page) => {
  const flag = await app.command("flag_create", {
    key: "exported",
    name: "Exported",
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ percentage: 10, value: true }],
  });
  await page.goto(`${app.bridge.url}/#/flags/exported`);
  await page.getByRole("textbox", { name: "Percentage of rule 1" }).fill("25");
  const see = page.getByRole("button", { name: "See who" });
  await until("it is counted", async () => see.isEnabled());
  await see.click();
  const dialog = page.getByRole("dialog", { name: /^Whose value changes/ });
  await dialog.locator("[data-row-key]").first().waitFor();
  await dialog.getByRole("button", { name: "Export CSV" }).click();
  await dialog.getByText("downloads/exported-gain.csv").waitFor();

  const draft = { defaultValue: false, rules: flag.rules.map((rule) => ({ ...rule, percentage: 25 })) };
  const { gained } = await app.command("flag_impact", { flag: flag.id, draft });
  const text = readFileSync(join(app.bridge.dataDir, "downloads", "exported-gain.csv"), "utf8");
  const lines = text.trimEnd().split("\r\n");
  assert.equal(lines.length, gained + 1);
  assert.match(lines[0], /^\uFEFFcustomer_id,name,email,effect,value_now,value_after$/);
  assert.match(lines[1], /,gained,false,true$/);
  const { entries } = await app.command("audit_list", { limit: 5 });
  const accesses = entries.filter(({ action }) => action.startsWith("customers."));
  assert.deepEqual(
    accesses.map(({ action, entityKey }) => [action, entityKey]),
    [["customers.exported", "exported"], ["customers.listed", "exported"]],
  );
});
