// What the page tests share: the bridge with a database of its own, and a headless Chromium.
// Everything started here is ended by `close`.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const target = process.env.CARGO_TARGET_DIR ? resolve(process.env.CARGO_TARGET_DIR) : join(root, "target");
const screenshots = join(target, "screenshots");

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

/** Starts the bridge on a fresh data directory; `sample` opens the sample workspace. */
export async function startBridge({ sample }) {
  const dataDir = mkdtempSync(join(tmpdir(), "halyard-pages-"));
  const bridge = spawn(
    join(target, "debug/halyard-bridge"),
    ["--port", "0", "--data-dir", dataDir, ...(sample ? ["--sample"] : [])],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = new Promise((done) => bridge.once("exit", done));
  const lines = createInterface({ input: bridge.stdout });
  const ready = await new Promise((done, fail) => {
    lines.once("line", (line) => done(JSON.parse(line)));
    bridge.once("exit", (code) => fail(new Error(`the bridge ended with ${code} before it was ready`)));
    bridge.once("error", fail);
  });
  return {
    url: ready.url,
    dataDir,
    /** Runs one command as the page would. */
    async command(name, request = {}) {
      const response = await fetch(new URL(`/command/${name}`, ready.url), {
        method: "POST",
        headers: { "content-type": "application/json", "x-halyard-token": ready.token },
        body: JSON.stringify(request),
      });
      const body = await response.json();
      if (!response.ok) throw Object.assign(new Error(`${name}: ${body.message}`), body);
      return body;
    },
    async close() {
      bridge.kill("SIGTERM");
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function startBrowser() {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ARGUMENTS });
}

/** A page at 1280×800 in light, unless told otherwise; what it throws fails the test that awaits `errors`. */
export async function openPage(browser, url, { colorScheme = "light", width = 1280, height = 800 } = {}) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height } });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  return { page, errors, close: () => context.close() };
}

export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Waits for a condition, looking again and again until `patience` (in ms) is over. */
export async function until(what, condition, patience = 60_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`did not come about: ${what}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
