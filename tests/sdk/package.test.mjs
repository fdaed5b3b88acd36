// What is published: the files, their size, and that every way of importing them finds code and types.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "./install.mjs";

const execute = promisify(execFile);
const source = join(import.meta.dirname, "../../sdk/js");
const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
const LIMIT = 3_000;

/** A folder that is gone after the test. */
function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "halyard-package-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("the package holds what is built, its licences and its page, and nothing else", (t) => {
  const { files, name, version } = pack(folder(t));
  assert.deepEqual([name, version], ["@halyard/flags", manifest.version]);
  const paths = files.map(({ path }) => path);
  const others = paths.filter((path) => !/^dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)$/.test(path)).sort();
  assert.deepEqual(others, [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "dist/types-command/main.js",
    "package.json",
  ]);
  for (const entry of ["index", "react", "react-native", "testing"]) {
    for (const kind of ["js", "cjs", "d.ts", "d.cts"])
      assert.ok(paths.includes(`dist/${entry}.${kind}`), `${entry}.${kind}`);
  }
  assert.ok(paths.includes("dist/script.js"));
});

test("it depends on no other package", () => {
  assert.deepEqual(manifest.dependencies ?? {}, {});
  for (const name of Object.keys(manifest.peerDependencies)) {
    assert.equal(manifest.peerDependenciesMeta[name]?.optional, true, `${name} is for those who use it`);
  }
});

test(`what a bundler takes of the web entry is at most ${LIMIT} bytes, minified and gzipped`, async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "@halyard/flags"', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const { length } = gzipSync(outputFiles[0].contents, { level: 9 });
  assert.ok(length <= LIMIT, `${length} bytes`);
});

test("building ends with an error when the web entry is too large", async (t) => {
  const copy = folder(t);
  for (const name of ["src", "build.mjs", "package.json", "tsconfig.json"])
    cpSync(join(source, name), join(copy, name), { recursive: true });
  symlinkSync(join(source, "node_modules"), join(copy, "node_modules"));
  const noise = Array.from({ length: 300 }, () => Math.random().toString(36)).join("");
  appendFileSync(join(copy, "src/index.ts"), `export const noise = "${noise}";\n`);
  const failed = await execute(process.execPath, ["build.mjs"], { cwd: copy }).catch((error) => error);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /too large/);
});

test("nothing in it is of the machine that it was built on", (t) => {
  const place = dirname(createRequire(import.meta.url).resolve("@halyard/flags/package.json"));
  for (const { path } of pack(folder(t)).files) {
    const text = readFileSync(join(place, path), "utf8");
    assert.ok(!text.includes(join(source, "/")) && !text.includes("sourceMappingURL"), path);
  }
});

test("publint has nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: source, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("types are right for every way of importing: arethetypeswrong", async (t) => {
  const place = folder(t);
  const tarball = join(place, pack(place).filename);
  const attw = join(
    dirname(createRequire(import.meta.url).resolve("@arethetypeswrong/cli/package.json")),
    "dist/index.js",
  );
  // Not Node 10, which knows no `exports`; the script is for pages, without types.
  const words = [
    attw,
    tarball,
    "--profile",
    "node16",
    "--exclude-entrypoints",
    "script",
    "--format",
    "ascii",
    "--no-emoji",
  ];
  const { stdout } = await execute(process.execPath, words);
  assert.equal(stdout.match(/node16 \(from (CJS|ESM)\): OK/g).length, 2 * 5, stdout);
});
