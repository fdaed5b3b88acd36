import { expect, test } from "vitest";
import { dayName, droppedBy, formatBytes, madeAheadTo, retentionProblem } from "./sizes";

test("sizes have as many digits as mean something", () => {
  expect([0, 512, 1_500_000, 12_340, 230e9].map(formatBytes)).toEqual([
    "0 B",
    "512 B",
    "1.5 MB",
    "12.3 kB",
    "230 GB",
  ]);
  expect(dayName("2026-11-22T00:00:00Z")).toBe("22 Nov 2026");
});

test("days are whole and within what the log allows", () => {
  expect([1, 90, 3_650].map(retentionProblem)).toEqual([null, null, null]);
  for (const wrong of ["", 0, 3_651, 1.5]) expect(retentionProblem(wrong)).toMatch("1 to 3,650 days");
});

test("keeping fewer days drops those before, and what is made ahead is no loss", () => {
  const now = Date.parse("2026-11-22T15:00:00Z");
  const days = ["2026-11-23", "2026-11-22", "2026-11-21", "2026-11-20"].map((day) => ({
    day: `${day}T00:00:00Z`,
    calls: 10,
    bytes: 100,
  }));
  expect(droppedBy(1, days, now).map(({ day }) => day.slice(8, 10))).toEqual(["20"]);
  expect(droppedBy(2, days, now)).toEqual([]);
  expect(madeAheadTo(days, now)).toBe("2026-11-23T00:00:00Z");
  expect(madeAheadTo(days.slice(1), now)).toBeNull();
});
