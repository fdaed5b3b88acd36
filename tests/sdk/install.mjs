// Puts the client's package where the tests beside this find it by its name: packed and unpacked as npm
// would, so that what is tested is what is published. Expects sdk/js to be built.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const source = join(import.meta.dirname, "../../sdk/js");
const place = join(import.meta.dirname, "node_modules/@halyard/flags");

/** Answers what npm says of the tarball: its name, its files. */
export function pack(destination) {
  const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", destination];
  return JSON.parse(
    execFileSync("npm", words, { cwd: source, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  )[0];
}

if (process.argv[1] === import.meta.filename) {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const { filename } = pack(place);
  execFileSync("tar", ["--extract", "--file", filename, "--strip-components", "1"], { cwd: place });
  rmSync(join(place, filename));
}
