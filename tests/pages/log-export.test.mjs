// Taking a large log out as CSV: how far it is can be seen, cancelled or failed it leaves no file, and the app needs no
// more memory for many rows than for few. The figures are printed.
import assert from "node:assert/strict";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { killDatabase } from "./database.mjs";
import { pageTest, screenshot, until, useApp } from "./harness.mjs";
import { FLAGS, makeLog } from "./log.mjs";

const ROWS = 200_000;
/** What the app may need more while it exports, in bytes: a small part of the rows. */
const MOST_GROWTH = 60e6;
/** What takes long on a busy machine. */
const LONG = 120_000;

const app = useApp({ prepare: (app) => makeLog(app, { calls: ROWS / FLAGS, everyMs: 1_000 }) });

const downloads = () => join(app.bridge.dataDir, "downloads");
const files = () => (existsSync(downloads()) ? readdirSync(downloads()) : []);

/** Bytes of memory that the app has, or had at most. */
function memory(what) {
  const status = readFileSync(`/proc/${app.bridge.pid}/status`, "utf8");
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(status)[1]) * 1024;
}

async function begin(page) {
  await page.locator("[data-row-key]").first().waitFor();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "CSV of this filter" }).click();
}

/** Rows written, as the page says. */
const written = (page) =>
  page
    .getByText(/ of about 200,000 evaluations written/)
    .textContent()
    .then((text) => Number(/^[\d,]+/.exec(text)[0].replaceAll(",", "")));

pageTest(app, "a large export shows how far it is, and cancelled leaves no file", { path: "/evaluations" }, async (page) => {
  await begin(page);
  const first = await until("something is written", () => written(page));
  await until("more is written", async () => (await written(page)) > first);
  assert.deepEqual(files().map((name) => name.endsWith(".part")), [true], "what is written so far");
  await screenshot(page, "export under way");
  await page.getByRole("button", { name: "Cancel the export" }).press("Enter");
  await page.getByText("Not exported: it was cancelled. No file was kept.").waitFor();
  assert.deepEqual(files(), []);
  await screenshot(page, "export cancelled");
});

pageTest(app, "an export whose database is killed says so, and leaves no file", { path: "/evaluations" }, async (page) => {
  await begin(page);
  await until("something is written", () => written(page));
  await killDatabase(app);
  await page.getByText(/^Not exported, and no file was kept\. /).waitFor({ timeout: LONG });
  assert.deepEqual(files(), []);
  await screenshot(page, "export without database");
  await until("the database is back", () => app.command("flags_list", { archived: false }).catch(() => null), LONG);
});

pageTest(app, "exporting 200,000 rows takes no more memory than a few of them", { path: "/evaluations" }, async (page) => {
  const before = memory("VmRSS");
  const began = performance.now();
  await begin(page);
  await page.getByText(/^Saved 200,000 evaluations to/).waitFor({ timeout: LONG });
  const took = (performance.now() - began) / 1000;
  const peak = memory("VmHWM");
  const [file] = files();
  let [bytes, lines] = [0, 0];
  for await (const chunk of createReadStream(join(downloads(), file))) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) lines += 1;
  }
  console.log(
    `exporting ${ROWS} rows, ${(bytes / 1e6).toFixed(0)} MB: ${(ROWS / took).toFixed(0)} rows/s in a debug build; ` +
      `memory of the app ${(before / 1e6).toFixed(0)} MB before, ${(peak / 1e6).toFixed(0)} MB at its peak`,
  );
  assert.equal(lines, ROWS + 1);
  assert.ok(peak < before + MOST_GROWTH, `${before} bytes became ${peak}`);
});
