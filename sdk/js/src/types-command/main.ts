#!/usr/bin/env node
// `npx @halyard/flags types`: writes a `.d.ts` with every flag's key, type and values, from a server's
// administration or from a file with what that answers.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fetchFlags } from "./fetch-flags.js";
import { type FlagOfServer, flagsOf } from "./flags.js";
import { writeTypes } from "./write-types.js";

const USAGE = `Usage: npx @halyard/flags types (--url URL --key KEY | --from FILE) [--output FILE]

Writes the types of your flags, so that keys and values are checked where they are used.

  --url URL          the server, such as https://flags.example.com
  --key KEY          an admin key that may view (hal_adm_…); or HALYARD_ADMIN_KEY in the environment
  --from FILE        instead of a server: what GET /feature-flags answered
  --output FILE      what to write; halyard-flags.d.ts unless given
  --client-visible   only flags that client keys see
  --check            write nothing; fail if the file is not what would be written
`;

/** A mistake of whoever called, said without a stack. */
class Mistake extends Error {}

async function main(): Promise<number> {
  const { values: options, positionals } = read();
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (positionals.join(" ") !== "types") throw new Mistake(`There is one command, "types".\n\n${USAGE}`);
  const flags = await flagsFrom(options);
  const shown = options["client-visible"] ? flags.filter(({ clientVisible }) => clientVisible) : flags;
  const text = writeTypes(shown);
  if (options.check) {
    if (readOr(options.output) === text) return 0;
    throw new Error(`${options.output} is not up to date. Run the same without --check, and commit it.`);
  }
  writeFileSync(options.output, text);
  process.stdout.write(`${options.output}: ${shown.length} ${shown.length === 1 ? "flag" : "flags"}\n`);
  return 0;
}

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        url: { type: "string" },
        key: { type: "string" },
        from: { type: "string" },
        output: { type: "string", default: "halyard-flags.d.ts" },
        "client-visible": { type: "boolean", default: false },
        check: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
  } catch (error) {
    throw new Mistake(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function flagsFrom({
  url,
  key,
  from,
}: {
  url?: string;
  key?: string;
  from?: string;
}): Promise<FlagOfServer[]> {
  if (from !== undefined) {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(from, "utf8"));
    } catch (error) {
      throw new Mistake(`${from} cannot be read: ${(error as Error).message}`);
    }
    return flagsOf(content, from);
  }
  const adminKey = key ?? process.env.HALYARD_ADMIN_KEY;
  if (!url || !adminKey) throw new Mistake(`Give --url and --key, or --from.\n\n${USAGE}`);
  if (!/^https?:\/\/./.test(url)) {
    throw new Mistake("--url must be the server's, such as https://flags.example.com.");
  }
  if (!adminKey.startsWith("hal_adm_")) {
    throw new Mistake(
      "--key: server and client keys answer single customers; types need an admin key (hal_adm_…).",
    );
  }
  return fetchFlags(url, adminKey);
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof Mistake ? 2 : 1;
}
