// The audit over the real database: what was changed is found by filters and read in words, production asks why,
// what was killed in a hurry is explained afterwards, an old version comes back with its impact shown first, files
// hold what the filter shows and verify without the database, and a chain that somebody broke says where.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { ACTOR, pageTest, until, useApp } from "./harness.mjs";

const app = useApp();
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, "../../target"));
const server = join(target, "debug/halyard-server");

let made = 0;
/** A boolean flag of its own with one rule for everybody at 10 %, live in production. */
async function makeFlag(note = "for a test") {
  made += 1;
  const flag = await app.command("flag_create", {
    key: `audited-${made}`,
    name: `Audited ${made}`,
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ percentage: 10, value: true }],
  });
  return app.command("flag_set_environment", { flag: flag.id, environment: "production", enabled: true, note });
}

const entriesOf = async (filter) => (await app.command("audit_list", { limit: 500, filter })).entries;
const grid = (page) => page.getByRole("grid", { name: "Audit" });
const row = (page, text) => grid(page).locator("[data-row-key]").filter({ hasText: text });
const badge = (page, words) => page.getByRole("button", { name: words });
const noteOf = (within) => within.getByRole("textbox", { name: /^Note/ });

/** Whoever may do anything in the database of the sample workspace. */
async function asSuperuser(run) {
  const { workspace } = await app.command("workspace_status");
  const files = readdirSync(app.bridge.dataDir, { recursive: true });
  const password = files.find((path) => path.split(/[/\\]/).at(-1) === "password");
  const client = new pg.Client({
    host: workspace.host,
    port: workspace.port,
    user: workspace.role,
    database: workspace.database,
    password: readFileSync(join(app.bridge.dataDir, password), "utf8").trim(),
  });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

pageTest(app, "a change of what is live in production is saved once somebody says why, and the audit shows it", {}, async (page) => {
  const flag = await makeFlag();
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}`);
  await page.getByRole("textbox", { name: "Percentage of rule 1" }).fill("35");
  const bar = page.getByRole("region", { name: "Unsaved changes" });
  await bar.getByRole("button", { name: "Save" }).click();
  await bar.getByText("Say why: Production asks for a note with every change.").waitFor();
  assert.equal((await app.command("flag_get", { flag: flag.key })).version, flag.version, "nothing was sent");
  assert.ok(await noteOf(bar).evaluate((field) => field === document.activeElement), "the note has the focus");
  await page.keyboard.type("<i>asked</i> by support");
  await page.keyboard.press("Enter");
  await page.getByText(`Saved v${flag.version + 1}`).waitFor();

  await page.goto(`${app.bridge.url}/#/audit`);
  await grid(page).getByRole("row", { name: "Today", exact: true }).waitFor();
  const entry = row(page, flag.key).first();
  await entry.getByText("<i>asked</i> by support").waitFor();
  await entry.getByText("Rule 1").waitFor();
  assert.match(await entry.textContent(), new RegExp(`${ACTOR}.*edited`));
  await entry.getByRole("img", { name: "Production" }).waitFor();
  await entry.click();
  const detail = page.getByRole("complementary");
  await detail.getByText("10 % → 35 %").waitFor();
  const [{ hash, seq }] = await entriesOf({ flag: flag.key });
  await detail.getByText(hash).waitFor();
  await detail.getByRole("button", { name: "Show before and after" }).click();
  await detail.getByText('"percentage": 35').waitFor();
  // The address leads here again.
  await page.reload();
  await page.getByRole("complementary", { name: `Change ${seq}` }).waitFor();
});

pageTest(app, "a change in one step in production asks why in a dialog", {}, async (page) => {
  const flag = await makeFlag();
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}`);
  // The list's row has a button of the same name.
  await page.getByRole("textbox", { name: "Percentage of rule 1" }).waitFor();
  await page.getByRole("button", { name: `Actions for ${flag.key}` }).click();
  await page.getByRole("menuitem", { name: "Mark permanent" }).click();
  const dialog = page.getByRole("dialog", { name: "Why?" });
  await dialog.getByText("is live in Production").waitFor();
  await noteOf(dialog).fill("it stays for good");
  await dialog.getByRole("button", { name: "Make the change" }).click();
  await page.getByText(`${flag.key} is meant to stay.`).waitFor();
  const [entry] = await entriesOf({ flag: flag.key });
  assert.equal(entry.note, "it stays for good");
});

pageTest(app, "filters narrow the audit to a person, an action, a flag, an environment and a time", { path: "/audit" }, async (page) => {
  const flag = await makeFlag("first of two");
  await app.command("flag_set_environment", { flag: flag.id, environment: "production", enabled: false, note: "second" });
  await app.command("flag_set_environment", { flag: flag.id, environment: "staging", enabled: true });
  await page.getByRole("button", { name: "Flag", exact: true }).click();
  await page.getByRole("combobox", { name: "Flag" }).fill(flag.key);
  await page.getByRole("option").filter({ hasText: flag.key }).first().click();
  const rows = grid(page).locator("[data-row-key]");
  await until("all of the flag", async () => (await rows.count()) === 4);
  await page.getByRole("button", { name: "Environment", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Production" }).click();
  await page.keyboard.press("Escape");
  await until("those of production", async () => (await rows.count()) === 2);
  await page.getByRole("textbox", { name: "Filter" }).fill("second");
  await until("one by its note", async () => (await rows.count()) === 1);
  await page.getByRole("button", { name: "Who", exact: true }).click();
  await page.getByPlaceholder("Name or role").fill("nobody at all");
  await page.keyboard.press("Enter");
  await page.getByText("No change matches").waitFor();
  await page.getByRole("button", { name: "Clear who" }).click();
  await until("again", async () => (await rows.count()) === 1);
  await page.getByRole("button", { name: "Time", exact: true }).click();
  await page.getByLabel("Last day").fill("2020-01-31");
  await page.getByRole("button", { name: "Show these days" }).click();
  await page.getByText("No change matches").waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await until("everything", async () => (await rows.count()) > 4);
});

pageTest(app, "an earlier version is reverted to after its impact and with a reason", {}, async (page) => {
  const flag = await makeFlag();
  const rules = flag.rules.map((rule) => ({ ...rule, percentage: 60 }));
  const edited = await app.command("flag_update", {
    flag: flag.id,
    baseVersion: flag.version,
    changes: { rules },
    note: "faster",
  });
  const { lost } = await app.command("flag_impact", {
    flag: flag.id,
    draft: { defaultValue: false, rules: flag.rules },
  });
  assert.ok(lost > 0);
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}?tab=history`);
  await page.getByRole("button", { name: `Revert to version ${flag.version}` }).click();
  const dialog = page.getByRole("dialog", { name: `Revert ${flag.key} to v${flag.version}` });
  await dialog.getByText("60 % → 10 %").waitFor();
  await dialog.getByText(`−${new Intl.NumberFormat("en-US").format(lost)}`, { exact: true }).waitFor();
  const confirm = dialog.getByRole("button", { name: `Make v${flag.version} the newest` });
  assert.ok(await confirm.isDisabled(), "production asks why first");
  await noteOf(dialog).fill("too fast");
  await confirm.click();
  await page.getByText(`Reverted to v${flag.version}; saved as v${edited.version + 1}.`).waitFor();
  const [entry] = await entriesOf({ flag: flag.key });
  assert.deepEqual([entry.action, entry.revertedTo, entry.note], ["flag.reverted", flag.version, "too fast"]);
  assert.equal((await app.command("flag_get", { flag: flag.key })).rules[0].percentage, 10);
});

pageTest(app, "a kill without a note waits for its reason in the review, which becomes an entry of its own", {}, async (page) => {
  const flag = await makeFlag();
  const before = (await app.command("reviews_list")).length;
  await app.command("flag_kill", { flag: flag.id });
  await page.getByRole("link", { name: `Audit, ${before + 1} to review` }).click();
  await page.getByRole("link", { name: `Review afterwards, ${before + 1}` }).click();
  const due = page.getByRole("list", { name: "Left to review" }).getByRole("listitem").filter({ hasText: flag.key });
  await noteOf(due).fill("payments were down");
  await page.keyboard.press("Enter");
  await due.waitFor({ state: "detached" });
  const [noted, killed] = await entriesOf({ flag: flag.key });
  assert.deepEqual([noted.action, noted.note, noted.after.seq], ["change.noted", "payments were down", killed.seq]);
  await page.goto(`${app.bridge.url}/#/audit?entry=${noted.seq}`);
  await page.getByRole("complementary").getByRole("button", { name: String(killed.seq), exact: true }).click();
  await page.getByRole("complementary", { name: `Change ${killed.seq}` }).waitFor();
});

pageTest(app, "every production change of a time is taken away as CSV and as a file that verifies", { path: "/audit" }, async (page) => {
  const flag = await makeFlag('=cmd|"calc"!A1, or so they say');
  await page.getByRole("button", { name: "Environment", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Production" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Time", exact: true }).click();
  await page.getByRole("button", { name: /this quarter/ }).click();
  await row(page, flag.key).first().waitFor();
  const downloads = join(app.bridge.dataDir, "downloads");
  const took = async (format) => {
    const known = new Set(existsSync(downloads) ? readdirSync(downloads) : []);
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByRole("menuitem", { name: new RegExp(`^${format}`) }).click();
    const file = await until("a new file", () =>
      existsSync(downloads)
        ? readdirSync(downloads).find((name) => !known.has(name) && !name.endsWith(".part"))
        : undefined,
    );
    await page.getByText(/Saved [\d,]+ entr(y|ies) to/).waitFor();
    await page.getByRole("button", { name: "Dismiss" }).click();
    return join(downloads, file);
  };

  const csv = readFileSync(await took("CSV"), "utf8");
  const lines = csv.trimEnd().split("\r\n");
  for (const column of ["seq", "at", "actor", "action", "environments", "before", "after", "note"]) {
    assert.match(lines[0], new RegExp(`\\b${column}\\b`, "i"), `the column ${column}`);
  }
  const line = lines.find((text) => text.includes(flag.key));
  assert.ok(line?.includes(ACTOR), "who");
  assert.ok(line.includes(`"'=cmd|""calc""!A1, or so they say"`), "the note, as a text and no formula");
  const shown = await entriesOf({ environment: "production" });
  assert.ok(lines.length - 1 >= shown.length - 1, "every entry of the filter");

  const file = await took("NDJSON");
  const verified = spawnSync(server, ["audit", "verify", file], { encoding: "utf8" });
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  const [access] = await entriesOf({ actions: ["audit.exported"] });
  assert.equal(access.actor, ACTOR, "taking it away is an entry");
});

pageTest(app, "an entry that somebody changed in the table is named, in words and not in red", { path: "/audit" }, async (page) => {
  const flag = await makeFlag();
  const [entry] = await entriesOf({ flag: flag.key, actions: ["flag.created"] });
  await badge(page, /^Chain of entries: Intact/).waitFor();
  const stored = await asSuperuser(async (client) => {
    const { rows } = await client.query("select entry from halyard.audit_entries where seq = $1", [entry.seq]);
    await client.query("alter table halyard.audit_entries disable trigger all");
    await client.query("update halyard.audit_entries set entry = replace(entry, $2, 'Mallory') where seq = $1", [
      entry.seq,
      ACTOR,
    ]);
    return rows[0].entry;
  });
  try {
    await badge(page, /^Chain of entries/).click();
    await page.getByRole("button", { name: "Verify again" }).click();
    await badge(page, `Chain of entries: Broken at entry ${new Intl.NumberFormat("en-US").format(entry.seq)}`).waitFor();
    await page.getByText("Something changed the table from outside").waitFor();
  } finally {
    await asSuperuser(async (client) => {
      await client.query("update halyard.audit_entries set entry = $2 where seq = $1", [entry.seq, stored]);
    });
  }
});
