// Scrolling through 100,000 rows of the evaluation log: what the page holds does not grow, every row comes once and in
// order, down and up again, and the keyboard goes all the way. The figures are printed.
import assert from "node:assert/strict";
import { inDatabase, keepDatabaseAway, killDatabase } from "./database.mjs";
import { pageTest, screenshot, until, useApp } from "./harness.mjs";
import { FLAGS, makeLog, placeOf } from "./log.mjs";
import { heldBy } from "./thread.mjs";

const ROWS = 100_000;
const EARLY = 10_000;
/** Scrolled back up from the oldest: far past what is held. */
const BACK_UP = 10_000;
/** What the page may hold more at the end than at 10,000 rows, in bytes: a small part of what the rows take. */
const MOST_GROWTH = 6e6;
/** For one way through the whole log, in milliseconds, on a busy machine. */
const PATIENCE = 300_000;
const ROW_HEIGHT = 38;
const ROWS_A_FRAME = 480;

/** What takes the app seconds on a busy machine. */
const BACK = { timeout: 60_000 };

const app = useApp({ prepare: (app) => makeLog(app, { calls: ROWS / FLAGS, everyMs: 5_000 }) });
const rows = (page) => page.getByRole("grid", { name: "Evaluations" }).locator("[data-row-key]");

/** Watches the rows from now on: in each frame those in sight must follow each other, and leave no gap. */
async function watchRows(page) {
  await page.evaluate((placeOfSource) => {
    const placeOf = new Function(`${placeOfSource}; return placeOf`)();
    const scroller = document.querySelector('[role="grid"][aria-label="Evaluations"]').parentElement;
    const { top, bottom } = scroller.getBoundingClientRect();
    const header = scroller.querySelector('[role="row"]').getBoundingClientRect().height;
    // Under the last row a line says whether there are more.
    const foot = 2 * header;
    const seen = { frames: 0, blank: 0, first: null, last: null, broken: [], farthestBack: 0 };
    const inSight = () =>
      [...scroller.querySelectorAll("[data-row-key]")]
        .map((row) => ({ place: placeOf(row.dataset.rowKey), box: row.getBoundingClientRect() }))
        .filter(({ box }) => box.bottom > top + header && box.top < bottom)
        .sort((a, b) => a.box.top - b.box.top);
    const look = () => {
      const rows = inSight();
      const [first, last] = [rows[0], rows.at(-1)];
      seen.frames += 1;
      rows.slice(1).forEach(({ place, box }, before) => {
        const follows = place === rows[before].place + 1 && box.top < rows[before].box.bottom + 1;
        if (!follows && seen.broken.length < 5) seen.broken.push([rows[before], { place, box }]);
      });
      if (!first || first.box.top > top + header + 1 || last.box.bottom < bottom - foot) seen.blank += 1;
      if (first && seen.first !== null) seen.farthestBack = Math.max(seen.farthestBack, seen.first - first.place);
      seen.first = first?.place ?? seen.first;
      seen.last = last?.place ?? seen.last;
      requestAnimationFrame(look);
    };
    look();
    window.log = { seen, scroller };
  }, `const FLAGS = ${FLAGS}; ${placeOf}`);
}

/**
 * Scrolls by so many rows a frame until the row at `place` is drawn: about as far as the pages reach that come in, so
 * that most of the time goes into reading them.
 */
async function scrollTo(page, place) {
  const reached = await page.evaluate(
    async ({ place, by, patience }) => {
      const { seen, scroller } = window.log;
      const began = performance.now();
      const down = place > seen.last;
      while (down ? seen.last < place : seen.first > place) {
        if (performance.now() - began > patience) return false;
        scroller.scrollTop += down ? by : -by;
        await new Promise(requestAnimationFrame);
      }
      return true;
    },
    { place, by: ROWS_A_FRAME * ROW_HEIGHT, patience: PATIENCE },
  );
  assert.ok(reached, `reached row ${place}: ${JSON.stringify(await page.evaluate(() => window.log.seen))}`);
}

const told = ({ heap, nodes, listeners }) => `${(heap / 1e6).toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners`;

pageTest(app, "scrolling through 100,000 rows costs no more memory than through 10,000", { path: "/evaluations" }, async (page) => {
  // The keyboard is on a row that will be far away.
  await rows(page).first().focus();
  await watchRows(page);
  const start = await heldBy(page);
  const began = performance.now();
  await scrollTo(page, EARLY);
  const early = await heldBy(page);
  await scrollTo(page, ROWS - 1);
  await page.getByText("This is the oldest one that is kept.").waitFor();
  const late = await heldBy(page);
  const took = (performance.now() - began) / 1000;
  const down = await page.evaluate(() => window.log.seen);
  assert.deepEqual(down.broken, [], "rows follow each other");
  assert.ok(down.farthestBack < 2 * ROWS_A_FRAME, `nothing was scrolled back: ${down.farthestBack} rows`);
  await scrollTo(page, ROWS - BACK_UP);
  const back = await heldBy(page);
  const up = await page.evaluate(() => window.log.seen);
  assert.deepEqual(up.broken, [], "rows follow each other on the way back");
  console.log(
    `a log of ${ROWS} rows: at first ${told(start)}; after ${EARLY} rows ${told(early)}; after ${ROWS} ${told(late)}; ` +
      `${BACK_UP} rows back up ${told(back)}; down in ${took.toFixed(0)} s; blank in ${up.blank} of ${up.frames} frames`,
  );
  assert.ok(up.blank < up.frames / 50, `${up.blank} of ${up.frames} frames were blank`);
  for (const now of [late, back]) {
    assert.ok(now.heap < early.heap + MOST_GROWTH, `${told(early)} became ${told(now)}`);
    assert.ok(now.nodes < early.nodes * 1.5, `${told(early)} became ${told(now)}`);
  }
});

pageTest(app, "the keyboard goes as far as the rows do, and back to the newest", { path: "/evaluations" }, async (page) => {
  await rows(page).first().focus();
  const place = () => page.evaluate(() => document.activeElement?.closest("[data-row-key]")?.dataset.rowKey ?? null);
  const at = async () => placeOf((await place()) ?? assert.fail("the keyboard is on a row"));
  for (let before = 0; before < 8_000; before = await at()) {
    await until("the next rows are there", async () => {
      await page.keyboard.press("End");
      return (await at()) > before;
    });
  }
  const far = await at();
  await page.keyboard.press("ArrowUp");
  assert.equal(await at(), far - 1);
  await until("at the newest", async () => {
    await page.keyboard.press("Home");
    return (await at()) === 0;
  });
});

pageTest(app, "a database that goes away in the middle is said below the rows, which stay, and it goes on", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await watchRows(page);
  await scrollTo(page, 1_000);
  const letItBack = keepDatabaseAway(app);
  try {
    await killDatabase(app);
    await page.evaluate(() => {
      window.log.scroller.scrollTop = window.log.scroller.scrollHeight;
    });
    await page.getByText("The log could not be read any further.").waitFor(BACK);
    assert.ok(await rows(page).first().isVisible(), "what was read stays");
    await screenshot(page, "log without database");
  } finally {
    letItBack();
  }
  await page.getByText("The log could not be read any further.").waitFor({ state: "hidden", ...BACK });
  await scrollTo(page, 4_000);
  assert.deepEqual(await page.evaluate(() => window.log.seen.broken), []);
});

pageTest(app, "a day that is dropped in the middle ends the list where the log ends now", { path: "/evaluations" }, async (page) => {
  const now = new Date();
  // From noon of yesterday on.
  const span = ((now.getUTCHours() + 12) * 60 + now.getUTCMinutes()) * 60_000;
  const calls = 1_000;
  await makeLog(app, { calls, everyMs: Math.floor(span / calls) });
  const yesterday = new Date(now - 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  await page.reload();
  await rows(page).first().waitFor();
  await watchRows(page);
  await scrollTo(page, 300);
  await inDatabase(app, `drop table halyard.evaluations_${yesterday}`);
  const { rows: [{ kept }] } = await inDatabase(app, "select count(*)::int as kept from halyard.evaluations");
  assert.ok(kept < calls);
  await scrollTo(page, kept * FLAGS - 1);
  await page.getByText("This is the oldest one that is kept.").waitFor();
  assert.deepEqual(await page.evaluate(() => window.log.seen.broken), []);
});
