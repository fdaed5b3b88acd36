// Builds dist: each entry as ES module and CommonJS with types for both, the script for pages without
// a bundler, and the `types` command. Ends with an error when the web entry outgrows its limit.
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

process.chdir(import.meta.dirname);
/** What the web entry may weigh, minified and gzipped, in bytes. */
const LIMIT = 3_000;
const ENTRIES = ["index", "react", "react-native", "testing"];
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

rmSync("dist", { recursive: true, force: true });
const common = {
  bundle: true,
  target: "es2022",
  define: { VERSION: JSON.stringify(version) },
  external: ["react", "react-native", "@react-native-async-storage/async-storage"],
  logLevel: "warning",
};
const entryPoints = ENTRIES.map((name) => `src/${name}.ts`);
await build({
  ...common,
  entryPoints,
  outdir: "dist",
  format: "esm",
  splitting: true,
  chunkNames: "shared-[hash]",
});
await build({ ...common, entryPoints, outdir: "dist", format: "cjs", outExtension: { ".js": ".cjs" } });
const script = { ...common, target: "es2020", entryPoints: ["src/script.ts"], format: "iife", minify: true };
await build({ ...script, outfile: "dist/script.js" });
await build({
  ...common,
  entryPoints: ["src/types-command/main.ts"],
  outfile: "dist/types-command/main.js",
  platform: "node",
  format: "esm",
});
chmodSync("dist/types-command/main.js", 0o755);

execFileSync("npx", ["tsc", "--project", "tsconfig.json"], { stdio: "inherit" });
for (const name of readdirSync("dist/types-command")) {
  if (name.endsWith(".d.ts")) rmSync(`dist/types-command/${name}`);
}
// Types for `require` are the same, by the names that CommonJS knows them by.
for (const name of readdirSync("dist").filter((name) => name.endsWith(".d.ts"))) {
  const text = readFileSync(`dist/${name}`, "utf8");
  writeFileSync(
    `dist/${name.replace(/\.d\.ts$/, ".d.cts")}`,
    text.replaceAll(/(from ")(\.\/[\w-]+)\.js"/g, '$1$2.cjs"'),
  );
}

const web = await build({
  ...common,
  entryPoints: ["src/index.ts"],
  format: "esm",
  minify: true,
  write: false,
});
const size = gzipSync(web.outputFiles[0].contents, { level: 9 }).length;
console.log(`web entry: ${size} bytes minified and gzipped, of ${LIMIT}`);
if (size > LIMIT) {
  console.error("It is too large.");
  process.exit(1);
}
