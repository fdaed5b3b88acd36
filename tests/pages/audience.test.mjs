// The page of an audience over the real app: who is in it, whether one customer is, what an edit moves by which flag,
// the note that production asks for, its history and the way back, two people at once, and what a dropped column breaks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACTOR, pageTest, until, useApp } from "./harness.mjs";

const app = useApp();
const whole = new Intl.NumberFormat("en-US");
const plan = (value) => ({ attribute: "plan", operator: "equals", value });

let made = 0;
/** An audience of its own, and a flag on it that is on in production. */
async function makeUsed(condition = { all: [plan("enterprise")] }) {
  made += 1;
  const audience = await app.command("audience_create", { name: `Looked at ${made}`, condition });
  const flag = await app.command("flag_create", {
    key: `looks-at-${made}`,
    name: `Looks at ${made}`,
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ audienceId: audience.id, value: true }],
    note: "for a test",
  });
  await app.command("flag_set_environment", { flag: flag.id, environment: "production", enabled: true, note: "for a test" });
  return { audience, flag };
}

async function openAudience(page, { id }) {
  await page.goto(`${app.bridge.url}/#/audiences/${id}`);
  await value(page).waitFor();
}
const value = (page) => page.getByRole("textbox", { name: "Value of condition 1" }).or(page.getByRole("combobox", { name: "Value of condition 1" }));
const bar = (page) => page.getByRole("region", { name: "Unsaved changes" });
const members = (page) => page.getByRole("region", { name: "Members" });

pageTest(app, "some members are named, more on demand, and one customer is checked for the unsaved condition", {}, async (page) => {
  const { audience } = await makeUsed();
  await openAudience(page, audience);
  const rows = members(page).getByRole("row");
  await until("twenty and the header", async () => (await rows.count()) === 21);
  await members(page).getByRole("button", { name: "More of them" }).click();
  await until("twenty more", async () => (await rows.count()) === 41);
  const { entries } = await app.command("audit_list", { limit: 5 });
  assert.equal(entries[0].action, "customers.listed", "reading on is recorded");

  const condition = { all: [plan("enterprise")] };
  const [member] = (await app.command("audience_sample", { condition, limit: 1 })).members;
  await members(page).getByText("Check a customer").click();
  const picker = members(page).getByRole("textbox", { name: "Customer" });
  await picker.fill(member.entityId);
  await page.getByRole("option").first().click();
  await members(page).getByText("Yes.").waitFor();
  await value(page).fill("pro");
  await members(page).getByText("No.").waitFor();
  await members(page).getByText("will not be in it.").waitFor();
  const test = members(page).getByRole("list", { name: "Conditions" }).getByRole("listitem");
  assert.match(await test.innerText(), /plan enterprise\s+must equal pro/);
  await picker.fill("acme-42");
  await page.getByRole("option", { name: /Use acme-42 as an id/ }).click();
  await members(page).getByText("is not in the customers table").waitFor();
});

pageTest(app, "an edit says whom it moves and by which flag, names them, and needs a note where the flag serves", {}, async (page) => {
  const { audience, flag } = await makeUsed();
  await openAudience(page, audience);
  const plans = (await app.command("attribute_suggestions", { attribute: "plan" })).values.map((each) => each.value);
  const other = plans.find((each) => each !== "enterprise");
  await value(page).fill(other);
  const impact = await app.command("audience_impact", { id: audience.id, condition: { all: [plan(other)] } });
  assert.ok(impact.joining > 0 && impact.leaving > 0);
  await bar(page).getByText("Saving moves people in 1 flag").waitFor();
  await bar(page).getByText(`${whole.format(impact.joining)} come in`).waitFor();
  const row = bar(page).getByRole("list", { name: "By flag" }).getByRole("listitem");
  const text = await row.innerText();
  assert.ok(text.includes(flag.key) && text.includes("Production"), text);
  assert.ok(text.includes(`+ ${whole.format(impact.joining)} gain`) && text.includes(`− ${whole.format(impact.leaving)} lose`), text);

  await bar(page).getByRole("button", { name: "See who" }).click();
  const dialog = page.getByRole("dialog", { name: "Who comes in and who goes out" });
  await dialog.locator("[data-row-key]").first().waitFor();
  await dialog.getByText(`Go out · ${whole.format(impact.leaving)}`).click();
  await dialog.getByRole("grid", { name: "Customers who go out" }).locator("[data-row-key]").first().waitFor();
  const name = `Looked-at-${made}-go-out.csv`;
  await dialog.getByRole("button", { name: "Export CSV" }).click();
  await dialog.getByText(`downloads/${name}`).waitFor();
  const lines = readFileSync(join(app.bridge.dataDir, "downloads", name), "utf8").trimEnd().split("\r\n");
  assert.equal(lines.length, impact.leaving + 1);
  assert.match(lines[0], /^\uFEFFcustomer_id,name,email,in_audience_now,in_audience_after$/);
  assert.match(lines[1], /,true,false$/);
  const { entries } = await app.command("audit_list", { limit: 5 });
  assert.deepEqual([entries[0].action, entries[0].entityKey], ["customers.exported", audience.name]);
  await page.keyboard.press("Escape");

  await bar(page).getByRole("button", { name: "Save" }).click();
  const note = bar(page).getByRole("textbox", { name: "Note" });
  await until("the note has the focus", () => note.evaluate((field) => document.activeElement === field));
  assert.equal((await app.command("audience_get", { id: audience.id })).version, 1, "nothing was saved");
  await note.fill("sales asked for it");
  await note.press("Enter");
  await page.getByText(`${audience.name} is saved, v2.`).waitFor();
});

pageTest(app, "history tells versions apart, and an old one comes back after its impact is shown", {}, async (page) => {
  const { audience } = await makeUsed();
  const changes = { condition: { all: [plan("pro")] } };
  await app.command("audience_update", { id: audience.id, baseVersion: 1, changes, note: "only the pros" });
  await openAudience(page, audience);
  await page.getByRole("button", { name: "History" }).click();
  const history = page.getByRole("dialog", { name: `History of ${audience.name}` });
  const newest = history.getByRole("listitem", { name: "Version 2" });
  await newest.waitFor();
  assert.match(await newest.innerText(), new RegExp(`${ACTOR}[^]*plan is enterprise → plan is pro[^]*only the pros`));
  await history.getByRole("button", { name: "Revert to version 1" }).click();
  const dialog = page.getByRole("dialog", { name: `Revert ${audience.name} to v1` });
  await dialog.getByText("Reverting moves people in 1 flag").waitFor();
  await dialog.getByRole("textbox", { name: /^Note/ }).fill("back");
  await dialog.getByRole("button", { name: "Make v1 the newest" }).click();
  await history.getByRole("listitem", { name: "Version 3" }).getByText("back to v1").waitFor();
  assert.deepEqual((await app.command("audience_get", { id: audience.id })).condition, audience.condition);
});

pageTest(app, "what another person saves meanwhile is asked about and never overwritten", {}, async (page) => {
  const { audience } = await makeUsed();
  await openAudience(page, audience);
  await value(page).fill("pro");
  const changes = { condition: { all: [plan("free")] } };
  await app.command("audience_update", { id: audience.id, baseVersion: 1, changes, note: "theirs" });
  const conflict = page.getByRole("region", { name: "Changed by two people" });
  await conflict.waitFor();
  await conflict.getByText("Keep mine").click();
  await conflict.getByRole("button", { name: "Use these" }).click();
  await bar(page).getByRole("textbox", { name: "Note" }).fill("mine after all");
  await bar(page).getByRole("button", { name: "Save" }).click();
  await page.getByText(`${audience.name} is saved, v3.`).waitFor();
  const versions = await app.command("audience_versions", { id: audience.id, limit: 10 });
  assert.deepEqual(versions.map(({ condition }) => condition.all[0].value), ["pro", "free", "enterprise"]);
});

pageTest(app, "a copy starts as a new draft, and an audience in use names its flags instead of going", {}, async (page) => {
  const { audience, flag } = await makeUsed();
  await openAudience(page, audience);
  await page.getByRole("button", { name: "Duplicate" }).click();
  await until("the copy is named", async () => (await page.getByRole("textbox", { name: "Name" }).inputValue()) === `Copy of ${audience.name}`);
  await page.goBack();
  await value(page).waitFor();
  await page.getByRole("button", { name: `Actions for ${audience.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog", { name: `${audience.name} is in use` }).getByRole("link", { name: flag.key }).click();
  await page.getByRole("list", { name: "Rules" }).waitFor({ state: "attached" });
});
