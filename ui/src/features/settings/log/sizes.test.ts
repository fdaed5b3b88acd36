import { expect, test } from "vitest";
import { dayName, formatBytes, retentionProblem } from "./sizes";

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
