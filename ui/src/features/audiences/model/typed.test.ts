import { describe, expect, test } from "vitest";
import type { JsonValue } from "@/contract";
import {
  dayText,
  isDay,
  isMoment,
  momentText,
  numberText,
  pathFromText,
  pathText,
  readDay,
  readMoment,
  readNumber,
} from "./typed";

describe("numbers", () => {
  test.each<[string, JsonValue]>([
    ["1.50", 1.5],
    ["-0.1", -0.1],
    ["0,5", 0.5],
    ["1e21", 1e21],
    ["1000000000000000000000", 1e21],
    ["9007199254740992", 9007199254740992],
    ["000", 0],
    [".5", 0.5],
  ])("%s is read", (text, value) => {
    expect(readNumber(text)).toEqual({ value, problem: null });
  });
  test.each<[string, RegExp]>([
    ["9007199254740993", /more digits than can be compared: it would become 9007199254740992/],
    ["12x", /not a number/],
    ["1,234,567", /Without a thousands comma/],
    ["1e999", /too large/],
  ])("%s stays as it was typed, and says why", (text, why) => {
    const { value, problem } = readNumber(text);
    expect(value).toBe(text);
    expect(problem).toMatch(why);
    expect(numberText(value)).toBe(text);
  });
  test("nothing typed is nothing", () => {
    expect(readNumber(" ").value).toBeNull();
  });
});

describe("moments are UTC, wherever this computer is", () => {
  test.each<[string, JsonValue]>([
    ["2026-01-31 09:30", "2026-01-31T09:30:00Z"],
    ["2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00Z"],
    ["2026-01-31T09:30:00.123456Z", "2026-01-31T09:30:00.123456Z"],
    ["2026-01-31", "2026-01-31T00:00:00Z"],
    ["2026/1/3", "2026-01-03T00:00:00Z"],
    ["2026-01-31 09:30 UTC", "2026-01-31T09:30:00Z"],
    ["2026-02-30 09:30", "2026-02-30 09:30"],
    ["soon", "soon"],
    [" ", null],
  ])("%s", (text, value) => {
    expect(readMoment(text)).toBe(value);
    expect(isMoment(value)).toBe(/T.*Z$/.test(String(value)));
  });
  test("and come back as they are typed", () => {
    expect(momentText("2026-01-31T09:30:00Z")).toBe("2026-01-31 09:30");
    expect(momentText("2026-01-31T09:30:15Z")).toBe("2026-01-31 09:30:15");
    expect(momentText("2026-01-31")).toBe("2026-01-31 00:00");
    expect(momentText("soon")).toBe("soon");
    expect(momentText(null)).toBe("");
  });
});

test("days are days of the calendar", () => {
  expect(readDay("2026-1-3")).toBe("2026-01-03");
  expect(readDay("2026-02-29")).toBe("2026-02-29");
  expect(isDay(readDay("2026-02-29"))).toBe(false);
  expect(isDay(readDay("2028-02-29"))).toBe(true);
  expect(isDay("0000-01-01")).toBe(false);
  expect(readDay("")).toBeNull();
  expect(dayText("2026-01-31T00:00:00Z")).toBe("2026-01-31");
  expect(dayText("next week")).toBe("next week");
});

test("a path is typed with dots, a step with a dot in quotes", () => {
  expect(pathFromText("plan.tier")).toEqual(["plan", "tier"]);
  expect(pathFromText("")).toEqual([]);
  expect(pathFromText("plan.")).toEqual(["plan", ""]);
  expect(pathFromText('a."b.c".d')).toEqual(["a", "b.c", "d"]);
  expect(pathFromText('"open.quote')).toEqual(['"open', "quote"]);
  for (const path of [["plan", "tier"], ["a", "b.c"], ['say "hi"'], ["Ünï", "😀"]]) {
    expect(pathFromText(pathText(path))).toEqual(path);
  }
});
