// What the docs refer to exists: pages, their sections, files, commands and options.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { root } from "./project.mjs";

const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/halyard-server");
const names = [
  "README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const pages = new Map(names.map((name) => [name, readFileSync(join(root, name), "utf8")]));
const withoutCode = (text) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");

/** The anchor of a heading, as GitHub makes it. */
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
const anchorsOf = (text) =>
  new Set([...withoutCode(text).matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => anchor(heading)));

test("every link leads to a page and section that is there", () => {
  const broken = [];
  for (const [name, text] of pages) {
    for (const [, link] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, section] = link.split("#");
      const target = path === "" ? name : join(dirname(name), path);
      if (!existsSync(join(root, target))) broken.push(`${name}: ${link}`);
      else if (section && !anchorsOf(readFileSync(join(root, target), "utf8")).has(section))
        broken.push(`${name}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("every file that is named is there", () => {
  const missing = [];
  for (const [name, text] of pages) {
    for (const [, path] of withoutCode(text).matchAll(
      /`((?:crates|src-tauri|ui|sdk|tests|benches|scripts|docs)\/[\w./@-]+)`/g,
    )) {
      if (!existsSync(join(root, path))) missing.push(`${name}: ${path}`);
    }
  }
  assert.deepEqual(missing, []);
});

const helps = new Map();
function help(words) {
  const key = words.join(" ");
  if (!helps.has(key)) helps.set(key, execFileSync(program, [...words, "--help"], { encoding: "utf8" }));
  return helps.get(key);
}

test("every command and option of halyard-server that is named is there", () => {
  const wrong = [];
  let checked = 0;
  for (const [name, text] of pages) {
    for (const [line, rest] of text.matchAll(/\bhalyard-server +((?:[a-z]+\b|--?[\w-]+).*)$/gm)) {
      const words = /^[a-z]+(?: (?:create|list|rotate|revoke|export|verify|checkpoint)\b)?/.exec(rest)?.[0].split(" ");
      if (!words || !/^ {2}\w/m.test(help([])) || !help([]).includes(`\n  ${words[0]} `)) continue;
      const known = help(words);
      checked += 1;
      for (const [option] of rest.split(/[`|>)]/)[0].matchAll(/--[\w-]+/g)) {
        if (!known.includes(option)) wrong.push(`${name}: ${line.trim()}: ${option}`);
      }
    }
  }
  for (const [, option] of pages.get("docs/server.md").matchAll(/`(--[\w-]+)`/g)) {
    checked += 1;
    if (!["serve", "keys rotate", "keys create"].some((words) => help(words.split(" ")).includes(option))) {
      wrong.push(`docs/server.md: ${option}`);
    }
  }
  assert.ok(checked > 20, `${checked} were looked at`);
  assert.deepEqual(wrong, []);
});

test("every script of make and npm that is named is there", () => {
  const makefile = readFileSync(join(root, "Makefile"), "utf8");
  const wrong = [];
  for (const [name, text] of pages) {
    for (const [, target] of text.matchAll(/(?:^|`)make ([a-z-]+)/gm)) {
      if (!new RegExp(`^${target}:`, "m").test(makefile)) wrong.push(`${name}: make ${target}`);
    }
    for (const [, folder, script] of text.matchAll(/npm --prefix (\S+) (?:run )?([\w:]+)/g)) {
      const { scripts } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      if (!["install", "test"].includes(script) && !scripts[script]) wrong.push(`${name}: ${folder} ${script}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("the sentences that docs/why.md quotes are those of the page's own tests", () => {
  const folder = join(root, "ui/src/features/why");
  const files = readdirSync(folder, { recursive: true }).filter((name) => /\.test\.tsx?(\.snap)?$/.test(name));
  const said = files.map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\\", "")).join("\n");
  const quotes = [...pages.get("docs/why.md").matchAll(/^> (.*)$/gm)].map(([, quote]) => quote);
  assert.ok(quotes.length > 4);
  assert.deepEqual(
    quotes.filter((quote) => !said.includes(quote)),
    [],
  );
});
