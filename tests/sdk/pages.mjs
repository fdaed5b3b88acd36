// Pages of a shop in a headless Chromium, on another origin than the server's, with what of our client
// each test puts on them.
import { once } from "node:events";
import { createServer } from "node:http";
import { build } from "esbuild";
import { startBrowser } from "../pages/harness.mjs";

/** Bundles a module for pages, as a shop would; `alias` puts other packages in place of some. */
export async function bundle(contents, alias = {}) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    alias,
    bundle: true,
    format: "iife",
    platform: "browser",
    define: { "process.env.NODE_ENV": '"development"' },
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** `files` are what the site serves, by path: pages as `.html`, everything else as scripts. */
export async function startSite() {
  const files = {};
  const browser = await startBrowser();
  const site = createServer((request, response) => {
    const path = request.url.split("?")[0];
    const type = path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(path in files ? 200 : 404, { "content-type": type }).end(files[path]);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const url = `http://127.0.0.1:${site.address().port}`;
  /** A page in a context (storage, cache) of its own; `complaints` is what it threw or reported as an error. */
  const open = async (t, path) => {
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(url + path);
    return Object.assign(page, { complaints });
  };
  const close = async () => {
    await browser.close();
    site.closeAllConnections();
    await new Promise((done) => site.close(done));
  };
  return { url, files, open, close };
}

/** A whole page. */
export const page = (body) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title>${body}`;

/** JSON that can stand in a script of a page. */
export const inScript = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
