import { expect, test } from "vitest";
import type { EvaluationsHistogram, HistogramSeries } from "@/contract";
import { barsOf, caveatOf } from "./bars-of";

const series = (value: string | number | null, fields: Partial<HistogramSeries> = {}): HistogramSeries => ({
  value,
  reason: null,
  offBy: null,
  other: false,
  total: 0,
  ...fields,
});
const histogram = (fields: Partial<EvaluationsHistogram>): EvaluationsHistogram => ({
  step: 600,
  series: [],
  buckets: [],
  total: 0,
  notApplied: [],
  ...fields,
});

test("values stand on the ground and the default, quiet, on top of them", () => {
  const bars = barsOf(
    histogram({
      series: [series("a"), series("b"), series("c")],
      buckets: [{ at: "1970-01-01T00:10:00Z", counts: [1, 2, 3] }],
    }),
    ["a", "c", "b"],
  );
  expect(bars).toMatchObject({ from: 600_000, step: 600_000, length: 1 });
  expect(bars.layers.map(({ label, color, counts }) => [label, color, counts[0]])).toEqual([
    ["c", 1, 3],
    ["b", 2, 2],
    ["a", 0, 1],
  ]);
});

test("what earlier versions served comes after the flag's own, and many values end in one for the others", () => {
  const bars = barsOf(
    histogram({ series: [...[9, 1, 2, 3, 4, 5].map((n) => series(n)), series(null, { other: true })] }),
    [0, 1, 2],
  );
  expect(bars.layers.map(({ label, color }) => [label, color])).toEqual([
    ["1", 1],
    ["2", 2],
    ["9", 3],
    ["3", 4],
    ["4", 5],
    ["5", 5],
    ["other values", 5],
  ]);
});

test("without a flag reasons are told apart, killed from off", () => {
  const off = (offBy: "KILL_SWITCH" | "ENVIRONMENT") => series(null, { reason: "OFF", offBy });
  const bars = barsOf(
    histogram({
      series: [
        series(null, { reason: "FALLTHROUGH" }),
        off("ENVIRONMENT"),
        off("KILL_SWITCH"),
        series(null, { reason: "RULE_MATCH" }),
      ],
    }),
  );
  expect(bars.layers.map(({ label, color }) => [label, color])).toEqual([
    ["a rule matched", 1],
    ["killed", "killed"],
    ["off", "off"],
    ["no rule matched", 0],
  ]);
});

test("says which filters the bars do not follow", () => {
  expect(caveatOf(histogram({}))).toBeNull();
  expect(caveatOf(histogram({ notApplied: ["entityId"] }))).toBe(
    "The bars count all customers: they do not follow the filter for customer. The list does.",
  );
});
