import { expect, test } from "vitest";
import { clockOf, dayOf } from "./days";
import { asked, betweenProblem, EVERYTHING, isEverything, spanOf, timeWords } from "./filter";

const now = new Date(2026, 10, 22, 15, 30);

test("days in words, with the year once it is another", () => {
  expect(dayOf(new Date(2026, 10, 22, 0, 1), now)).toBe("Today");
  expect(dayOf(new Date(2026, 10, 21, 23, 59), now)).toBe("Yesterday");
  expect(dayOf(new Date(2026, 10, 18), now)).toBe("Wednesday 18 November");
  expect(dayOf(new Date(2025, 11, 24), now)).toBe("Wednesday 24 December 2025");
  expect(dayOf(new Date("nonsense"), now)).toBe("At an unknown time");
  expect(clockOf(new Date(2026, 10, 22, 5, 7))).toBe("05:07");
});

test("spans of time begin and end at local midnight", () => {
  expect(spanOf({ kind: "days", days: 7 }, now)).toEqual([new Date(2026, 10, 16), null]);
  expect(spanOf({ kind: "quarter", back: 0 }, now)).toEqual([new Date(2026, 9, 1), null]);
  expect(spanOf({ kind: "quarter", back: -1 }, now)).toEqual([new Date(2026, 6, 1), new Date(2026, 9, 1)]);
  expect(spanOf({ kind: "quarter", back: -4 }, now)).toEqual([new Date(2025, 9, 1), new Date(2026, 0, 1)]);
  expect(spanOf({ kind: "between", from: "2026-10-01", to: "2026-10-01" }, now)).toEqual([
    new Date(2026, 9, 1),
    new Date(2026, 9, 2),
  ]);
});

test("spans of time in words", () => {
  expect(timeWords({ kind: "quarter", back: -1 }, now)).toBe("Q3 2026");
  expect(timeWords({ kind: "between", from: "2026-10-01", to: "" }, now)).toBe("since 1 Oct 2026");
  expect(timeWords({ kind: "days", days: 1 }, now)).toBe("today");
});

test("what lets everything through is not asked for", () => {
  expect(asked(EVERYTHING, now)).toEqual({});
  expect(isEverything({ ...EVERYTHING, search: "  " })).toBe(true);
  expect(isEverything({ ...EVERYTHING, time: { kind: "between", from: "", to: "" } })).toBe(true);
  expect(asked({ ...EVERYTHING, search: " sales ", actions: ["flag.killed"] }, now)).toEqual({
    search: "sales",
    actions: ["flag.killed"],
  });
});

test("days that are no span say so", () => {
  expect(betweenProblem("", "")).toMatch(/Choose/);
  expect(betweenProblem("2026-02-01", "2026-01-01")).toMatch(/before the first/);
  expect(betweenProblem("2026-01-01", "2026-01-01")).toBeNull();
  expect(betweenProblem("22.11.2026", "")).toBe("“22.11.2026” is no day. Write it as 2026-11-22.");
  expect(betweenProblem("", "2026-02-30")).toMatch(/is no day/);
  expect(betweenProblem(" 2026-1-5", "")).toBeNull();
});
