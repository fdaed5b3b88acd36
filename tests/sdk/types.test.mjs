// Typed flags: the `types` command against a real server and from a file, and what then compiles.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { runCommand, until } from "../clients/harness.mjs";
import { json, misbehaving, nobody, useFlagsService } from "./service.mjs";

const execute = promisify(execFile);
const given = useFlagsService();

// Where the compiler finds the installed packages, as in a project of somebody's own.
const project = mkdtempSync(join(import.meta.dirname, "node_modules/.project-"));
after(() => rmSync(project, { recursive: true, force: true }));
const found = (name) => join(project, name);
const read = (name) => readFileSync(found(name), "utf8");

const manifest = createRequire(import.meta.url).resolve("@halyard/flags/package.json");
const program = join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin["halyard-flags"]);

/** Runs the command in the project: how it ended, and what it said. */
async function run(words, env = {}) {
  try {
    const { HALYARD_ADMIN_KEY: _, ...inherited } = process.env;
    const options = { cwd: project, timeout: 60_000, env: { ...inherited, ...env } };
    return { code: 0, ...(await execute(process.execPath, [program, ...words], options)) };
  } catch ({ code, stdout, stderr }) {
    return { code, stdout, stderr };
  }
}

/** Compiles those files of the project as strictly as can be; what the compiler complains of. */
async function compile(...files) {
  const settings = {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      module: "NodeNext",
      target: "ES2022",
      lib: ["ES2022", "DOM"],
      jsx: "react-jsx",
      types: [],
    },
    files,
  };
  writeFileSync(found("package.json"), '{ "type": "module" }');
  writeFileSync(found("tsconfig.json"), JSON.stringify(settings));
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  try {
    await execute(process.execPath, [tsc, "--project", project, "--pretty", "false"]);
    return "";
  } catch ({ stdout }) {
    return stdout;
  }
}

for (const name of ["known.ts", "unknown.ts"]) cpSync(join(import.meta.dirname, "types", name), found(name));
const access = () => ["--url", given.server.url, "--key", given.server.keys.admin];

test("the flags of a server become types, by which wrong keys and fallbacks do not compile", async () => {
  const { code, stdout, stderr } = await run(["types", ...access()]);
  assert.deepEqual([code, stdout, stderr], [0, "halyard-flags.d.ts: 8 flags\n", ""]);
  const text = read("halyard-flags.d.ts");
  assert.match(text, /"price-page": "old" \| "beta" \| "new";/);
  assert.match(text, /"search-limit": 10 \| 50\.5;/);
  assert.match(text, /"back-office": boolean;/);
  assert.ok(!text.includes("last-years"), "archived flags are none");
  assert.equal(await compile("known.ts", "halyard-flags.d.ts"), "");
});

test("without the file of types, the file that relies on it does not compile", async () => {
  assert.match(await compile("known.ts"), /Unused '@ts-expect-error'/);
});

test("without the file of types, any key compiles, with the fallback's type", async () => {
  assert.equal(await compile("unknown.ts"), "");
});

test("only what client keys see, for what runs in browsers", async () => {
  const { code } = await run(["types", ...access(), "--client-visible", "--output", "visible.d.ts"]);
  assert.equal(code, 0);
  assert.ok(!read("visible.d.ts").includes("back-office"));
  assert.ok(read("visible.d.ts").includes("price-page"));
});

test("the key may come from the environment, and a viewer's is enough", async () => {
  const words = ["types", "--url", given.server.url, "--output", "environment.d.ts"];
  const viewer = ["--kind", "admin", "--role", "viewer", "--name", "types", "--database", given.server.database];
  const [key] = /hal_adm_\w+/.exec(await runCommand("keys", "create", ...viewer));
  const { code } = await until("the server knows the key", async () => {
    const ended = await run(words, { HALYARD_ADMIN_KEY: key });
    return ended.code === 0 && ended;
  });
  assert.equal(code, 0);
});

test("--check writes nothing, and fails when the file is not what would be written", async () => {
  await run(["types", ...access(), "--output", "checked.d.ts"]);
  const check = ["types", ...access(), "--output", "checked.d.ts", "--check"];
  assert.equal((await run(check)).code, 0);
  writeFileSync(found("checked.d.ts"), "old");
  const stale = await run(check);
  assert.equal(stale.code, 1);
  assert.match(stale.stderr, /checked\.d\.ts is not up to date/);
  assert.equal(read("checked.d.ts"), "old");
  const missing = await run([...check.slice(0, -3), "--output", "missing.d.ts", "--check"]);
  assert.deepEqual([missing.code, existsSync(found("missing.d.ts"))], [1, false]);
});

test("a file with what a server answered makes the same types", async () => {
  const flags = await given.server.admin("GET", "/feature-flags?limit=500");
  writeFileSync(found("flags.json"), JSON.stringify(flags));
  await run(["types", ...access(), "--output", "a.d.ts"]);
  const { code } = await run(["types", "--from", "flags.json", "--output", "b.d.ts"]);
  assert.equal(code, 0);
  assert.equal(read("b.d.ts"), read("a.d.ts"));
});

test("every page of a long list is read", async (t) => {
  const flag = (key) => ({ key, name: key, type: "boolean", defaultValue: false, rules: [], clientVisible: true });
  const server = await misbehaving(t, (response, _, { url }) => {
    const cursor = new URL(url, "http://x").searchParams.get("cursor");
    if (cursor === "a&b") json(response, { flags: [flag("second")], nextCursor: null });
    else json(response, { flags: [flag("first")], nextCursor: "a&b" });
  });
  const { stdout } = await run(["types", "--url", `${server.url}/`, "--key", "hal_adm_x", "--output", "long.d.ts"]);
  assert.equal(stdout, "long.d.ts: 2 flags\n");
});

test("hostile names and values make a file that compiles", async () => {
  const flags = [
    {
      key: "a",
      name: "ends */ }; export const x: 1 = 2; /*",
      type: "string",
      defaultValue: '"\\\n\u2028${x}`',
      rules: [],
    },
    {
      key: "__proto__",
      name: "two\nlines",
      type: "json",
      defaultValue: { __proto__: null, "a-b": [1, "x"], "": [] },
      rules: [],
    },
    {
      key: "constructor",
      name: "constructor",
      type: "json",
      defaultValue: [],
      rules: [{ value: {} }, { value: null }],
    },
    { key: "none", type: "number", rules: [] },
  ];
  writeFileSync(found("hostile.json"), JSON.stringify(flags));
  writeFileSync(
    found("hostile.ts"),
    `import { createClient } from "@halyard/flags";
     const client = createClient({ url: "", key: "" });
     const none: number | undefined = await client.evaluate("none");
     const a: '"\\\\\\n\\u2028\${x}\`' | undefined = await client.evaluate("a");
     const c = await client.evaluate("constructor", null);
     // @ts-expect-error There is no such flag.
     client.evaluate("toString");`,
  );
  assert.equal((await run(["types", "--from", "hostile.json", "--output", "hostile.d.ts"])).stderr, "");
  assert.equal(await compile("hostile.ts", "hostile.d.ts"), "");
});

/** Mistakes: the words, how it ends, and what is said. */
const MISTAKES = [
  [[], 2, /Usage: npx @halyard\/flags types/],
  [["type"], 2, /There is one command, "types"/],
  [["types"], 2, /Give --url and --key, or --from/],
  [["types", "--url", "http://127.0.0.1:1"], 2, /Give --url and --key/],
  [["types", "--uri", "x"], 2, /--uri/],
  [["types", "--url", "flags.example.com", "--key", "hal_adm_x"], 2, /--url must be the server's/],
  [["types", "--url", "http://127.0.0.1:1", "--key", "hal_srv_x"], 2, /need an admin key/],
  [["types", "--from", "no-such.json"], 2, /no-such\.json cannot be read/],
  [["types", "--from", "package.txt"], 2, /package\.txt cannot be read/],
  [["types", "--from", "empty.json"], 1, /empty\.json holds no flags/],
  [["types", "--from", "odd.json"], 1, /odd\.json: entry 2 is not a flag/],
  [["types", "--from", "one.json", "--output", "no/such/folder.d.ts"], 1, /no such file or directory/],
];
for (const [words, expected, said] of MISTAKES) {
  test(`“${words.join(" ")}” ends with ${expected} and says why`, async () => {
    writeFileSync(found("package.txt"), "hello");
    writeFileSync(found("empty.json"), '{"environments":[]}');
    const flag = { key: "a", name: "a", type: "boolean", defaultValue: false, rules: [] };
    writeFileSync(found("one.json"), JSON.stringify([flag]));
    writeFileSync(found("odd.json"), JSON.stringify({ flags: [flag, { key: "b", type: "date" }] }));
    const { code, stdout, stderr } = await run(words);
    assert.deepEqual([code, stdout], [expected, ""]);
    assert.match(stderr, said);
    assert.ok(!/^\s+at /m.test(stderr), "no stack");
  });
}

test("--help says how it is used", async () => {
  const { code, stdout } = await run(["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /--client-visible/);
});

test("a server that is away, refuses or is something else ends it with 1, without the key", async (t) => {
  const key = "hal_adm_0000000000";
  const away = await run(["types", "--url", await nobody(), "--key", key]);
  assert.equal(away.code, 1);
  assert.match(away.stderr, /does not answer/);
  const refused = await run(["types", "--url", given.server.url, "--key", key]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /refused: \w/);
  const other = await misbehaving(t, (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"));
  const odd = await run(["types", "--url", other.url, "--key", key]);
  assert.equal(odd.code, 1);
  assert.match(odd.stderr, /holds no flags/);
  for (const { stderr } of [away, refused, odd]) assert.ok(!stderr.includes(key));
});
