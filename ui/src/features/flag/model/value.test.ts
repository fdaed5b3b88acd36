import { describe, expect, it } from "vitest";
import { parseValue, sameValue, valueLabel, variations } from "./value";

describe("equality", () => {
  it("ignores the order of keys and keeps the order of lists", () => {
    expect(sameValue({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(sameValue([1, 2], [2, 1])).toBe(false);
    expect(sameValue({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(sameValue(null, {})).toBe(false);
    expect(sameValue([], {})).toBe(false);
    expect(sameValue("1", 1)).toBe(false);
  });
});

describe("typed values", () => {
  it.each([
    ["boolean", "true", true],
    ["number", " 12.5 ", 12.5],
    ["number", "12,5", 12.5],
    ["number", "-1e3", -1000],
    ["string", "two\nlines", "two\nlines"],
    ["string", "", ""],
    ["json", '{"a": [1, null]}', { a: [1, null] }],
    ["json", "null", null],
  ] as const)("%s takes %j", (type, text, value) => {
    expect(parseValue(type, text)).toEqual({ ok: true, value });
  });

  it.each([
    ["boolean", "yes", "true or false"],
    ["number", "", "Type a number"],
    ["number", "twelve", "not a number"],
    ["number", "1,000", "thousands comma"],
    ["number", "0x10", "not a number"],
    ["number", "Infinity", "not a number"],
    ["number", "1e999", "too large"],
    ["json", "", "Type a JSON value"],
    ["json", "[1e999]", "too large"],
    ["json", '{"a":\n 1,}', "line 2, column 4"],
    ["json", '{"a": 1', "ends too early"],
    ["string", "a\u0000b", "NUL"],
    ["json", '{"a\\u0000": 1}', "NUL"],
    ["string", "ä".repeat(16_384), "32.0 KiB"],
  ] as const)("%s refuses %j", (type, text, error) => {
    const parsed = parseValue(type, text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? "" : parsed.error).toContain(error);
  });

  it("a backslash-u in a text is not a NUL", () => {
    expect(parseValue("string", "\\u0000")).toEqual({ ok: true, value: "\\u0000" });
  });

  it("32 KiB including the quotes is the limit", () => {
    expect(parseValue("string", "a".repeat(32_766)).ok).toBe(true);
    expect(parseValue("string", "a".repeat(32_767)).ok).toBe(false);
  });
});

it("a value reads on one line, and a blank text is visible", () => {
  expect(valueLabel("one\n two")).toBe("one two");
  expect(valueLabel("")).toBe('""');
  expect(valueLabel(" ")).toBe('" "');
  expect(valueLabel({ a: 1 })).toBe('{"a":1}');
  expect(valueLabel("x".repeat(100), 10)).toBe("xxxxxxxxx…");
});

it("variations are the distinct values, default first", () => {
  expect(variations(false, [true, false, true])).toEqual([false, true]);
  expect(variations({ a: 1, b: 2 }, [{ b: 2, a: 1 }, null])).toEqual([{ a: 1, b: 2 }, null]);
});
