// Counts as the log gives them, as bars: the flag's default is the quiet layer at the bottom's top, as everywhere
// else in the app. Pure.
import type { EvaluationsHistogram, HistogramSeries } from "@/contract";
import { REASON_WORDS } from "../filter";
import type { Bars, Layer } from "./bars";

const REASON_COLORS: Record<string, Layer["color"]> = { RULE_MATCH: 1, FALLTHROUGH: 0, OFF: 4, ERROR: 3 };
/** Layers that have a colour of their own besides the quiet one. */
const COLORS = 4;

/** `otherwise` is the flag's default value; undefined where no flag is chosen. */
export function barsOf(histogram: EvaluationsHistogram, otherwise?: unknown): Bars {
  const { series, buckets } = histogram;
  const quiet = JSON.stringify(otherwise);
  let used = 0;
  const layers = series.map((one, index): Layer => {
    const counts = buckets.map((bucket) => bucket.counts[index] ?? 0);
    const isDefault = one.reason === null && !one.other && JSON.stringify(one.value) === quiet;
    let color: Layer["color"];
    if (one.other) color = 5;
    else if (one.reason !== null) color = REASON_COLORS[one.reason] ?? 3;
    else if (isDefault) color = 0;
    else {
      used += 1;
      color = used > COLORS ? 5 : (used as Layer["color"]);
    }
    return { key: `${index} ${labelOf(one)}`, label: labelOf(one), color, counts };
  });
  // What rules serve stands on the ground, where it is easiest to compare; the default on top of it.
  layers.sort((a, b) => Number(a.color === 0) - Number(b.color === 0));
  const [first] = buckets;
  return {
    from: first ? Date.parse(first.at) : 0,
    step: histogram.step * 1_000,
    length: buckets.length,
    layers,
  };
}

function labelOf({ value, reason, other }: HistogramSeries): string {
  if (other) return "other values";
  if (reason !== null) return REASON_WORDS[reason];
  return typeof value === "string" ? value : JSON.stringify(value);
}

const APPLIES: { readonly [name in string]?: string } = { entityId: "customer" };

/** What the counts know nothing of, in a sentence; null when they follow every filter. */
export function caveatOf({ notApplied }: EvaluationsHistogram): string | null {
  if (notApplied.length === 0) return null;
  const names = notApplied.map((name) => APPLIES[name] ?? name);
  return `The bars count all customers: they do not follow the filter for ${names.join(" and ")}. The list does.`;
}
