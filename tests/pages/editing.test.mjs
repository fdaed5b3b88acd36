// Editing flags: bad input is refused beside its field and kept, two editors never overwrite each other,
// drafts outlive navigation and reload, and ugly texts are shown as texts.
import assert from "node:assert/strict";
import { ACTOR, pageTest, until, useApp } from "./harness.mjs";

const app = useApp();

let made = 0;
/** A flag for one test alone: boolean and off everywhere unless told otherwise. */
function makeFlag(fields = {}) {
  made += 1;
  const boolean = { type: "boolean", defaultValue: false };
  return app.command("flag_create", {
    key: `edited-${made}`,
    name: `Edited ${made}`,
    clientVisible: false,
    ...boolean,
    ...fields,
  });
}

async function openFlag(page, { key }) {
  await page.goto(`${app.bridge.url}/#/flags/${encodeURIComponent(key)}`);
  await page.getByRole("list", { name: "Rules" }).waitFor({ state: "attached" });
}

const percentage = (page, rule) => page.getByRole("textbox", { name: `Percentage of rule ${rule}` });
const save = (page) => page.getByRole("button", { name: "Save", exact: true });
/** The sentence that a field is described by. */
const problemOf = (field) =>
  field.evaluate((input) =>
    (input.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );
const isInvalid = async (field) => (await field.getAttribute("aria-invalid")) === "true";

async function expectRefused(field, text, problem) {
  await until(`${problem} beside the field`, async () => (await isInvalid(field)) && problem.test(await problemOf(field)));
  assert.equal(await field.inputValue(), text, "what was typed stays");
}

pageTest(app, "a key with spaces and a missing choice are said beside their fields, and what was typed stays", {}, async (page) => {
  await page.getByRole("button", { name: "New flag" }).click();
  const dialog = page.getByRole("dialog", { name: "New flag" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Spaces in the key");
  const key = dialog.getByRole("textbox", { name: "Key" });
  assert.equal(await key.inputValue(), "spaces-in-the-key", "the key follows the name");
  await key.fill("spaces in the key");
  await dialog.getByRole("button", { name: "Create flag" }).click();
  await expectRefused(key, "spaces in the key", /letters, digits, dots, hyphens and underscores/);
  await dialog.getByText("Choose one: it decides who can read this flag.").waitFor();
  await key.fill("spaces-in-the-key");
  await dialog.getByRole("radio", { name: "Servers only" }).check();
  await dialog.getByRole("button", { name: "Create flag" }).click();
  await page.waitForURL(/#\/flags\/spaces-in-the-key/);
});

pageTest(app, "a key that is taken leads to its flag, an archived one is offered to be unarchived", {}, async (page) => {
  const archived = await makeFlag();
  await app.command("flag_archive", { flag: archived.id });
  const { key: taken } = await makeFlag();
  await page.getByRole("button", { name: "New flag" }).click();
  const dialog = page.getByRole("dialog", { name: "New flag" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("A name of its own");
  await dialog.getByRole("radio", { name: "Servers only" }).check();
  const key = dialog.getByRole("textbox", { name: "Key" });
  await key.fill(taken);
  await dialog.getByRole("button", { name: "Create flag" }).click();
  await dialog.getByRole("button", { name: `Open ${taken}` }).waitFor();
  await key.fill(archived.key);
  await dialog.getByRole("button", { name: "Create flag" }).click();
  await dialog.getByRole("alert").filter({ hasText: `An archived flag has the key ${archived.key}` }).waitFor();
  assert.equal(await dialog.getByRole("textbox", { name: "Name" }).inputValue(), "A name of its own");
  await dialog.getByRole("button", { name: `Unarchive ${archived.key}` }).click();
  await page.waitForURL(new RegExp(`#/flags/${archived.key}$`));
  assert.equal((await app.command("flag_get", { flag: archived.key })).archivedAt, null);
});

pageTest(app, "a percentage with four decimals is refused beside the field, and Save leads there instead of saving", {}, async (page) => {
  const flag = await makeFlag({ rules: [{ percentage: 10, value: true }] });
  await openFlag(page, flag);
  const field = percentage(page, 1);
  await field.fill("12.3456");
  await expectRefused(field, "12.3456", /three decimals/);
  await page.getByRole("textbox", { name: "Note" }).click();
  await save(page).click();
  await until("the keyboard is in the field", () => field.evaluate((input) => document.activeElement === input));
  assert.equal((await app.command("flag_get", { flag: flag.id })).version, 1, "nothing was saved");
  await field.fill("12.345");
  await save(page).click();
  await page.getByText("Saved v2").waitFor();
  assert.equal((await app.command("flag_get", { flag: flag.id })).rules[0].percentage, 12.345);
});

for (const [typed, problem] of [
  ["abc", /not a number/],
  ["100.5", /between 0 and 100/],
  ["-1", /between 0 and 100/],
  ["", /Type a percentage/],
]) {
  pageTest(app, `"${typed}" as percentage is refused beside the field and stays`, {}, async (page) => {
    await openFlag(page, await makeFlag({ rules: [{ percentage: 10, value: true }] }));
    await percentage(page, 1).fill(typed);
    await expectRefused(percentage(page, 1), typed, problem);
  });
}

pageTest(app, "a text where a number belongs is refused beside the field and stays", {}, async (page) => {
  const flag = await makeFlag({ type: "number", defaultValue: 1, rules: [{ percentage: 10, value: 2 }] });
  await openFlag(page, flag);
  const field = page.getByRole("textbox", { name: "Value of rule 1" });
  await field.fill("lots");
  await expectRefused(field, "lots", /“lots” is not a number/);
});

/** Opens the larger editor of the rule's value and puts `text` there. */
async function typeValue(page, text) {
  await page.getByRole("button", { name: "Value of rule 1" }).click();
  const editor = page.getByRole("textbox", { name: /^Value of rule 1, (JSON|text)$/ });
  await editor.waitFor();
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
  return editor;
}

pageTest(app, "broken JSON is refused with its line and column, and stays", {}, async (page) => {
  const flag = await makeFlag({ type: "json", defaultValue: {}, rules: [{ percentage: 10, value: { limit: 5 } }] });
  await openFlag(page, flag);
  const broken = '{"limit": 5,, "unit": "s"}';
  const editor = await typeValue(page, broken);
  await page.getByText(/Not valid JSON: line 1, column \d+/).first().waitFor();
  assert.equal((await editor.innerText()).trim(), broken);
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: "Value of rule 1" }).click();
  await page.getByRole("textbox", { name: "Value of rule 1, JSON" }).getByText(broken).waitFor();
});

pageTest(app, "a value with the NUL character is refused beside the field", {}, async (page) => {
  const flag = await makeFlag({ type: "json", defaultValue: {}, rules: [{ percentage: 10, value: { a: 1 } }] });
  await openFlag(page, flag);
  await typeValue(page, '{"a": "x\\u0000y"}');
  await page.getByText(/NUL character \(\\u0000\) cannot be stored/).first().waitFor();
});

pageTest(app, "a value of 33 KiB is refused with its size, and stays", {}, async (page) => {
  const long = "long enough to need the larger editor";
  const flag = await makeFlag({ type: "string", defaultValue: "", rules: [{ percentage: 10, value: long }] });
  await openFlag(page, flag);
  const text = "x".repeat(33 * 1024);
  const editor = await typeValue(page, text);
  await page.getByText("At most 32 KiB; this is 33.0 KiB.").first().waitFor();
  assert.equal(await editor.inputValue(), text);
});

pageTest(app, "a note of 2,001 characters is refused beside the field, and stays", {}, async (page) => {
  const flag = await makeFlag({ rules: [{ percentage: 10, value: true }] });
  await openFlag(page, flag);
  await percentage(page, 1).fill("20");
  const note = page.getByRole("textbox", { name: "Note" });
  const text = "n".repeat(2_001);
  await note.click();
  await page.keyboard.insertText(text);
  await save(page).click();
  await expectRefused(note, text, /at most 2,?000/);
  assert.equal(await percentage(page, 1).inputValue(), "20");
  assert.equal((await app.command("flag_get", { flag: flag.id })).version, 1, "nothing was saved");
});

const rulesOf = (count) => Array.from({ length: count }, (_, index) => ({ percentage: index, value: true }));

pageTest(app, "a flag with 20 rules takes no other", {}, async (page) => {
  await openFlag(page, await makeFlag({ rules: rulesOf(20) }));
  await page.getByText("20 of 20").waitFor();
  assert.ok(await page.getByRole("button", { name: "Add rule" }).isDisabled());
});

pageTest(app, "a 21st rule that came by merging is refused, and the draft stays", {}, async (page) => {
  const flag = await makeFlag({ rules: rulesOf(19) });
  await openFlag(page, flag);
  await page.getByRole("button", { name: "Add rule" }).click();
  await saveAsGrace(flag, ({ rules }) => ({ rules: [{ percentage: 50, value: true }, ...rules] }));
  await page.getByText("21 of 20").waitFor();
  await save(page).click();
  await page.getByRole("alert").filter({ hasText: "There are 21 rules. Use at most 20." }).first().waitFor();
  assert.equal(await page.getByRole("list", { name: "Rules" }).getByRole("listitem").count(), 21);
});

/** A change by somebody else, on the flag as it is now. */
async function saveAsGrace(flag, changes) {
  await app.command("actor_set", { actor: "Grace Hopper" });
  const current = await app.command("flag_get", { flag: flag.id });
  const saved = await app.command("flag_update", {
    flag: flag.id,
    baseVersion: current.version,
    changes: changes(current),
  });
  await app.command("actor_set", { actor: ACTOR });
  return saved;
}

const withRule = (rules, index, changes) => rules.map((rule, at) => (at === index ? { ...rule, ...changes } : rule));

pageTest(app, "two editors who change different rules both have their way, and the first is told at once", {}, async (page) => {
  const flag = await makeFlag({ rules: rulesOf(3) });
  await openFlag(page, flag);
  await percentage(page, 1).fill("11");
  await saveAsGrace(flag, ({ rules }) => ({ rules: withRule(rules, 1, { percentage: 22 }) }));
  await page.getByRole("status").filter({ hasText: /Grace Hopper saved v2.*Your edit has been merged/ }).waitFor();
  assert.equal(await percentage(page, 1).inputValue(), "11");
  assert.equal(await percentage(page, 2).inputValue(), "22");
  await save(page).click();
  await page.getByText("Saved v3").waitFor();
  const { rules } = await app.command("flag_get", { flag: flag.id });
  assert.deepEqual(rules.map((rule) => rule.percentage), [11, 22, 2]);
});

for (const [choice, expected] of [
  ["mine", [11, 1, 2]],
  ["theirs", [33, 1, 2]],
  ["both", [11, 33, 1, 2]],
]) {
  pageTest(app, `two editors who change the same rule are asked, and "${choice}" is what is saved`, {}, async (page) => {
    const flag = await makeFlag({ rules: rulesOf(3) });
    await openFlag(page, flag);
    await percentage(page, 1).fill("11");
    await saveAsGrace(flag, ({ rules }) => ({ rules: withRule(rules, 0, { percentage: 33 }) }));
    await page.getByRole("status").filter({ hasText: /Grace Hopper saved v2.*Choose before you save/ }).waitFor();
    await page.getByRole("button", { name: "Resolve and save" }).click();
    const dialog = page.getByRole("dialog", { name: `${flag.key} was changed by two people` });
    await dialog.getByText(`Keep ${choice}`, { exact: true }).click();
    await dialog.getByRole("button", { name: "Use these" }).click();
    if (choice === "theirs") {
      // Nothing of one's own is left to save.
      await page.getByRole("region", { name: "Unsaved changes" }).waitFor({ state: "hidden" });
    } else {
      await save(page).click();
      await page.getByText("Saved v3").waitFor();
    }
    const { rules } = await app.command("flag_get", { flag: flag.id });
    assert.deepEqual(rules.map((rule) => rule.percentage).sort((a, b) => a - b), [...expected].sort((a, b) => a - b));
    assert.equal(await page.getByRole("list", { name: "Rules" }).getByRole("listitem").count(), expected.length);
  });
}

pageTest(app, "a kill by somebody else is seen at once and does not touch the draft", {}, async (page) => {
  const flag = await makeFlag({ rules: rulesOf(1) });
  await openFlag(page, flag);
  await percentage(page, 1).fill("11");
  await app.command("flag_kill", { flag: flag.id });
  await page.getByText(/Killed by/).waitFor();
  assert.equal(await percentage(page, 1).inputValue(), "11");
  await save(page).click();
  await page.getByText(/Saved v3/).waitFor();
  assert.equal((await app.command("flag_get", { flag: flag.id })).isActive, false, "saving restores nothing");
});

pageTest(app, "a draft outlives leaving the page and a reload, with a dot in the list", {}, async (page) => {
  const flag = await makeFlag({ rules: rulesOf(1) });
  await openFlag(page, flag);
  await percentage(page, 1).fill("12.5");
  await page.getByRole("textbox", { name: "Note" }).fill("not yet");
  const dot = page.getByRole("row").filter({ hasText: flag.key }).getByRole("img", { name: "Unsaved draft" });
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: /^Flags/ }).click();
  await dot.waitFor();
  await page.reload();
  await dot.waitFor();
  await openFlag(page, flag);
  assert.equal(await percentage(page, 1).inputValue(), "12.5");
  assert.equal(await page.getByRole("textbox", { name: "Note" }).inputValue(), "not yet");
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: /^Flags/ }).click();
  await page.getByRole("row").filter({ hasText: flag.key }).waitFor();
  await dot.waitFor({ state: "hidden" });
});

const UGLY = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  `"double" 'single' \`back\` & &amp; \\`,
  "🎛️ 👩‍👩‍👧‍👦 \u{1F1E9}\u{1F1EA}",
  "مرحبا بالعالم (قائمة)",
  "a\u202Egnp.exe",
  "{{7*7}} ${7*7} %s %00 \u200Bzero-width",
];

pageTest(app, "names and values with markup, quotes, emoji and right-to-left letters are shown as texts", {}, async (page) => {
  let alerts = 0;
  page.on("dialog", (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  for (const [index, name] of UGLY.entries()) {
    const { id } = await app.command("audience_create", {
      name,
      condition: { attribute: "plan", operator: "equals", value: name },
    });
    const rules = [{ audienceId: id, percentage: 5, value: name, description: name }];
    const flag = await makeFlag({ name, type: "string", defaultValue: name, description: name, tags: [name.slice(0, 50)], rules });
    await page.goto(`${app.bridge.url}/#/flags`);
    await page.getByRole("textbox", { name: "Filter" }).fill(flag.key);
    await page.getByRole("row").filter({ hasText: flag.key }).getByText(name, { exact: true }).first().waitFor();
    await openFlag(page, flag);
    await page.getByRole("heading", { level: 1 }).filter({ hasText: name }).or(page.getByText(name, { exact: true })).first().waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Description of rule 1" }).inputValue(), name);
    await page.getByRole("button", { name: `Audience of rule 1: ${name}` }).waitFor();
    await page.goto(`${app.bridge.url}/#/why?flag=${flag.key}&entity=${encodeURIComponent(name)}`);
    await page.getByTestId("why-sentence").getByText(name).first().waitFor();
    assert.equal(alerts, 0, `${index}: nothing of it ran`);
  }
});

pageTest(app, "an id of 256 characters can be asked about, and a longer one is refused with a reason", {}, async (page) => {
  const flag = await makeFlag({ rules: [{ percentage: 50, value: true }] });
  const id = "i".repeat(256);
  await page.goto(`${app.bridge.url}/#/why?flag=${flag.key}&entity=${id}`);
  await page.getByTestId("why-sentence").waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing pushes the page wider");
  await page.goto(`${app.bridge.url}/#/why?flag=${flag.key}&entity=${id}x`);
  await page.getByRole("alert").filter({ hasText: /256/ }).waitFor();
});
