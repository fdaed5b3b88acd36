// Runs snippets as their readers would: in Node, bash and Python in a project folder, and in pages of a browser.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { until } from "../clients/harness.mjs";
import { startBrowser } from "../pages/harness.mjs";
import { root } from "./project.mjs";
import { python } from "./python.mjs";

const execute = promisify(execFile);
/** The most milliseconds that one may take on a busy machine. */
const PATIENCE = 90_000;

/** What the pages of docs write for what a reader has. */
const placeholders = ({ url, keys }) => ({
  "https://flags.example.com": url.replace(/\/+$/, ""),
  "hal_cli_…": keys.client,
  "hal_srv_…": keys.server,
  "hal_adm_…": keys.admin,
});

/**
 * Runs programs in `folder` for `server`; each answers what it printed. One that writes to its standard error
 * has failed, unless it is said to be `complaining`.
 */
export function programs(folder, server) {
  const { url, keys } = server;
  const env = {
    ...process.env,
    HALYARD_URL: url.replace(/\/+$/, ""),
    HALYARD_CLIENT_KEY: keys.client,
    HALYARD_SERVER_KEY: keys.server,
    HALYARD_ADMIN_KEY: keys.admin,
    // npm's own remarks are not the snippets'.
    npm_config_loglevel: "silent",
    NODE_OPTIONS: "",
  };
  let mayComplain = false;
  const call = async (program, ...words) => {
    const { stdout, stderr } = await execute(program, words, { cwd: folder, env, timeout: PATIENCE });
    if (stderr !== "" && !mayComplain) throw new Error(`${words.at(-1)} complained:\n${stderr}`);
    return stdout;
  };
  const write = (file, code) => {
    const filled = Object.entries(placeholders(server)).reduce((text, [from, to]) => text.replaceAll(from, to), code);
    writeFileSync(join(folder, file), filled);
    return file;
  };
  const runners = {
    js: (file) => call(process.execPath, file),
    sh: (file) => call("bash", "-eu", "-o", "pipefail", file),
    python: (file) => call(python(), file),
    ts: async (file) => {
      await checkTypes(folder, file);
      return call(process.execPath, await bundle(folder, file, "node"));
    },
  };
  runners.tsx = runners.ts;
  return {
    write,
    run: ({ language, file, code }, how) => {
      mayComplain = how === "complaining";
      return runners[language](write(file, code));
    },
  };
}

/** Pages in a browser, each on an origin of its own with the folder's bundles. */
export async function startPages(folder) {
  const browser = await startBrowser();
  /** What the page shows once it shows anything but nothing, or `expected`. */
  const show = async ({ language, file }, expected) => {
    const files = { "/halyard-flags.js": join(root, "sdk/js/dist/script.js") };
    if (language !== "html") {
      if (language === "tsx" || language === "ts") await checkTypes(folder, file);
      files["/page.js"] = join(folder, await bundle(folder, file, "browser"));
    }
    const page = language === "html" ? readFileSync(join(folder, file), "utf8") : PAGE;
    const site = createServer(({ url }, response) => {
      const script = files[url];
      response.writeHead(200, { "content-type": script ? "text/javascript" : "text/html; charset=utf-8" });
      response.end(script ? readFileSync(script) : page);
    });
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    const context = await browser.newContext();
    try {
      const tab = await context.newPage();
      const complaints = [];
      tab.on("pageerror", (error) => complaints.push(error.message));
      tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      await tab.goto(`http://127.0.0.1:${site.address().port}/`);
      let text = "";
      const read = async () => {
        const lines = (await tab.locator("body").innerText()).split("\n").map((line) => line.trim());
        text = `${lines.filter(Boolean).join("\n")}\n`;
        return expected === undefined ? text.trim() !== "" : text === expected;
      };
      await until("the page shows it", read, 30_000).catch(() => {});
      return { text, complaints };
    } finally {
      await context.close();
      site.closeAllConnections();
      site.close();
    }
  };
  return { show, close: () => browser.close() };
}

const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>Shop</title><body><script type="module" src="/page.js"></script>';

/** Bundles as an app would be; one that exports `App` is drawn. Answers the bundle's name. */
async function bundle(folder, file, platform) {
  const outfile = `${file}.bundle.mjs`;
  const app = /^export function App\b/m.test(readFileSync(join(folder, file), "utf8"));
  const contents = app
    ? `import { createElement } from "react";
       import { createRoot } from "react-dom/client";
       import { App } from ${JSON.stringify(`./${file}`)};
       createRoot(document.body.appendChild(document.createElement("div"))).render(createElement(App));`
    : `import ${JSON.stringify(`./${file}`)};`;
  await build({
    stdin: { contents, resolveDir: folder },
    outfile: join(folder, outfile),
    bundle: true,
    format: "esm",
    platform,
    jsx: "automatic",
    // Libraries stay what they are where Node finds them.
    ...(platform === "node" ? { packages: "external" } : { alias: { "react-native": join(import.meta.dirname, "react-native.mjs") } }),
    define: platform === "node" ? {} : { "process.env.NODE_ENV": '"production"' },
    nodePaths: [join(folder, "node_modules")],
    logLevel: "error",
  });
  return outfile;
}

/** Fails with what tsc says of the file, read with whatever types are in the folder. */
async function checkTypes(folder, file) {
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        lib: ["ES2022", "DOM", "DOM.Iterable"],
        module: "ESNext",
        moduleResolution: "Bundler",
        jsx: "react-jsx",
        strict: true,
        noEmit: true,
        types: ["node"],
        skipLibCheck: false,
      },
      files: [file, join(import.meta.dirname, "libraries.d.ts")],
      include: ["*.d.ts"],
    }),
  );
  const tsc = join(root, "tests/node_modules/.bin/tsc");
  await execute(tsc, ["--project", folder], { cwd: folder, timeout: PATIENCE }).catch((error) => {
    throw new Error(`${file} does not compile:\n${error.stdout}`);
  });
}
