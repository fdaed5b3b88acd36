// A folder such as a stranger would have: our client installed from its tarball, beside the libraries that
// snippets use.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../clients/harness.mjs";

export const root = resolve(import.meta.dirname, "../..");
const libraries = join(root, "tests/node_modules");

/** Builds the client unless what is built is of its sources. */
export function buildClient() {
  const built = statSync(join(root, "sdk/js/dist/script.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(root, "sdk/js/src"), { recursive: true });
  if (sources.every((name) => statSync(join(root, "sdk/js/src", name)).mtimeMs <= built)) return;
  execFileSync("npm", ["--prefix", "sdk/js", "run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

/** The folder, with what npm needs to be `npm install`ed nothing further; `remove` removes it. */
export function makeProject() {
  buildClient();
  const folder = temporaryFolder();
  const { path } = folder;
  const tarball = packClient(path);
  writeFileSync(join(path, "package.json"), '{ "name": "shop", "private": true, "type": "module" }\n');
  // From the tarball alone: no registry is asked.
  npm(path, "install", "--offline", "--no-audit", "--no-fund", "--omit=peer", tarball);
  const modules = join(path, "node_modules");
  for (const name of namesIn(libraries)) {
    if (existsSync(join(modules, name))) continue;
    mkdirSync(join(modules, name, ".."), { recursive: true });
    symlinkSync(join(libraries, name), join(modules, name));
  }
  return folder;
}

/** The path of the tarball, packed into `destination`. */
export function packClient(destination) {
  const said = npm(join(root, "sdk/js"), "pack", "--json", "--ignore-scripts", "--pack-destination", destination);
  return join(destination, JSON.parse(said)[0].filename);
}

function npm(cwd, ...words) {
  return execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** Packages by name, those with a scope too. */
function namesIn(folder) {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names.flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(folder, name)).map((part) => `${name}/${part}`) : [name],
  );
}
