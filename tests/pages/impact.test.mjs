// The impact of an edit before it is saved: counted by the engine over all customers of the sample workspace,
// shown while the rule is edited, with the people by name; and a count that is called off.
import assert from "node:assert/strict";
import { pageTest, until, useApp } from "./harness.mjs";

const app = useApp();

let made = 0;
/** A boolean flag of its own, off everywhere, with one rule for everybody at 10 %. */
function makeFlag(fields = {}) {
  made += 1;
  return app.command("flag_create", {
    key: `counted-${made}`,
    name: `Counted ${made}`,
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ percentage: 10, value: true }],
    ...fields,
  });
}

async function openFlag(page, { key }) {
  await page.goto(`${app.bridge.url}/#/flags/${encodeURIComponent(key)}`);
  await page.getByRole("list", { name: "Rules" }).waitFor({ state: "attached" });
}

const percentage = (page, rule) => page.getByRole("textbox", { name: `Percentage of rule ${rule}` });
const panel = (page) => page.getByRole("region", { name: "Unsaved changes" });
const whole = new Intl.NumberFormat("en-US");

/** The impact of the flag with its first rule at a percentage, as the app's backend counts it. */
function impactOf(flag, percent) {
  const rules = flag.rules.map((rule, index) => (index === 0 ? { ...rule, percentage: percent } : rule));
  return app.command("flag_impact", { flag: flag.id, draft: { defaultValue: flag.defaultValue, rules } });
}

pageTest(app, "an edit says who gains, by name and searched, and who loses when it is turned back", {}, async (page) => {
  const flag = await makeFlag();
  const { customers, gained, lost } = await impactOf(flag, 25);
  assert.ok(gained > 0 && lost === 0);
  await openFlag(page, flag);
  await percentage(page, 1).fill("25");
  await panel(page).getByText(`+${whole.format(gained)}`, { exact: true }).waitFor();
  await panel(page).getByText(`over ${whole.format(customers)} customers`).waitFor();

  await panel(page).getByRole("button", { name: "See who" }).click();
  const dialog = page.getByRole("dialog", { name: `Whose value changes: ${whole.format(gained)} customers` });
  const rows = dialog.locator("[data-row-key]");
  await rows.first().waitFor();
  const entityId = await rows.first().getAttribute("data-row-key");

  // Beyond the first page of a hundred.
  await until("the next page is read", async () => {
    await dialog.locator("[data-row-key]").last().scrollIntoViewIfNeeded();
    const last = await rows.last().getAttribute("aria-rowindex");
    return Number(last) > 110;
  });
  await dialog.getByRole("textbox", { name: "Search" }).fill(entityId);
  await until("one is left", async () => (await rows.count()) === 1);
  assert.equal(await rows.first().getAttribute("data-row-key"), entityId);
  await dialog.getByRole("textbox", { name: "Search" }).fill("nobody is called so");
  await dialog.getByText("Nobody of them matches").waitFor();

  await dialog.getByText("By attribute").click();
  await dialog.getByRole("table").getByRole("row").nth(1).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await percentage(page, 1).fill("4");
  const back = await impactOf(flag, 4);
  await panel(page).getByText(`−${whole.format(back.lost)}`, { exact: true }).waitFor();
});

pageTest(app, "a rule that reaches nobody names the rules that took its people", {}, async (page) => {
  const rules = [
    { percentage: 40, value: true },
    { percentage: 30, value: false },
  ];
  const flag = await makeFlag({ rules });
  await openFlag(page, flag);
  const row = page.getByRole("listitem", { name: /^Rule 2/ });
  await row.getByText(/Reaches nobody: rule 1 takes all [\d,]+\./).waitFor();
});

pageTest(app, "a count that takes long shows how far it is, is called off, and made after all", {}, async (page) => {
  const flag = await makeFlag();
  await openFlag(page, flag);
  const { gained } = await impactOf(flag, 60);
  // The answer is held back until the page calls this very count off.
  let held = true;
  const calledOff = new Map();
  await page.route("**/command/flag_impact", async (route) => {
    const { draft, topic } = route.request().postDataJSON();
    if (!held || draft.rules[0].percentage !== 60) return route.continue();
    await new Promise((done) => calledOff.set(topic, done));
    const body = JSON.stringify({ code: "cancelled", message: "The count was called off.", details: {} });
    await route.fulfill({ status: 409, contentType: "application/json", body }).catch(() => {});
  });
  await page.route("**/command/count_cancel", async (route) => {
    calledOff.get(route.request().postDataJSON().topic)?.();
    await route.continue();
  });
  await percentage(page, 1).fill("60");
  await panel(page).getByText(/^counting /).waitFor();
  await panel(page).getByRole("button", { name: "Cancel the count" }).click();
  await panel(page).getByText("Not counted: it was called off.").waitFor();
  held = false;
  await panel(page).getByRole("button", { name: "Count after all" }).click();
  await panel(page).getByText(`+${whole.format(gained)}`, { exact: true }).waitFor();
});
