// The live tail while a real writer appends 2,000 calls a second to the log: the page stays responsive, says that it
// shows a sample and of how much, stands still when it is paused, and comes back from a database that went away.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { databaseUrl, keepDatabaseAway, killDatabase } from "./database.mjs";
import { pageTest, screenshot, until, useApp } from "./harness.mjs";
import { makeLog } from "./log.mjs";
import { followThread, heldBy } from "./thread.mjs";

const CALLS_PER_SECOND = 2_000;
/** In milliseconds of the main thread's own time; the aim is that no frame takes 100. */
const LONGEST_TASK = 250;
/** What the page may hold more at the end than at the beginning, in bytes. */
const MOST_GROWTH = 6e6;
/** What takes the app seconds on a busy machine. */
const BACK = { timeout: 60_000 };

const target = resolve(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, "../../target"));
const writers = new Set();
after(() => writers.forEach((stop) => stop()));

const app = useApp({ prepare: (app) => makeLog(app, { calls: 1, everyMs: 1 }) });

/** Writes calls until it is stopped; it ends with this process as well, whose end closes its input. */
async function startWriter(callsPerSecond) {
  const url = await databaseUrl(app);
  const child = spawn(join(target, "debug/halyard-log-writer"), [url, String(callsPerSecond)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const stored = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    stored.push({ at: performance.now(), calls: JSON.parse(line).stored });
  });
  const stop = async () => {
    writers.delete(stop);
    child.stdin.end();
    await ended;
  };
  writers.add(stop);
  await until("the writer writes", () => stored.length > 0);
  return {
    stop,
    /** Calls a second that were really stored, over about the last ten. */
    rate: () => {
      const last = stored.at(-1);
      const first = stored.find(({ at }) => at >= last.at - 10_000);
      return first === last ? 0 : (1_000 * (last.calls - first.calls)) / (last.at - first.at);
    },
    stored: () => stored.at(-1).calls,
  };
}

const rows = (page) => page.getByRole("grid", { name: "Evaluations" }).locator("[data-row-key]");
const keys = (page) => rows(page).evaluateAll((all) => all.map((row) => row.dataset.rowKey));
const number = (text) => Number(/[\d,]+/.exec(text)[0].replaceAll(",", ""));

/** Waits until other rows have come in so many times. */
async function comesIn(page, times) {
  for (let turn = 0; turn < times; turn++) {
    const [before] = await keys(page);
    await until("other rows come in", async () => (await keys(page))[0] !== before);
  }
}

pageTest(app, "2,000 calls a second are watched in frames of less than 100 ms, and the tail says that it samples", { path: "/evaluations" }, async (page) => {
  const writer = await startWriter(CALLS_PER_SECOND);
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.getByText(/this is a sample of the newest/).waitFor();
  const told = page.getByText(/calls a second come in/);
  const shown = await until("the rate is the real one", async () => {
    const rate = number(await told.textContent());
    return Math.abs(rate - writer.rate()) < writer.rate() * 0.25 && rate;
  }, BACK.timeout);

  const early = await heldBy(page);
  const stop = await followThread(app.browser, page);
  await comesIn(page, 6);
  const { longest, work, wait, drawn } = await stop();
  const late = await heldBy(page);
  console.log(
    `the tail under ${writer.rate().toFixed(0)} calls/s (it says ${shown}), six answers: longest task ${longest.toFixed(0)} ms, ` +
      `${work.toFixed(0)} ms of work in all, ${drawn} frames, ${wait.toFixed(0)} ms between two at most on this machine; ` +
      `heap ${(early.heap / 1e6).toFixed(1)} MB, then ${(late.heap / 1e6).toFixed(1)} MB; nodes ${early.nodes}, then ${late.nodes}`,
  );
  assert.ok(longest < LONGEST_TASK, `a task of ${longest} ms`);
  assert.ok(late.heap < early.heap + MOST_GROWTH, `${early.heap} bytes became ${late.heap}`);
  await screenshot(page, "tail under load");

  await page.getByRole("button", { name: "Pause" }).click();
  const before = await keys(page);
  const missed = page.getByText(/^Paused\. .* new calls since\.$/);
  const stored = writer.stored();
  await until("what is missed is counted", async () => {
    return (await missed.isVisible()) && number(await missed.textContent()) >= 2_000;
  }, BACK.timeout);
  assert.ok(number(await missed.textContent()) <= writer.stored() - stored + CALLS_PER_SECOND * 3, "no more than was stored");
  assert.deepEqual(await keys(page), before, "rows stand still");
  await screenshot(page, "tail paused under load");
  await page.getByRole("button", { name: "Go on" }).click();
  await until("other rows than before", async () => !(await keys(page)).some((key) => before.includes(key)));

  // Who is on a row with the keyboard reads it in peace.
  await rows(page).first().focus();
  await page.getByText(/^Held while you are on a row · /).waitFor();
  const held = await keys(page);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await keys(page), held, "rows stand still under the keyboard");
  await page.getByRole("button", { name: "Export", exact: true }).focus();
  await until("they go on", async () => (await keys(page))[0] !== held[0]);
  await writer.stop();
});

pageTest(app, "rows come in as well where one was on a row of the log before", { path: "/evaluations" }, async (page) => {
  const writer = await startWriter(10);
  await rows(page).first().focus();
  await page.keyboard.press("l");
  await page.getByRole("button", { name: /^Live.*\/s/ }).waitFor();
  await comesIn(page, 2);
  await writer.stop();
});

pageTest(app, "a tail whose database is killed says so, and goes on when it is back", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Live", exact: true }).click();
  await page.getByText("Everything that comes in is shown.").waitFor();
  const before = await keys(page);
  const letItBack = keepDatabaseAway(app);
  try {
    await killDatabase(app);
    await page.getByText(/Nothing new could be read: .* It is tried again\./).waitFor(BACK);
    await page.getByRole("button", { name: /^Live.*–/ }).waitFor();
    // The banner takes the room of some.
    assert.deepEqual((await keys(page)).slice(0, 8), before.slice(0, 8), "what was there stays");
    await screenshot(page, "tail without database");
  } finally {
    letItBack();
  }
  await page.getByText("Everything that comes in is shown.").waitFor(BACK);
  const writer = await startWriter(10);
  await comesIn(page, 2);
  await writer.stop();
});
