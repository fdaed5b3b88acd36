// What the tests of the evaluation server share: server processes with a database of their own, and
// what is said to them. Everything started here is ended by its process id, also when a test fails or
// the run is interrupted.
//
//   CARGO_TARGET_DIR  where cargo built `halyard-server`; target unless given
import { execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { until } from "../pages/harness.mjs";

export { until };

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const target = process.env.CARGO_TARGET_DIR ? resolve(process.env.CARGO_TARGET_DIR) : join(root, "target");
const program = join(target, "debug/halyard-server");
/** How long, in milliseconds, a server may take to start or stop on a busy machine. */
const PATIENCE = 90_000;

// Servers that still run, by process id: a run that is interrupted ends them on its way out.
const running = new Set();
process.on("exit", () => {
  for (const pid of running) {
    process.kill(pid, "SIGTERM");
    process.kill(pid, "SIGCONT");
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** How long an evaluation may wait for a customer's audiences: on a busy machine longer than by default. */
const MEMBERSHIP_DEADLINE = "2s";

/** A folder of its own for a server's data, removed by `remove`. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "halyard-clients-"));
  // Started by root, Postgres runs as somebody else, who must be able to pass.
  if (process.getuid?.() === 0) chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What another command of the program prints. */
export async function runCommand(...words) {
  return (await execute(program, words, { timeout: PATIENCE })).stdout;
}

/**
 * Starts a server and answers once it is ready: on a fresh database of its own, or on the one at
 * `database`. `folder` keeps its data from one start to the next; without it, it has one until it is
 * closed. `more` are further arguments; `patience` is how long an evaluation may wait for a customer's audiences.
 */
export async function startServer({ database, folder, more = [], patience = MEMBERSHIP_DEADLINE } = {}) {
  const own = folder ? undefined : temporaryFolder();
  const { path: dataDir } = folder ?? own;
  const readyFile = join(dataDir, "ready.json");
  rmSync(readyFile, { force: true });
  const source = database ? ["--database", database] : ["--embedded"];
  const at = ["--data-dir", dataDir, "--listen", "127.0.0.1:0"];
  const child = spawn(
    program,
    ["serve", ...source, ...at, "--ready-file", readyFile, "--membership-deadline", patience, ...more],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      said = (said + text).slice(-8_000);
    });
  }
  const ended = new Promise((done) => child.once("exit", done));
  if (child.pid !== undefined) running.add(child.pid);
  ended.then(() => running.delete(child.pid));
  const end = async (signal) => {
    if (running.has(child.pid)) child.kill(signal);
    await ended;
  };
  const close = async () => {
    await end("SIGTERM");
    own?.remove();
  };
  // Halted, it does nothing, not even starting its database again.
  const halt = () => child.kill("SIGSTOP");
  const resume = () => child.kill("SIGCONT");
  try {
    let failure;
    child.once("error", (error) => {
      failure = error;
    });
    await until(
      "the server is ready",
      () => {
        if (failure) throw failure;
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}\n${said}`);
        return existsSync(readyFile);
      },
      PATIENCE,
    );
    const ready = JSON.parse(readFileSync(readyFile, "utf8"));
    return { ...ready, ...speaking(ready), pid: child.pid, dataDir, said: () => said, halt, resume, end, close };
  } catch (error) {
    child.kill("SIGKILL");
    own?.remove();
    throw Object.assign(error, { message: `${error.message}\n${said}` });
  }
}

/** What the tests say to a server at `url`, apart from what the clients do. */
export function speaking({ url, keys, database }) {
  return {
    /** Administrates; an answer that is not 2xx throws. */
    admin: async (method, path, body, headers = {}) => {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${keys.admin}`, "content-type": "application/json", ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    },
    /** The evaluation of one flag, by the server key. */
    evaluate: async (key, entityId) => {
      const response = await fetch(new URL("/feature-flags/evaluate", url), {
        method: "POST",
        headers: { authorization: `Bearer ${keys.server}`, "content-type": "application/json" },
        body: JSON.stringify({ key, entityId }),
      });
      return { status: response.status, ...(await response.json()) };
    },
    /** The server's numbers at one moment: by name, over all labels. */
    metrics: async () => {
      const text = await (await fetch(new URL("/metrics", url))).text();
      const sums = {};
      for (const line of text.split("\n")) {
        const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
        if (name) sums[name] = (sums[name] ?? 0) + Number(value);
      }
      return sums;
    },
    /** Rows of a statement run in the server's database. */
    sql: async (text, values) => {
      const client = new pg.Client({ connectionString: database });
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
  };
}
