// A ramp, from finding the flag to production serving it: a rule for an audience at 25 % above one for everybody at
// 10 %, with its exact impact before it is saved. The steps are functions, to be done in another window as well.
import assert from "node:assert/strict";
import { pageTest, until, useApp } from "./harness.mjs";

const KEY = "new-dashboard";
const AUDIENCE = "Enterprise, active 30 days";
const whole = new Intl.NumberFormat("en-US");

// What the flag serves before: `true` to a tenth of everybody.
const app = useApp({
  prepare: async ({ command }) => {
    const flag = await command("flag_get", { flag: KEY });
    const ten = flag.rules.find(({ audienceId, percentage }) => audienceId === null && percentage === 10);
    const note = "Back to a tenth of everybody";
    await command("flag_update", { flag: KEY, baseVersion: flag.version, changes: { rules: [ten] }, note });
  },
});

/** Finds a flag by the palette and opens it. */
async function findFlag(page, key) {
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type(key);
  await page.getByRole("option", { name: new RegExp(key) }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Rules" }).waitFor({ state: "attached" });
}

/** Adds a rule below all others, for an audience at a percentage, and moves it to the top. */
async function addRuleOnTop(page, audience, percentage) {
  const rules = page.getByRole("list", { name: "Rules" }).getByRole("listitem");
  const before = await rules.count();
  await page.getByRole("button", { name: "Add rule" }).click();
  await until("there is one rule more", async () => (await rules.count()) === before + 1);
  const number = before + 1;
  await page.getByRole("button", { name: new RegExp(`^Audience of rule ${number}:`) }).click();
  await page.getByRole("textbox", { name: "Find an audience" }).fill(audience);
  await page.getByRole("option", { name: new RegExp(audience) }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: `Percentage of rule ${number}` }).fill(String(percentage));
  for (let position = number; position > 1; position -= 1) {
    await page.getByRole("button", { name: `Move rule ${position}` }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("button", { name: `Audience of rule ${position - 1}: ${audience}` }).waitFor();
  }
}

const unsaved = (page) => page.getByRole("region", { name: "Unsaved changes" });

/** Saves with a note, and waits until it is saved. */
async function saveWith(page, note) {
  await page.getByRole("textbox", { name: "Note" }).fill(note);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await unsaved(page).waitFor({ state: "hidden" });
}

pageTest(app, "a product manager ramps a flag for an audience and sees whom it reaches before saving", {}, async (page) => {
  const saved = await app.command("flag_get", { flag: KEY });
  const audience = (await app.command("audiences_list")).find(({ name }) => name === AUDIENCE);
  const rule = { id: crypto.randomUUID(), audienceId: audience.id, percentage: 25, value: true };
  const draft = { defaultValue: saved.defaultValue, rules: [rule, ...saved.rules] };
  const expected = await app.command("flag_impact", { flag: KEY, draft });
  const [reach] = expected.rules;
  const had = reach.servedNow.find(({ ruleId }) => ruleId === saved.rules[0].id).customers;
  assert.ok(expected.gained > 0 && had > 0 && expected.gained + had === reach.net);

  await findFlag(page, KEY);
  await addRuleOnTop(page, AUDIENCE, 25);
  const panel = unsaved(page);
  await panel.getByText(`+${whole.format(expected.gained)}`, { exact: true }).waitFor();
  await panel.getByText(`over ${whole.format(expected.customers)} customers`).waitFor();
  await until("the new rule is explained", async () =>
    (await panel.textContent()).includes(
      `Rule 1 serves ${whole.format(reach.net)} of ${whole.format(reach.inAudience)}: ` +
        `${whole.format(expected.gained)} gain true, ${whole.format(had)} had it already by the 10 % rule below.`,
    ),
  );

  const note = "Enterprise asked for it; watch the error rate";
  await saveWith(page, note);
  const after = await app.command("flag_get", { flag: KEY });
  assert.equal(after.version, saved.version + 1);
  assert.deepEqual(
    after.rules.map(({ audienceId, percentage, value }) => [audienceId, percentage, value]),
    [[audience.id, 25, true], [null, 10, true]],
  );
  const [entry] = (await app.command("audit_list", { limit: 1 })).entries;
  assert.deepEqual([entry.action, entry.entityKey, entry.note], ["flag.updated", KEY, note]);
  assert.ok(entry.environments.includes("production"));

  // Production serves it: somebody of the audience beyond the tenth gets the value by the new rule.
  const who = { kind: "affected", effect: "gained" };
  const back = { defaultValue: saved.defaultValue, rules: saved.rules };
  const lost = { kind: "affected", effect: "lost" };
  const { customers } = await app.command("impact_customers", { flag: KEY, draft: back, who: lost, limit: 1 });
  assert.equal((await app.command("impact_customers", { flag: KEY, draft: back, who, limit: 1 })).customers.length, 0);
  const why = await app.command("why", { flag: KEY, environment: "production", entityId: customers[0].entityId });
  assert.equal(why.evaluation.value, true);
  assert.deepEqual([why.evaluation.reason.kind, why.evaluation.reason.ruleIndex], ["RULE_MATCH", 0]);
});
