// Every snippet of docs/sdk.md does what the page says of it, against a real server on the sample company.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startServer } from "../clients/harness.mjs";
import { makeProject, root } from "./project.mjs";
import { programs, startPages } from "./run.mjs";
import { mistakes, prints, snippetsOf } from "./snippets.mjs";

const page = readFileSync(join(root, "docs/sdk.md"), "utf8");
const snippets = snippetsOf(page);
/** An address where nobody answers. */
const NOBODY = "http://127.0.0.1:9";
const given = {};

before(async () => {
  given.project = makeProject();
  const { path } = given.project;
  [given.server, given.pages] = await Promise.all([startServer({ more: ["--sample-data"] }), startPages(path)]);
  given.programs = programs(path, given.server);
});
after(async () => {
  await given.pages?.close();
  await given.server?.close();
  given.project?.remove();
});

test("every snippet is run, or says why it is not", () => {
  assert.deepEqual(mistakes(snippets), []);
  const fence = (info) => mistakes(snippetsOf(`\`\`\`${info}\nlet it = "be";\n\`\`\`\n`)).length;
  assert.deepEqual(["js", "js file=a.mjs", "text printed-by=b.mjs", 'js not-run="why"'].map(fence), [1, 1, 1, 0]);
});

for (const snippet of snippets.filter(({ file }) => file)) {
  const { file } = snippet;
  const expected = prints(snippets, file);
  test(`${file} does what the page says`, async (t) => {
    if (file === "kill.sh") t.after(() => given.server.admin("POST", "/feature-flags/checkout-v2/toggle", { isActive: true, note: "over" }));
    t.after(() => rmSync(join(given.project.path, "halyard-flags.d.ts"), { force: true }));
    if (snippet.with) await given.programs.run(snippets.find((one) => one.file === snippet.with));
    if (snippet.page) {
      given.programs.write(file, snippet.code);
      const { text, complaints } = await given.pages.show(snippet, expected);
      assert.equal(text, expected);
      // Where nobody answers is what that page is about; the browser remarks on it.
      const remarks = snippet.code.includes(NOBODY) ? /net::ERR_/ : /^$/;
      assert.deepEqual(complaints.filter((complaint) => !remarks.test(complaint)), []);
    } else {
      const printed = await given.programs.run(snippet);
      if (expected !== undefined) assert.equal(printed, expected);
    }
  });
}

test("the page names every method, option, kind of error and hook there is", () => {
  const types = readFileSync(join(root, "sdk/js/src/types.ts"), "utf8");
  const hooks = readFileSync(join(root, "sdk/js/src/react.ts"), "utf8");
  const body = (name) => new RegExp(`export (?:interface|type) ${name}\\b[^]*?\\n(?:\\}|$)`).exec(types)?.[0] ?? "";
  const members = (name) => [...body(name).matchAll(/^ {2}(?:readonly )?(\w+)[?(:<]/gm)].map(([, member]) => member);
  const kinds = [...(/export type ErrorKind =([^;]*);/.exec(types)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(([, kind]) => kind);
  const named = [
    ...["Client", "ClientOptions", "CacheOptions", "RefreshOptions", "Detail", "Snapshot"].flatMap(members),
    ...[...hooks.matchAll(/^export function (\w+)/gm)].map(([, name]) => name),
    ...kinds,
  ];
  assert.ok(named.length > 45, `${named.length} names were read`);
  const words = new Set(page.match(/\w+/g));
  assert.deepEqual(named.filter((name) => !words.has(name)), []);
});
