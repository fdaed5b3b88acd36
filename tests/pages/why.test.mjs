// Why: who gets what and why, now and at a moment of the past, by keyboard, as a list of all flags, and as text for
// the ticket.
import assert from "node:assert/strict";
import { pageTest, until, useApp } from "./harness.mjs";

const FLAG = "why-ramp";
const app = useApp({
  prepare: async ({ command }) => {
    const [one] = await command("customers_search", { query: "", limit: 1 });
    app.customer = one;
    const make = {
      key: FLAG,
      name: "Ramp",
      type: "boolean",
      defaultValue: false,
      clientVisible: false,
      rules: [{ percentage: 0, value: true }],
    };
    await command("flag_create", make);
    let flag = await command("flag_set_environment", {
      flag: FLAG,
      environment: "production",
      enabled: true,
      note: "on",
    });
    app.madeAt = flag.updatedAt;
    flag = await command("flag_update", {
      flag: FLAG,
      baseVersion: flag.version,
      changes: { rules: [{ ...flag.rules[0], percentage: 100 }] },
      note: "for all",
    });
  },
});

const sentence = (page) => page.getByTestId("why-sentence");
const ask = (search) => `/why?${new URLSearchParams({ environment: "production", ...search })}`;

pageTest(app, "support pastes an e-mail, picks a flag and copies the reason without a mouse", { path: "/why" }, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const customer = page.getByRole("textbox", { name: "Customer" });
  await customer.waitFor();
  await page.keyboard.insertText(app.customer.email);
  // Nobody waits for the answer before Enter.
  await page.keyboard.press("Enter");
  await page.getByText("Which flag?").waitFor();
  const flag = page.getByRole("combobox", { name: "Flag" }).or(page.getByRole("textbox", { name: "Flag" }));
  await until("the keyboard is on the flag", () => flag.evaluate((input) => document.activeElement === input));
  await page.keyboard.type(FLAG);
  await page.getByRole("option", { name: new RegExp(`^${FLAG}`) }).waitFor();
  await page.keyboard.press("Enter");
  await sentence(page).getByText(`${app.customer.name} gets`).waitFor();
  assert.match(await sentence(page).innerText(), /gets true from rule 1/);
  assert.match(page.url(), /environment=production/, "the address holds the whole question");
  await page.keyboard.press("Control+Shift+C");
  const copied = await until("it is copied", () => page.evaluate(() => navigator.clipboard.readText()));
  assert.match(copied, /gets `true` from rule 1\./);
  assert.match(copied, new RegExp(`customer ${app.customer.entityId}`));
});

pageTest(app, "a moment of the past is explained by the flag as it was, with what is different now", {}, async (page) => {
  const { versions } = { versions: await app.command("flag_versions", { flag: FLAG, limit: 10 }) };
  const then = versions.find(({ version }) => version === 2);
  await page.goto(`${app.bridge.url}/#${ask({ flag: FLAG, entity: app.customer.entityId, at: then.at })}`);
  await sentence(page).getByText("got", { exact: false }).first().waitFor();
  assert.match(await sentence(page).innerText(), /got false, the default/);
  const difference = page.getByTestId("why-difference");
  assert.match(await difference.innerText(), /Since v3 \(.*Ada Lovelace: “for all”\) rule 1 is at 100 %, was 0 %\. Now they get true\./s);
  await page.getByText("The log has no call of this customer").waitFor();
  await difference.getByRole("link", { name: "Why now" }).click();
  await sentence(page).getByText("from rule 1", { exact: false }).waitFor();
});

pageTest(app, "a call of the log opens why that very call came out so", {}, async (page) => {
  const { evaluations } = await app.command("evaluations_list", { filter: { environment: "production" }, limit: 50 });
  const row = evaluations.find(({ entityId, flagKey }) => entityId !== "" && flagKey !== "");
  await page.goto(
    `${app.bridge.url}/#${ask({ flag: row.flagKey, entity: row.entityId, at: row.at })}`,
  );
  await page.getByText(/^Logged at/).or(page.getByText("Logged at", { exact: false })).first().waitFor();
  const answer = await app.command("why", {
    flag: row.flagKey, entityId: row.entityId, environment: "production", at: row.at,
  });
  assert.equal(answer.past.loggedExplained, true);
  assert.deepEqual(answer.evaluation.value, row.value, "the engine says what was served");
});

pageTest(app, "all flags are listed with a reason, and one opens", {}, async (page) => {
  await page.goto(`${app.bridge.url}/#${ask({ flag: "*", entity: app.customer.entityId })}`);
  // The list of flags, from where this page is reached, has a row of that name, too.
  const reason = /rule 1: everyone/;
  const row = page.getByRole("row", { name: new RegExp(FLAG) }).filter({ hasText: reason });
  await row.waitFor();
  await row.click();
  await sentence(page).getByText("from rule 1", { exact: false }).waitFor();
});

pageTest(app, "a moment is typed as people write it, without a mouse, and what was understood stands beneath", {}, async (page) => {
  const versions = await app.command("flag_versions", { flag: FLAG, limit: 10 });
  const then = versions.find(({ version }) => version === 2);
  await page.goto(`${app.bridge.url}/#${ask({ flag: FLAG, entity: app.customer.entityId })}`);
  await sentence(page).getByText("from rule 1", { exact: false }).waitFor();
  const when = page.getByRole("button", { name: "When: now" });
  await when.press("Enter");
  const field = page.getByRole("textbox", { name: /^Day and time/ });
  await until("the keyboard is in the field", () => field.evaluate((input) => document.activeElement === input));
  await page.keyboard.type("next week");
  await page.keyboard.press("Enter");
  await page.getByText("“next week” is not a moment.", { exact: false }).waitFor();
  assert.equal(await field.inputValue(), "next week", "what was typed stays");
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(then.at);
  await page.getByText(/day, \d+ \w+ \d{4}, \d\d:\d\d:\d\d .*, just now|min ago/).waitFor();
  await page.keyboard.press("Enter");
  await sentence(page).getByText("got", { exact: false }).first().waitFor();
  assert.match(await sentence(page).innerText(), /got false, the default/);
  assert.equal(new URLSearchParams(page.url().split("?")[1]).get("at"), then.at, "to the microsecond");
});

pageTest(app, "for an id that is not in the table audiences have their names, and the ticket says so", {}, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${app.bridge.url}/#${ask({ flag: "new-dashboard", entity: "visitor-9" })}`);
  await sentence(page).getByText("visitor-9 gets", { exact: false }).waitFor();
  const steps = page.getByRole("list", { name: "Steps" });
  await steps.getByText("Enterprise, active 30 days").waitFor();
  assert.doesNotMatch(await page.locator("body").innerText(), /an audience ·|needs an audience/);
  await page.keyboard.press("Control+Shift+C");
  const copied = await until("it is copied", () => page.evaluate(() => navigator.clipboard.readText()));
  assert.match(copied, /^Why: new-dashboard in Production for visitor-9$/m);
  assert.match(copied, /Rule 1 \(Enterprise, active 30 days, 25 %\) → true: not in the audience/);
});

pageTest(app, "off says who switched it off and when; never on says that", {}, async (page) => {
  const make = { key: "why-off", name: "Off", type: "boolean", defaultValue: false, clientVisible: false, rules: [{ value: true }] };
  await app.command("flag_create", make);
  const off = ask({ flag: "why-off", entity: app.customer.entityId });
  await page.goto(`${app.bridge.url}/#${off}`);
  await sentence(page).getByText("It has not been switched on there yet.", { exact: false }).waitFor();
  for (const [enabled, note] of [[true, "launch"], [false, "too slow"]]) {
    await app.command("flag_set_environment", { flag: "why-off", environment: "production", enabled, note });
  }
  await sentence(page).getByText(/Ada Lovelace switched it off on .*: “too slow”\./).waitFor();
});
