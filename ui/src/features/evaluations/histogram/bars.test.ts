import { describe, expect, test } from "vitest";
import { type Bars, barSpan, sharedLabels, snapped, spanWords, stacked, stepWords, totalOf } from "./bars";

const MIN = 60_000;
const bars: Bars = {
  from: 0,
  step: 10 * MIN,
  length: 3,
  layers: [
    { key: "true", label: "true", color: 1, counts: [1, 2, 0] },
    { key: "false", label: "false", color: 0, counts: [10, 0, 5] },
  ],
};

test("layers stand on each other, the tallest edge first, in the middle of their step", () => {
  expect(stacked(bars)).toEqual([
    [300, 900, 1500],
    [11, 2, 5],
    [1, 2, 0],
  ]);
  expect(totalOf(bars)).toBe(18);
});

describe("a brush", () => {
  test("takes the whole bars that it touches, whichever way it was drawn", () => {
    expect(snapped(bars, 12 * MIN, 14 * MIN)).toEqual({ from: 10 * MIN, to: 20 * MIN });
    expect(snapped(bars, 25 * MIN, 5 * MIN)).toEqual({ from: 0, to: 30 * MIN });
  });

  test("stays within the bars", () => {
    expect(snapped(bars, -50 * MIN, 500 * MIN)).toEqual({ from: 0, to: 30 * MIN });
    expect(snapped(bars, 99 * MIN, 99 * MIN)).toEqual({ from: 20 * MIN, to: 30 * MIN });
    expect(barSpan(bars, 1)).toEqual({ from: 10 * MIN, to: 20 * MIN });
  });
});

test("a span names its day where that is not today", () => {
  const now = new Date("2026-11-22T16:00:00Z");
  const words = (from: string, to: string) =>
    spanWords({ from: Date.parse(from), to: Date.parse(to) }, now, "UTC");
  expect(words("2026-11-22T15:30:00Z", "2026-11-22T16:00:00Z")).toBe("15:30 – 16:00");
  expect(words("2026-11-21T15:30:00Z", "2026-11-21T16:00:00Z")).toBe("21 Nov, 15:30 – 16:00");
  expect(words("2026-11-21T23:00:00Z", "2026-11-22T01:00:00Z")).toBe("21 Nov, 23:00 – 22 Nov, 01:00");
  expect([stepWords(10 * MIN), stepWords(60 * MIN), stepWords(24 * 60 * MIN)]).toEqual([
    "10 min",
    "1 h",
    "1 d",
  ]);
});

test("labels without room beside each other are one", () => {
  const marks = [1, 2, 3, 9].map((version) => ({ at: version * 10, label: `v${version}` }));
  const labels = (width: number) => sharedLabels(marks, () => width).map(({ label }) => label);
  expect(labels(5)).toEqual(["v1", "v2", "v3", "v9"]);
  expect(labels(25)).toEqual(["v1 – v3", "v9"]);
});
