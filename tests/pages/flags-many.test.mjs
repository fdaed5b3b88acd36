// The list of flags at 10,000 flags: it opens quickly, filtering keeps up with typing, and scrolling
// shows no blank rows. The figures are printed; the bounds are generous, for a busy machine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pageTest, screenshot, until, useApp } from "./harness.mjs";

const FLAGS = 10_000;
/** One flag in so many has a rule: each costs a count of all customers, which is not what is measured here. */
const RULE_IN = 50;
const CLIENTS = 8;

/** In milliseconds of the main thread's own time; the aim is 300. */
const MOST_INITIAL_WORK = 900;
/** For a key in the filter, in milliseconds of the main thread's own time; the aim is the next frames. */
const MOST_WORK_A_KEY = 200;

const AREAS = ["billing", "checkout", "search", "mobile", "growth", "reports", "sso", "inbox"];
const TYPES = [
  ["boolean", false],
  ["string", "control"],
  ["number", 20],
  ["json", { limit: 5 }],
];

const flagKey = (n) => `${AREAS[n % AREAS.length]}-flag-${String(n).padStart(5, "0")}`;

function newFlag(n) {
  const [type, defaultValue] = TYPES[n % TYPES.length];
  return {
    key: flagKey(n),
    name: `Flag ${n} of ${AREAS[n % AREAS.length]}`,
    type,
    defaultValue,
    clientVisible: n % 3 === 0,
    tags: [AREAS[(n + 3) % AREAS.length]],
    rules: n % RULE_IN === 0 ? [{ percentage: (n / RULE_IN) % 101, value: defaultValue }] : [],
  };
}

const app = useApp({
  prepare: async ({ command }) => {
    let next = 0;
    const create = async () => {
      while (next < FLAGS) await command("flag_create", newFlag(next++));
    };
    await Promise.all(Array.from({ length: CLIENTS }, create));
    // What is measured is the page, not the count behind it.
    await until("the reach is counted", async () => (await command("flags_reach")).state !== "counting", 120_000);
  },
});

/** The table's scroller, and whether rows cover all of it below the header. */
const rowsCover = () => {
  const grid = document.querySelector('[role="grid"][aria-label="Flags"]');
  const scroller = grid.parentElement;
  const box = scroller.getBoundingClientRect();
  const top = grid.querySelector('[role="row"]').getBoundingClientRect().bottom;
  const drawn = [...grid.querySelectorAll("[data-row-key]")]
    .map((row) => row.getBoundingClientRect())
    .filter(({ bottom, top: rowTop }) => bottom > top && rowTop < box.bottom)
    .sort((a, b) => a.top - b.top);
  let covered = top;
  for (const row of drawn) if (row.top <= covered + 1) covered = Math.max(covered, row.bottom);
  return covered >= box.bottom - 1;
};

test("the list of 10,000 flags opens with less than 300 ms of work (at most three times that here)", async () => {
  // Once for the browser's caches of code, as an app that was opened before has them.
  await (await openMeasured()).page.finish();
  const runs = [];
  for (let run = 0; run < 3; run++) {
    const { page, work } = await openMeasured();
    runs.push(work);
    assert.deepEqual(page.errors, []);
    await page.finish();
  }
  const asked = performance.now();
  await app.command("flags_list", { archived: false });
  const answered = performance.now() - asked;
  const median = runs.sort((a, b) => a.task - b.task)[1];
  console.log(
    `opening ${FLAGS} flags (median of 3): ${median.task.toFixed(0)} ms of main-thread work, of it ${median.script.toFixed(0)} ms script; ` +
      `first rows after ${median.firstRows.toFixed(0)} ms, longest task ${median.longest.toFixed(0)} ms; ` +
      `the app answers with them in ${answered.toFixed(0)} ms`,
  );
  assert.ok(median.task < MOST_INITIAL_WORK, `${median.task} ms of work`);
});

/** Asks for the browser's figures of a page, with times as the main thread's own, whatever else the machine does. */
async function metricsOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () =>
    Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
}

/** From navigation to the first rows. */
async function openMeasured() {
  const page = await app.open("/settings");
  await page.getByRole("heading", { name: "Settings" }).first().waitFor();
  const metrics = await metricsOf(page);
  await page.addInitScript(() => {
    window.longestTask = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longestTask = Math.max(window.longestTask, duration);
    }).observe({ type: "longtask", buffered: true });
    const look = () => {
      if (document.querySelector("[data-row-key]")) window.firstRows ??= performance.now();
      else requestAnimationFrame(look);
    };
    look();
  });
  const start = await metrics();
  await page.goto("about:blank");
  await page.goto(`${app.bridge.url}/#/flags`);
  await page.waitForFunction(() => window.firstRows !== undefined);
  const end = await metrics();
  const { firstRows, longest } = await page.evaluate(() => ({ firstRows: window.firstRows, longest: window.longestTask }));
  const of = (name) => (end[name] >= start[name] ? end[name] - start[name] : end[name]) * 1000;
  return { page, work: { task: of("TaskDuration"), script: of("ScriptDuration"), firstRows, longest } };
}

pageTest(app, "filtering 10,000 flags keeps up with typing", {}, async (page) => {
  const filter = page.getByRole("textbox", { name: "Filter" });
  await page.locator("[data-row-key]").first().waitFor();
  await page.evaluate(() => {
    window.tasks = [];
    window.answers = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
    new PerformanceObserver((list) =>
      window.answers.push(...list.getEntries().filter(({ name }) => name === "keydown").map(({ duration }) => duration)),
    ).observe({ type: "event", durationThreshold: 16 });
  });
  const metrics = await metricsOf(page);
  await filter.click();
  const start = await metrics();
  const wanted = flagKey(4_321);
  const words = `${wanted.split("-")[0]} ${wanted.slice(-5)}`;
  // As fast as people type who type fast.
  await page.keyboard.type(words, { delay: 60 });
  await page.getByRole("row").filter({ hasText: wanted }).waitFor();
  await page.getByText(/^1 of 10,0\d\d$/).waitFor();
  for (let i = 0; i < words.length; i++) await page.keyboard.press("Backspace");
  await page.getByText(/^10,0\d\d$/).first().waitFor();
  const work = ((await metrics()).TaskDuration - start.TaskDuration) * 1000;
  const { tasks, answers } = await page.evaluate(() => ({ tasks: window.tasks, answers: window.answers }));
  const workAKey = work / (2 * words.length);
  console.log(
    `filtering ${FLAGS} flags: ${words.length} keys typed and deleted, ${workAKey.toFixed(0)} ms of main-thread work each; ` +
      `longest task ${Math.max(0, ...tasks).toFixed(0)} ms (${tasks.length} over 50 ms), slowest key on screen after ${Math.max(0, ...answers).toFixed(0)} ms`,
  );
  assert.ok(workAKey < MOST_WORK_A_KEY, `${workAKey} ms of work for a key`);
});

pageTest(app, "scrolling quickly through 10,000 flags shows no blank rows", {}, async (page) => {
  await page.locator("[data-row-key]").first().waitFor();
  const grid = page.getByRole("grid", { name: "Flags" });
  await grid.hover({ position: { x: 400, y: 300 } });
  await page.evaluate((rowsCoverSource) => {
    const cover = new Function(`return (${rowsCoverSource})()`);
    window.drawn = { frames: 0, blank: 0 };
    const look = () => {
      window.drawn.frames += 1;
      if (!cover()) window.drawn.blank += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, rowsCover.toString());
  const top = () => page.evaluate(() => document.querySelector('[role="grid"]').parentElement.scrollTop);
  for (let step = 0; step < 40; step++) {
    const before = await top();
    await page.mouse.wheel(0, step % 4 === 3 ? -1_200 : 2_400);
    await until("the list scrolls", async () => (await top()) !== before);
    assert.ok(await page.evaluate(rowsCover), `rows cover the list after step ${step}`);
    if (step === 20) await screenshot(page, "flags 10000 while scrolling");
  }
  const { frames, blank } = await page.evaluate(() => window.drawn);
  console.log(`scrolling ${FLAGS} flags: ${blank} of ${frames} frames with a blank row`);
  assert.equal(blank, 0, "frames with a blank row");
  // The scroll bar dragged to the middle, the end and back.
  for (const share of [0.5, 1, 0.25]) {
    await page.evaluate((to) => {
      const scroller = document.querySelector('[role="grid"]').parentElement;
      scroller.scrollTop = to * (scroller.scrollHeight - scroller.clientHeight);
    }, share);
    await page.waitForFunction(rowsCover);
  }
});
