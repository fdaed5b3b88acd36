// The clients made for browsers, in a real one: bundled, served as a page from an origin of its own,
// and called from the tests as if they ran here.
import { once } from "node:events";
import { createServer } from "node:http";
import { build } from "esbuild";
import { startBrowser } from "../pages/harness.mjs";

const BROWSER_CLIENTS = ["js3", "js4", "ofrep-web"];

/** A page with the clients of `BROWSER_CLIENTS`, on another origin than the server's. */
export async function startPages() {
  const [script, browser] = await Promise.all([bundle(), startBrowser()]);
  const site = createServer((request, response) => {
    const isScript = request.url === "/clients.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html; charset=utf-8" });
    const page = '<!doctype html><link rel="icon" href="data:,"><title>Shop</title><script src="/clients.js"></script>';
    response.end(isScript ? script : page);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  const open = () => openPage(browser, `http://127.0.0.1:${site.address().port}`);
  const close = async () => {
    await browser.close();
    site.closeAllConnections();
    await new Promise((done) => site.close(done));
  };
  return { open, close };
}

/**
 * A page in a context (storage, cache) of its own. `start` starts one of its clients; `complaints`
 * gathers what the page threw and what the browser refused it or reported as an error.
 */
async function openPage(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  await page.goto(url);
  const start = async (name, settings) => {
    const methods = await page.evaluate(
      async ([name, settings]) => {
        globalThis.client = await globalThis.drivers[name].start(settings);
        return Object.keys(globalThis.client);
      },
      [name, settings],
    );
    const call = (method, args) =>
      page.evaluate(([method, args]) => globalThis.client[method](...args), [method, args]);
    const client = Object.fromEntries(methods.map((method) => [method, (...args) => call(method, args)]));
    return {
      ...client,
      complaints: async () => [...(await client.complaints()), ...complaints],
      close: async () => {
        await client.close();
        await context.close();
      },
    };
  };
  return { start, complaints, reload: () => page.reload(), close: () => context.close() };
}

async function bundle() {
  const imports = BROWSER_CLIENTS.map((name, at) => `import * as driver${at} from "./drivers/${name}.mjs";`);
  const named = BROWSER_CLIENTS.map((name, at) => `${JSON.stringify(name)}: driver${at}`);
  const { outputFiles } = await build({
    stdin: {
      contents: `${imports.join("\n")}\nglobalThis.drivers = { ${named.join(", ")} };`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: "iife",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}
