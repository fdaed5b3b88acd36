import { expect, test } from "vitest";
import type { JsonValue } from "@/contract";
import { javascript, python, shellWord } from "./literals";

const HOSTILE: ReadonlyArray<JsonValue> = [
  null,
  -0.5,
  1e300,
  "",
  'it\'s "quoted" `$(here)` \\ \n\r\t\u2028\u2029\u0000\u007f </script> # */ 😀 \ud800',
  [],
  {},
  [[], [{}], null, true],
  { __proto__: null, "a b": { "'": [1, 2, 3] } },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
  { long: Array.from({ length: 40 }, (_, at) => `step ${at}`) },
];

test("JavaScript reads every value back as it was", () => {
  for (const value of HOSTILE) {
    const read = new Function(`"use strict"; return (${javascript(value, "  ")});`)();
    expect(JSON.stringify(read)).toBe(JSON.stringify(value));
  }
});

test("what ends a line elsewhere does not in the code", () => {
  for (const value of HOSTILE) {
    for (const text of [javascript(value), python(value)])
      expect(text).not.toMatch(/(?!\n)[\u2028\u2029\p{Cc}]/u);
  }
});

test("Python has its own words for true, false and null", () => {
  expect(python([true, false, null, "null"])).toBe('[True, False, None, "null"]');
  expect(python({ __proto__: null, deep: [{ on: true }] })).toBe('{ "deep": [{ "on": True }] }');
});

test("a shell takes a word for one, with quotes in it too", () => {
  expect(shellWord("it's $HOME")).toBe("'it'\\''s $HOME'");
});
