// Python with what snippets need, made once under target/ and again when its requirements change.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

const place = join(root, "target/snippets-python");
const requirements = join(import.meta.dirname, "requirements.txt");

/** The path of its interpreter. */
export function python() {
  const stamp = join(place, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    const quiet = { stdio: ["ignore", "ignore", "inherit"] };
    execFileSync("python3", ["-m", "venv", place], quiet);
    execFileSync(join(place, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", requirements], quiet);
    writeFileSync(stamp, wanted);
  }
  return join(place, "bin/python");
}
