// What the page tests share: the bridge with a database of its own, a headless Chromium, and pages in it.
// Everything started here is ended by its process id, also when a test fails or the run is interrupted.
//
//   HALYARD_UI_DIR    the built page to test; ui/dist unless given
//   CARGO_TARGET_DIR  where cargo built the bridge; target unless given
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const fromRoot = (given, otherwise) => (given ? resolve(given) : join(root, otherwise));
const target = fromRoot(process.env.CARGO_TARGET_DIR, "target");
const uiDir = fromRoot(process.env.HALYARD_UI_DIR, "ui/dist");
export const SCREENSHOTS = join(target, "screenshots");

/** Who the audit says made the changes of these tests. */
export const ACTOR = "Ada Lovelace";
/** How long, in milliseconds, anything may take to come about on a busy machine. */
const PATIENCE = 20_000;

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Bridges that still run, by process id, with their data: a run that is interrupted ends them on its way out.
const running = new Map();
process.on("exit", () => {
  for (const [pid, dataDir] of running) {
    process.kill(pid, "SIGTERM");
    // The bridge stops its database before it goes, which takes longer than we may.
    const clearAway = 'while kill -0 "$0" 2>/dev/null; do sleep 0.1; done; rm -rf "$1"';
    spawn("sh", ["-c", clearAway, String(pid), dataDir], { detached: true, stdio: "ignore" }).unref();
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/**
 * Starts the bridge on a fresh data directory. With `sample` it answers once the sample workspace is
 * open and `ACTOR` is who uses it.
 */
export async function startBridge({ sample = true } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), "halyard-pages-"));
  // Started by root, Postgres runs as somebody else, who must be able to pass.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o755);
  const options = ["--port", "0", "--data-dir", dataDir, "--ui-dir", uiDir, ...(sample ? ["--sample"] : [])];
  const bridge = spawn(join(target, "debug/halyard-bridge"), options, { stdio: ["ignore", "pipe", "pipe"] });
  let complaints = "";
  bridge.stderr.on("data", (text) => {
    complaints = (complaints + text).slice(-4_000);
  });
  const ended = new Promise((done) => bridge.once("exit", done));
  if (bridge.pid !== undefined) running.set(bridge.pid, dataDir);
  const close = async () => {
    if (running.has(bridge.pid) && bridge.exitCode === null) {
      bridge.kill("SIGTERM");
      await ended;
    }
    running.delete(bridge.pid);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const url = await new Promise((done, fail) => {
      createInterface({ input: bridge.stdout }).once("line", (line) => done(JSON.parse(line).url));
      bridge.once("exit", (code) => fail(new Error(`the bridge ended with ${code} before it was ready\n${complaints}`)));
      bridge.once("error", fail);
    });
    const token = /name="halyard-token" content="([^"]*)"/.exec(await (await fetch(url)).text())?.[1];
    assert.ok(token, `the page in ${uiDir} is built and carries the token`);
    const command = commandsOf(url, token);
    if (sample) await openSample(command);
    return { url, dataDir, command, close, pid: bridge.pid };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the sample workspace, made when there is none, with `ACTOR` as who uses it. */
export async function openSample(command) {
  const { state, actor } = await command("workspace_status");
  if (state === "ready" && actor === ACTOR) return;
  await command("workspace_explore_sample");
  await until("the sample workspace is open", async () => (await command("workspace_status")).state === "ready", 60_000);
  await command("actor_set", { actor: ACTOR });
}

/** Runs commands as the page would; a refused one throws with the fields of the error. */
function commandsOf(url, token) {
  return async (name, request = {}) => {
    const response = await fetch(new URL(`/command/${name}`, url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-halyard-token": token },
      body: JSON.stringify(request),
    });
    const body = await response.json();
    if (!response.ok) throw Object.assign(new Error(`${name}: ${JSON.stringify(body)}`), body);
    return body;
  };
}

/** The process id of the database under `dataDir`. */
export function databaseProcess(dataDir) {
  const found = readdirSync(dataDir, { recursive: true }).find((path) => path.endsWith("postmaster.pid"));
  return found === undefined ? null : Number(readFileSync(join(dataDir, found), "utf8").split("\n")[0]);
}

/** A browser that ends with this process at the latest. */
export function startBrowser() {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ARGUMENTS });
}

/**
 * A bridge and a browser for one file of tests; call at its top. `bridge`, `command` and `open` can be
 * used once its tests run; `prepare` uses them before.
 */
export function useApp({ sample = true, prepare = async () => {} } = {}) {
  const app = {};
  before(async () => {
    const [bridge, browser] = await Promise.all([startBridge({ sample }), startBrowser()]);
    Object.assign(app, { bridge, browser, command: bridge.command });
    app.open = (path = "/", look = {}) => openPage(browser, bridge.url, path, look);
    await prepare(app);
  });
  after(async () => {
    await app.browser?.close();
    await app.bridge?.close();
  });
  return app;
}

/**
 * A page of the app in a context of its own: light, 1280×800 and calm unless told otherwise. `errors`
 * gathers what the page throws and what the browser refuses it.
 */
export async function openPage(browser, url, path = "/", look = {}) {
  const { colorScheme = "light", width = 1280, height = 800, hasTouch = false, context: given } = look;
  const viewport = { width, height };
  const context =
    given ??
    (await browser.newContext({ colorScheme, viewport, hasTouch, reducedMotion: "reduce", locale: "en-GB" }));
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A command that is refused answers with a 4xx or 5xx: the page shows that itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      errors.push(message.text());
    }
  });
  await page.goto(`${url}/#${path}`);
  return Object.assign(page, { errors, finish: () => context.close() });
}

/**
 * A test on a page of its own, which fails as well when the page throws. What the page looked like when
 * it failed is in target/screenshots.
 */
export function pageTest(app, name, { path = "/flags", ...look } = {}, body) {
  test(name, async (t) => {
    const page = await app.open(path, look);
    try {
      await body(page, t);
      assert.deepEqual(page.errors, [], "what the page threw");
    } catch (error) {
      await screenshot(page, `failed ${name}`).catch(() => {});
      throw error;
    } finally {
      await page.finish();
    }
  });
}

/** Finds something with the palette and runs what `chosen` names. */
export async function fromPalette(page, words, chosen) {
  await page.keyboard.press("Control+K");
  await page.getByRole("combobox", { name: "Search or jump to" }).waitFor();
  await page.keyboard.type(words);
  await page.getByRole("option", { name: chosen, selected: true }).waitFor();
  // The list may still be one letter behind, and Enter runs only what was seen.
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(idle)));
  await page.keyboard.press("Enter");
}

/** Shows the page in another theme, once no colour is on its way from one to the other any more. */
export async function setTheme(page, colorScheme) {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction((scheme) => document.documentElement.dataset.mantineColorScheme === scheme, colorScheme);
  await page.waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition));
}

export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll(/[^\w.×-]+/g, "-")}.png`) });
}

/** Waits for a condition, looking again and again until `patience` (in ms) is over. */
export async function until(what, condition, patience = PATIENCE) {
  const deadline = performance.now() + patience;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`did not come about: ${what}`);
    await new Promise((again) => setTimeout(again, 30));
  }
}
