// What the tests of pages of SQL share: the sample company behind a server, somebody who may only read the log, and
// what each snippet printed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startServer, temporaryFolder, until } from "../clients/harness.mjs";
import { root } from "./project.mjs";
import { openSession } from "./psql.mjs";
import { startRecorder } from "./recorder.mjs";
import { prints, snippetsOf } from "./snippets.mjs";

const execute = promisify(execFile);
/** Where cargo built halyard-server. */
const programs = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug");
/** The most milliseconds that a script may take on a busy machine. */
const PATIENCE = 300_000;

/** Times, hashes and keys of the run, which no page can know. */
const masked = (text) =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:[\d.]+\+00:00)?/g, "YYYY-MM-DD HH:MM")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "HASH");
export const normal = (text) =>
  masked(text)
    .replaceAll(/[^\S\n]+$/gm, "")
    .replaceAll(/\n+/g, "\n")
    .trim();

export const pageOf = (name) => snippetsOf(readFileSync(join(root, "docs", name), "utf8"));

/** A server on the sample company; `analyst` is in the group `support` and may read the tenant's tables, nothing else. */
export async function startCompany() {
  const folder = temporaryFolder();
  // An audience that is late is logged as unavailable, and the pages count what is logged: rather 503, and once more.
  const server = await startServer({ more: ["--sample-data"], patience: "1m" });
  const recorder = await startRecorder(server.url);
  const owner = await openSession(server.database);
  const [{ role }] = await server.sql("select role from halyard.group_roles where name = 'support'");
  await owner.run(`create role analyst login password 'counts' in role ${role};
    grant select on public.customers, public.events to analyst;`);
  const analystUrl = Object.assign(new URL(server.database), { username: "analyst", password: "counts" }).href;
  const analyst = await openSession(analystUrl);
  const close = async () => {
    await analyst.close();
    await owner.close();
    recorder.close();
    await server.close();
    folder.remove();
  };
  return { folder: folder.path, server, recorder, owner, analyst, analystUrl, close };
}

/** Runs a snippet and answers what it printed; afterwards all its calls are in the log. */
export async function run(company, { language, file, code, as }) {
  if (language === "sql") return company[as ?? "analyst"].run(code);
  const { server, recorder, folder } = company;
  writeFileSync(join(folder, file), code);
  const env = {
    ...process.env,
    PATH: `${programs}${delimiter}${process.env.PATH}`,
    HALYARD_DATABASE: server.database,
    HALYARD_URL: recorder.url,
    HALYARD_SERVER_KEY: server.keys.server,
    HALYARD_ADMIN_KEY: server.keys.admin,
  };
  const words = language === "sh" ? ["bash", "-eu", "-o", "pipefail"] : [process.execPath];
  const { stdout } = await execute(words[0], [...words.slice(1), file], { cwd: folder, env, timeout: PATIENCE });
  await until(
    "every call is in the log",
    async () => {
      const { halyard_log_evaluated_total: evaluated, halyard_log_stored_total: stored } = await server.metrics();
      return evaluated === stored;
    },
    60_000,
  );
  return stdout;
}

/** A test for each snippet of the page, in their order; `printed` gathers what they print. */
export function testSnippets(snippets, company, printed) {
  for (const snippet of snippets.filter(({ file }) => file)) {
    const shown = prints(snippets, snippet.file);
    test(`${snippet.file} ${shown === undefined ? "runs" : "prints what the page shows"}`, async () => {
      printed[snippet.file] = await run(company, snippet);
      if (shown !== undefined) assert.equal(normal(printed[snippet.file]), normal(shown));
    });
  }
}
