// Killing over the real bridge with a real `halyard-server` beside it, by keyboard: the proof of effect, restoring,
// several at once, a flag that somebody else holds, the kill board, and a database that is killed.
import assert from "node:assert/strict";
import { after } from "node:test";
import pg from "pg";
import { startServer } from "../clients/harness.mjs";
import { databaseUrl, keepDatabaseAway, killDatabase } from "./database.mjs";
import { ACTOR, fromPalette, pageTest, screenshot, until, useApp } from "./harness.mjs";

/** What takes the app seconds on a busy machine. */
const BACK = { timeout: 60_000 };
const TAG = "kill-switch";

let server;
const app = useApp({
  prepare: async (app) => {
    server = await startServer({ database: await databaseUrl(app) });
    await until("the server is registered", async () => (await app.command("evaluators_list")).length === 1);
  },
});
after(() => server?.close());

let made = 0;
/** A flag for one test alone, on in production. */
async function makeFlag(fields = {}) {
  made += 1;
  const flag = await app.command("flag_create", {
    key: `to-kill-${made}`,
    name: `To kill ${made}`,
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ value: true }],
    ...fields,
  });
  await app.command("flag_set_environment", { flag: flag.id, environment: "production", enabled: true, note: "launch" });
  return flag;
}

const stateOf = async ({ id }) => (await app.command("flag_get", { flag: id })).isActive;

/** Holds Enter on what has the focus until the button is gone or done. */
async function holdEnter(page) {
  await page.keyboard.down("Enter");
  await until("it was held long enough", async () => {
    const holding = await page.evaluate(() => document.querySelector('[data-holding="true"]') !== null);
    return !holding;
  });
  await page.keyboard.up("Enter");
}

pageTest(app, "at 3 a.m.: the palette, the hold, every server's confirmation, and the same rules back", {}, async (page) => {
  const flag = await makeFlag();
  await page.locator("[data-row-key]").first().waitFor();
  await fromPalette(page, `kill ${flag.key}`, new RegExp(`^Kill ${flag.key}`));
  const dialog = page.getByRole("dialog", { name: `Kill ${flag.key}` });
  await dialog.getByText("50,000 customers").waitFor();
  const hold = dialog.getByRole("button", { name: `Hold to kill ${flag.key}` });
  await until("the hold has the focus", () => hold.evaluate((button) => button === document.activeElement));
  assert.equal(await stateOf(flag), true, "the Enter that chose the row kills nothing");

  await page.keyboard.down("Enter");
  await page.getByText(`Keep holding to kill ${flag.key}.`).waitFor({ state: "attached" });
  await page.keyboard.up("Enter");
  await page.getByText("Cancelled. Nothing was killed.").or(page.getByText(`Kill ${flag.key} now`)).first().waitFor({ state: "attached" });
  assert.equal(await stateOf(flag), true, "let go early, it is cancelled");
  if (await page.getByRole("button", { name: `Kill ${flag.key} now` }).isVisible()) {
    await page.getByRole("button", { name: "Cancel" }).press("Enter");
  }
  await hold.focus();
  await holdEnter(page);

  await page.getByText(`${flag.key} is killed. Everyone gets false.`).waitFor();
  const proof = page.getByRole("region", { name: `Proof of effect, ${flag.key}` });
  await proof.getByText(/^1 of 1 confirmed in/).waitFor();
  await proof.getByText(/None stored since/).waitFor();
  await screenshot(page, "killed and proven");
  await proof.getByRole("textbox", { name: "Note on the kill" }).fill("error rate 12 %");
  await page.keyboard.press("Enter");
  await page.getByText("The note was added.").waitFor();

  await fromPalette(page, `restore ${flag.key}`, new RegExp(`^Restore ${flag.key}`));
  const restore = page.getByRole("dialog", { name: `Restore ${flag.key}` });
  await restore.getByText("50,000 customers", { exact: true }).waitFor();
  await page.keyboard.type("fixed");
  await page.keyboard.press("Enter");
  await page.getByText(`${flag.key} is restored.`).waitFor();
  const restored = await app.command("flag_get", { flag: flag.id });
  assert.equal(restored.isActive, true);
  assert.deepEqual(restored.rules.map(({ value }) => value), [true]);
  const [entry] = (await app.command("audit_list", { limit: 1, filter: { flag: flag.key } })).entries;
  assert.deepEqual([entry.action, entry.actor, entry.note], ["flag.restored", ACTOR, "fixed"]);
});

pageTest(app, "Undo brings back what was killed a moment ago", {}, async (page) => {
  const flag = await makeFlag();
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}?dialog=kill`);
  await page.getByRole("button", { name: `Hold to kill ${flag.key}` }).focus();
  await holdEnter(page);
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await page.getByText(`${flag.key} is restored, as it was before the kill.`).waitFor();
  assert.equal(await stateOf(flag), true);
});

pageTest(app, "several flags are chosen in the list and killed by one hold, with how each went", {}, async (page) => {
  const flags = [await makeFlag(), await makeFlag()];
  for (const { id } of flags) {
    const row = page.locator(`[data-row-key="${id}"]`);
    await row.waitFor();
    await row.focus();
    await page.keyboard.press("Space");
  }
  await page.getByText("2 flags chosen").waitFor();
  await page.keyboard.press("Control+Shift+K");
  const dialog = page.getByRole("dialog");
  const hold = dialog.getByRole("button", { name: "Hold to kill 2 flags" });
  await hold.waitFor();
  await until("the hold has the focus", () => hold.evaluate((button) => button === document.activeElement));
  await holdEnter(page);
  await page.getByRole("dialog", { name: "2 flags are killed" }).waitFor();
  await until("both are confirmed", async () => (await dialog.getByText(/^1 of 1 confirmed in/).count()) === 2);
  assert.deepEqual(await Promise.all(flags.map(stateOf)), [false, false]);
});

pageTest(app, "a flag that a psql session holds: the kill names it, ends it, and gets through", {}, async (page) => {
  const flag = await makeFlag();
  const psql = new pg.Client({ connectionString: await databaseUrl(app), application_name: "psql" });
  // Its session is ended by the test.
  psql.on("error", () => {});
  await psql.connect();
  try {
    await psql.query("begin");
    await psql.query("select 1 from halyard.feature_flags where key = $1 for update", [flag.key]);
    await page.goto(`${app.bridge.url}/#/flags/${flag.key}?dialog=kill`);
    await page.getByRole("button", { name: `Hold to kill ${flag.key}` }).focus();
    await holdEnter(page);
    await page.getByText(/^psql as .*, idle in transaction, open since/).waitFor();
    await screenshot(page, "kill held up");
    assert.equal(await stateOf(flag), true);
    await page.getByRole("button", { name: "End that session" }).press("Enter");
    await page.getByText(`${flag.key} is killed. Everyone gets false.`).waitFor();
    assert.equal(await stateOf(flag), false);
  } finally {
    await psql.end().catch(() => {});
  }
});

pageTest(app, "the kill board by keyboard alone: kill, proof, and no card moves", { path: "/kill-board?window=board" }, async (page) => {
  const flags = [];
  // Their keys are before those of the sample data: they are on the first page.
  for (let each = 0; each < 3; each += 1) flags.push(await makeFlag({ key: `a-kill-${each}`, tags: [TAG] }));
  // A board that is open gives its places away once.
  await page.reload();
  const cards = page.getByRole("list", { name: "Flags" });
  const order = () => cards.getByRole("heading").evaluateAll((all) => all.map(({ title }) => title));
  await cards.getByRole("heading", { name: flags[0].key }).waitFor();
  const before = await order();
  assert.equal(await page.getByRole("navigation", { name: "Pages", exact: true }).count(), 0, "no side bar");
  const [small] = await cards.getByRole("heading").evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)));
  assert.ok(small >= 40, `keys are ${small} px`);

  await page.keyboard.press("/");
  await page.keyboard.type(flags[1].key);
  await cards.getByRole("heading", { name: flags[0].key }).waitFor({ state: "hidden" });
  await page.keyboard.press("ArrowDown");
  await holdEnter(page);
  await page.getByText(/^1 of 1 confirmed in/).waitFor();
  await cards.getByText("KILLED").waitFor();
  await page.getByText("1 killed").or(page.getByText(/^\d+ killed$/)).first().waitFor();
  await page.keyboard.press("r");
  await page.getByRole("dialog", { name: `Restore ${flags[1].key}` }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Find" }).fill("");
  assert.deepEqual(await order(), before);
  assert.equal(await stateOf(flags[1]), false);
  await screenshot(page, "kill board, own window");
});

/** A finger put on an element at its middle; the other end lifts it. */
async function finger(page, element) {
  const { x, y, width, height } = await element.boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  const at = { x: x + width / 2, y: y + height / 2 };
  await touch("touchStart", [at]);
  return {
    // A resting finger trembles.
    tremble: () => touch("touchMove", [{ x: at.x + 3, y: at.y + 2 }]),
    lift: () => touch("touchEnd", []),
  };
}

for (const path of ["/kill-board?window=board", "/kill-board"]) {
  pageTest(app, `by touch a finger that rests kills, and one that lifts early does not: ${path}`, { path, hasTouch: true }, async (page) => {
    const flag = await makeFlag({ key: `a-touched-${made}`, tags: [TAG] });
    // A board that is open gives its places away once.
    await page.reload();
    const hold = page.getByRole("button", { name: `Hold to kill ${flag.key}` });
    const holding = page.locator('[data-holding="true"]');
    const dialog = page.getByRole("dialog");
    await hold.waitFor();
    // Time passes by the test alone: how long the finger rests does not depend on how busy the computer is.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1_000);

    // A tap is no hold: it asks, and what it asks is left by touch as well.
    await hold.tap();
    await dialog.getByRole("button", { name: `Kill ${flag.key} now` }).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).tap();
    await dialog.waitFor({ state: "detached" });

    const early = await finger(page, hold);
    await holding.waitFor();
    await page.clock.runFor(600);
    await early.lift();
    await page.getByText("Cancelled. Nothing was killed.").waitFor({ state: "attached" });
    assert.equal(await stateOf(flag), true, "a finger lifted early kills nothing");
    assert.equal(await dialog.count(), 0, "and asks for nothing");

    const resting = await finger(page, hold);
    await holding.waitFor();
    await page.clock.runFor(400);
    await resting.tremble();
    await page.clock.runFor(500);
    await holding.waitFor({ state: "detached" });
    await resting.lift();
    await page.clock.resume();
    await page.getByText(/^1 of 1 confirmed in/).waitFor();
    assert.equal(await stateOf(flag), false);
    assert.equal(await dialog.count(), 0, "lifting it asks for nothing");
  });
}

pageTest(app, "while the database is away a kill waits with the statement by hand, and gets through when it is back", {}, async (page) => {
  const flag = await makeFlag();
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}?dialog=kill`);
  const hold = page.getByRole("button", { name: `Hold to kill ${flag.key}` });
  await hold.waitFor();
  const letItBack = keepDatabaseAway(app);
  try {
    await killDatabase(app);
    await page.getByRole("alert").filter({ hasText: "Nothing can be changed until it is back" }).waitFor(BACK);
    await hold.focus();
    await holdEnter(page);
    await page.getByText(/go on serving what they last knew/).waitFor(BACK);
    await page.getByText(/halyard\.feature_flags/).first().waitFor();
    await screenshot(page, "kill without a database");
  } finally {
    letItBack();
  }
  await page.getByText(`${flag.key} is killed. Everyone gets false.`).waitFor(BACK);
  assert.equal(await stateOf(flag), false);
});
