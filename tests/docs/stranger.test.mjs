// The way of somebody who has only docs/sdk.md: starts what `make server` starts, types the quick start in as it
// is written, in an empty folder, and sees what the page says.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder, until } from "../clients/harness.mjs";
import { buildClient, root } from "./project.mjs";
import { prints, snippetsOf } from "./snippets.mjs";

const snippets = snippetsOf(readFileSync(join(root, "docs/sdk.md"), "utf8"));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
/** How long, in milliseconds, a first start may take on a busy machine. */
const PATIENCE = 120_000;
const servers = new Set();
process.on("exit", () => {
  for (const server of servers) server.kill("SIGTERM");
});

/** The words that the Makefile starts the server with, on a free port instead of its own. */
function wordsOfMake() {
  const recipe = /halyard-server (serve .*)/.exec(readFileSync(join(root, "Makefile"), "utf8"))?.[1] ?? "";
  assert.match(recipe, /--listen 127\.0\.0\.1:8080/);
  return recipe.replace(":8080", ":0").split(" ");
}

/** Starts it; answers what it printed for its reader, once it did. */
async function makeServer(dataDir) {
  const server = spawn(join(target, "debug/halyard-server"), [...wordsOfMake(), "--data-dir", dataDir]);
  servers.add(server);
  const ended = new Promise((done) => server.once("exit", done));
  let printed = "";
  let log = "";
  server.stdout.on("data", (text) => {
    printed += text;
  });
  server.stderr.on("data", (text) => {
    log = (log + text).slice(-4_000);
  });
  const close = async () => {
    server.kill("SIGTERM");
    await ended;
    servers.delete(server);
  };
  const told = () => {
    if (server.exitCode !== null) throw new Error(`the server ended\n${log}`);
    return /admin key .*\n/.test(printed);
  };
  try {
    await until("the server says where it is", told, PATIENCE);
  } catch (error) {
    await close();
    throw error;
  }
  return { printed, close };
}

test("the quick start, typed in as written, does what it says", { timeout: 300_000 }, async () => {
  buildClient();
  const folder = temporaryFolder();
  after(folder.remove);
  const shop = temporaryFolder();
  after(shop.remove);
  const server = await makeServer(folder.path);
  after(server.close);

  const { printed } = server;
  const url = /serves at (\S+)/.exec(printed)?.[1];
  const keys = [...printed.matchAll(/hal_(cli|srv|adm)_\w+/g)].map(([key]) => key);
  const shown = keys.reduce((text, key) => text.replace(key, `${key.slice(0, 8)}…`), printed);
  assert.equal(shown.replace(url, "http://127.0.0.1:8080"), prints(snippets, "server"));

  /** What the reader has for what the page names. */
  const filled = (code) =>
    keys
      .reduce((text, key) => text.replaceAll(`${key.slice(0, 8)}…`, key), code)
      .replaceAll("http://127.0.0.1:8080", url)
      .replaceAll("/tmp", folder.path);
  const typed = { environment: "" };
  const type = (code, cwd) =>
    execFileSync("bash", ["-eu", "-o", "pipefail", "-c", `${typed.environment}\n${filled(code)}`], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      // Whatever npm needs is in the tarball: it may ask nobody.
      env: { ...process.env, NODE_OPTIONS: "", npm_config_offline: "true" },
    });

  let last = "";
  for (const { step, file, code } of snippets) {
    if (step === "environment") typed.environment = filled(code);
    else if (step === "repository") type(code, root);
    else if (step === "project") last = type(code, shop.path);
    else if (file === "quick-start.mjs") writeFileSync(join(shop.path, file), code);
    else if (file === "kill.sh") {
      assert.equal(last, prints(snippets, "quick-start.mjs"));
      type(code, shop.path);
      // "Run it again": every server has heard of the kill within two seconds.
      await until("it is false", () => type("node quick-start.mjs", shop.path) === "checkout-v2 is false\n", 30_000);
      return;
    }
  }
  assert.fail("the page has no quick start");
});
