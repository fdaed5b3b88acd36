import { describe, expect, test } from "vitest";
import { asValues, linesFromValues, valuesFromLines, valuesFromPaste, withValues } from "./list-text";

describe("what is pasted becomes values", () => {
  test.each<[string, Array<string>]>([
    ["CU, KP", ["CU", "KP"]],
    ["a,b;c\td\ne\r\nf", ["a", "b", "c", "d", "e", "f"]],
    ['"Smith, John", Ann', ["Smith, John", "Ann"]],
    ['"say ""hi""",x', ['say "hi"', "x"]],
    [' "quoted" ;plain', ["quoted", "plain"]],
    ["a,,b,\n", ["a", "b"]],
    ['""', [""]],
    ['"not closed, x', ['"not closed', "x"]],
    ['5" pipe, 6" pipe', ['5" pipe', '6" pipe']],
    ["CU,CU,KP", ["CU", "KP"]],
    ["  \n ,", []],
    ["😀,Ünï", ["😀", "Ünï"]],
  ])("%j", (text, values) => {
    expect(valuesFromPaste(text)).toEqual(values);
  });
  test("a thousand of them", () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `cus_${index}`);
    expect(valuesFromPaste(ids.join("\n"))).toEqual(ids);
    expect(valuesFromPaste(ids.join(","))).toEqual(ids);
  });
});

test("on a line of its own a value keeps its commas", () => {
  expect(valuesFromLines("Smith, John\nAnn; Bo\n")).toEqual(["Smith, John", "Ann; Bo"]);
});

test("lines come back as the values they were written from", () => {
  const values = ["a,b", "", " blank around ", '"', "two\nlines", 'in "the" middle', "tab\tinside"];
  expect(valuesFromLines(linesFromValues(values))).toEqual(values);
});

test("numbers are read, and what is none stays as typed", () => {
  expect(asValues(["1", "2.50", "x", "9007199254740993"], "numbers")).toEqual([
    1,
    2.5,
    "x",
    "9007199254740993",
  ]);
  expect(asValues(["1", "a"], "texts")).toEqual(["1", "a"]);
  expect(withValues(["a", "b"], ["b", "c"])).toEqual(["a", "b", "c"]);
});
