import { expect, test } from "vitest";
import type { EvaluationsHistogram, HistogramSeries } from "@/contract";
import { barsOf, caveatOf } from "./bars-of";

const series = (value: string | number | null, fields: Partial<HistogramSeries> = {}): HistogramSeries => ({
  value,
  reason: null,
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
    "a",
  );
  expect(bars).toMatchObject({ from: 600_000, step: 600_000, length: 1 });
  expect(bars.layers.map(({ label, color, counts }) => [label, color, counts[0]])).toEqual([
    ["b", 1, 2],
    ["c", 2, 3],
    ["a", 0, 1],
  ]);
});

test("without a flag reasons are told apart, and many values end in one for the others", () => {
  const reasons = barsOf(
    histogram({
      series: [series(null, { reason: "FALLTHROUGH" }), series(null, { reason: "RULE_MATCH" })],
    }),
  );
  expect(reasons.layers.map(({ label }) => label)).toEqual(["a rule matched", "no rule matched"]);
  const many = barsOf(
    histogram({ series: [...[1, 2, 3, 4, 5].map((n) => series(n)), series(null, { other: true })] }),
    0,
  );
  expect(many.layers.map(({ label, color }) => [label, color])).toEqual([
    ["1", 1],
    ["2", 2],
    ["3", 3],
    ["4", 4],
    ["5", 5],
    ["other values", 5],
  ]);
});

test("says which filters the bars do not follow", () => {
  expect(caveatOf(histogram({}))).toBeNull();
  expect(caveatOf(histogram({ notApplied: ["entityId"] }))).toBe(
    "The bars count all customers: they do not follow the filter for customer. The list does.",
  );
});
