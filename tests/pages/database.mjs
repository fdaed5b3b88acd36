// The bridge's private database: its address, statements in it, and taking it away from under the app.
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { databaseProcess, until } from "./harness.mjs";

/** Where a file of the data directory is, by its name. */
function found(dataDir, name) {
  const path = readdirSync(dataDir, { recursive: true }).find((path) => path === name || path.endsWith(`/${name}`));
  return join(dataDir, path);
}

/** The address of the database, with its password. */
export async function databaseUrl({ command, bridge }) {
  const { workspace } = await command("workspace_status");
  const password = encodeURIComponent(readFileSync(found(bridge.dataDir, "password"), "utf8").trim());
  return `postgres://${workspace.role}:${password}@127.0.0.1:${workspace.port}/${workspace.database}`;
}

/** Runs statements as the database's owner. */
export async function inDatabase(app, statements) {
  const client = new pg.Client({ connectionString: await databaseUrl(app) });
  await client.connect();
  try {
    return await client.query(statements);
  } finally {
    await client.end();
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Kills it; the app starts it again within seconds. */
export async function killDatabase({ bridge }) {
  const pid = databaseProcess(bridge.dataDir);
  process.kill(pid, "SIGKILL");
  await until("the database is gone", () => !isAlive(pid));
}

/** While its settings cannot be read it cannot be started. Answers with what ends that. */
export function keepDatabaseAway({ bridge }) {
  const settings = found(bridge.dataDir, "postgresql.conf");
  chmodSync(settings, 0o000);
  return () => chmodSync(settings, 0o644);
}
