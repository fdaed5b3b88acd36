// What the app's tab "Code" writes for a flag does what docs/sdk.md says: each snippet is run, for flags of every
// type and with the worst of values, and gets what the server has.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { startServer } from "../clients/harness.mjs";
import { makeProject, root } from "./project.mjs";
import { programs, startPages } from "./run.mjs";
import { snippetsOf } from "./snippets.mjs";

const HOSTILE = "it's \"x\" `$(y)` \\ \n\u2028 </script> # */ %s 😀 ' ''' ${z}";
const served = { on: true, off: false, nothing: null, text: HOSTILE, list: [1, 2.5, { deep: [] }], "a 'b' \"c\"": 1 };
// A JSON object may have it as a field; written plainly in code it would be lost.
const json = JSON.parse(JSON.stringify(served).replace("{", '{"__proto__":{"is":"a field"},'));
const FLAGS = [
  ["code-boolean", "boolean", false, true],
  ["Code.string_1", "string", `default of ${HOSTILE}`, HOSTILE],
  ["0-code-number", "number", 5, 12],
  ["code-json", "json", { default: json }, json],
];
/** An address where nobody answers. */
const NOBODY = "http://127.0.0.1:9";
const given = {};
const { snippetsFor } = await snippetsModel();

/** The app's own module. */
async function snippetsModel() {
  const { outputFiles } = await build({
    entryPoints: [join(root, "ui/src/features/flag/code/snippets.ts")],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

before(async () => {
  given.project = makeProject();
  const { path } = given.project;
  [given.server, given.pages] = await Promise.all([startServer(), startPages(path)]);
  given.programs = programs(path, given.server);
  const { admin, environment } = given.server;
  for (const [key, type, defaultValue, value] of FLAGS) {
    const rules = [{ audienceId: null, percentage: null, value }];
    const flag = { key, name: key, type, defaultValue, rules, clientVisible: true, note: "for code" };
    await admin("POST", "/feature-flags", flag);
    await admin("POST", `/feature-flags/${key}/environments/${environment}`, { enabled: true, note: "for code" });
  }
});
after(async () => {
  await given.pages?.close();
  await given.server?.close();
  given.project?.remove();
});

const LANGUAGES = { js: "js", tsx: "tsx", python: "py", sh: "sh" };
/** What makes a snippet say what it got, in words that leave no doubt. */
const SAYING = {
  js: "\nconsole.log(JSON.stringify(value));\n",
  python: "\nimport json\nprint(json.dumps(value))\n",
  sh: "",
};
const IN_PAGE = "\ndocument.body.textContent = JSON.stringify(value);\n";

for (const [key, type, defaultValue, value] of FLAGS) {
  const flag = { key, type, defaultValue, rules: [{ value }] };
  for (const { id, name, side, language } of snippetsFor(flag, "https://unused", true)) {
    test(`code for ${name} gets a flag of type ${type}`, async () => {
      const snippet = snippetsFor(flag, given.server.url, true).find((one) => one.id === id);
      const file = `${id}-${type}.${side === "server" && language === "js" ? "mjs" : LANGUAGES[language]}`;
      const code = snippet.code.replaceAll("CUSTOMER_ID", "ada");
      if (side === "server") {
        const printed = await given.programs.run({ language, file, code: code + SAYING[language] });
        const got = JSON.parse(printed);
        assert.deepEqual(language === "sh" ? got.value : got, value);
        return;
      }
      const isComponent = language === "tsx";
      given.programs.write(file, isComponent ? code : code + IN_PAGE);
      const { text, complaints } = await given.pages.show({ language, file });
      assert.deepEqual(complaints, []);
      if (isComponent && type !== "json") assert.equal(folded(text.replaceAll("\u2028", " ")), folded(drawn(value).replaceAll("\u2028", " ")));
      else assert.deepEqual(JSON.parse(folded(text)), value);
    });
  }
}

for (const [key, type, defaultValue] of FLAGS) {
  for (const id of ["node", "openfeature-node", "openfeature-python"]) {
    test(`${id} falls back on the default of a flag of type ${type} while nobody answers`, async () => {
      const all = snippetsFor({ key, type, defaultValue, rules: [] }, NOBODY, true);
      const { language, code } = all.find((one) => one.id === id);
      const file = `nobody-${id}-${type}.${language === "js" ? "mjs" : "py"}`;
      const printed = await given.programs.run({ language, file, code: code + SAYING[language] }, "complaining");
      assert.deepEqual(JSON.parse(printed), defaultValue);
    });
  }
}

/** How the component of a snippet draws a value that is no object. */
const drawn = (value) => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));

/** As a browser shows a text: white space folded. */
const folded = (text) => text.replaceAll(/[ \n]+/g, " ").trim();

/** What differs by flag, or is the snippet's own. */
const OF_THE_FLAG = new Set(["Feature", "JSON.stringify"]);

test("the page of docs and the tab call the same things", () => {
  const docs = snippetsOf(readFileSync(join(root, "docs/sdk.md"), "utf8"));
  const code = (language) => docs.filter((one) => one.language === language).map((one) => one.code).join("\n");
  const scripts = code("js") + code("ts") + code("tsx");
  const pages = { js: scripts, tsx: scripts, python: code("python"), sh: code("sh") };
  const flag = { key: "checkout-v2", type: "boolean", defaultValue: false, rules: [] };
  for (const { id, language, code } of snippetsFor(flag, "https://flags.example.com", true)) {
    const called = code.match(/\b[\w.]+(?=\()|(?<=from ).*?(?=;?$)|(?<=import )os\b|-H\b|--max-time/gm);
    assert.deepEqual(called.filter((call) => !OF_THE_FLAG.has(call) && !pages[language].includes(call)), [], id);
  }
});
