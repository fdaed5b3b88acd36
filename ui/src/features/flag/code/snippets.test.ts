import { expect, test } from "vitest";
import type { JsonValue } from "@/contract";
import { flag, rule } from "../testing";
import { type CodedFlag, SOME_CLIENT_KEY, SOME_ENTITY, SOME_URL, snippetsFor } from "./snippets";

const coded = (fields: Partial<CodedFlag>): CodedFlag => flag(fields);
const of = (id: string, given: CodedFlag) =>
  snippetsFor(given, SOME_URL, true).find((one) => one.id === id)?.code ?? "";

/** Runs a snippet with what it imports replaced; answers what it called, with what. */
async function run(code: string): Promise<Array<[string, ReadonlyArray<unknown>]>> {
  const calls: Array<[string, ReadonlyArray<unknown>]> = [];
  const seen = (name: string): unknown =>
    new Proxy(class {}, {
      apply: (_, __, given) => {
        calls.push([name, given]);
        return seen(`${name}()`);
      },
      construct: (_, given) => {
        calls.push([`new ${name}`, given]);
        return {};
      },
      get: (_, field) => (field === "then" ? undefined : seen(`${name}.${String(field)}`)),
    });
  const names: string[] = [];
  const body = code.replaceAll(/^import (?:\* as (\w+)|\{ (.+?) \}) from "[^"]+";$/gm, (_, all, some) => {
    names.push(...(all ? [all] : some.split(", ")));
    return "";
  });
  const process = { env: { HALYARD_SERVER_KEY: "hal_srv_test" } };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction("process", ...names, `"use strict"; ${body}`)(process, ...names.map(seen));
  return calls;
}

const VALUES: ReadonlyArray<[CodedFlag["type"], JsonValue]> = [
  ["boolean", false],
  ["string", 'it\'s `$("x")` \\ </script>\n'],
  ["number", 1.5],
  ["json", JSON.parse('{"__proto__": 1, "a": ["b", null, {"c": "\\u2028"}]}')],
];

test.each(VALUES)(
  "every script asks for the flag and falls back on its default (%s)",
  async (type, value) => {
    const given = coded({ key: "new-dashboard", type, defaultValue: value });
    const getter = { boolean: "Boolean", string: "String", number: "Number", json: "Object" }[type];
    const client = "OpenFeature.getClient()";
    const asked = {
      web: ["createClient().evaluate", ["new-dashboard", value]],
      node: ["createClient().evaluate", ["new-dashboard", value]],
      "openfeature-web": [`${client}.get${getter}Value`, ["new-dashboard", value]],
      "openfeature-node": [
        `${client}.get${getter}Value`,
        ["new-dashboard", value, { targetingKey: SOME_ENTITY }],
      ],
      launchdarkly: ["LDClient.initialize().variation", ["new-dashboard", value]],
    };
    for (const [id, [name, request]] of Object.entries(asked)) {
      const calls = await run(of(id, given));
      const last = calls.at(-1);
      expect(last?.[0], id).toBe(name);
      expect(JSON.stringify(last?.[1]), id).toBe(JSON.stringify(request));
    }
  },
);

test("no snippet holds a key, and each names the kind that opens it", () => {
  for (const snippet of snippetsFor(flag(), SOME_URL, true)) {
    expect(snippet.code).not.toMatch(/hal_(srv|adm)|hal_cli_[A-Za-z0-9]/);
    const named = snippet.code.includes(SOME_CLIENT_KEY) ? "client" : "server";
    expect(snippet.side, snippet.id).toBe(named);
    if (named === "server") expect(snippet.code).toContain("HALYARD_SERVER_KEY");
    expect(snippet.code).toContain(SOME_ENTITY);
  }
});

test("code for servers comes first where client keys do not see the flag", () => {
  const sides = (visible: boolean) => snippetsFor(flag(), SOME_URL, visible).map(({ side }) => side);
  expect(sides(false)[0]).toBe("server");
  expect(sides(true)[0]).toBe("client");
  expect(sides(true).toSorted()).toEqual(sides(false).toSorted());
});

test("the address is the one given, without a slash at its end", () => {
  for (const { code, id } of snippetsFor(flag(), "http://127.0.0.1:8787/", true)) {
    expect(code, id).toMatch(/http:\/\/127\.0\.0\.1:8787["'/](?!\/)/);
    expect(code, id).not.toContain(SOME_URL);
  }
});

test("Python asks for whole numbers only where all that is served is whole", () => {
  const numbers = (defaultValue: number, ...values: number[]) =>
    of(
      "openfeature-python",
      coded({ type: "number", defaultValue, rules: values.map((value) => rule("a", { value })) }),
    );
  expect(numbers(5, 12)).toContain('get_integer_value("new-dashboard", 5, customer)');
  expect(numbers(5, 1.5)).toContain('get_float_value("new-dashboard", 5.0, customer)');
});

test("React falls back on the same object from drawing to drawing", () => {
  const code = of("react", coded({ type: "json", defaultValue: { show: false } }));
  expect(code).toContain('const FALLBACK = { "show": false };\n\nfunction Feature() {');
  expect(code).toContain('useFlag("new-dashboard", FALLBACK)');
});
