// Counts as the log gives them, as bars: the flag's default is the quiet layer at the bottom's top, as everywhere
// else in the app. Pure.
import type { EvaluationsHistogram, HistogramSeries, JsonValue } from "@/contract";
import { sameValue, valueLabel } from "@/features/flag/model/value";
import { REASON_WORDS, type ReasonFilter } from "../filter";
import type { Bars, LayerColor } from "./bars";

const REASON_COLORS: Record<ReasonFilter, LayerColor> = {
  RULE_MATCH: 1,
  FALLTHROUGH: 0,
  KILLED: "killed",
  OFF: "off",
  ERROR: "warning",
};
/** From the ground up. */
const REASONS_UPWARDS: ReadonlyArray<ReasonFilter> = ["RULE_MATCH", "ERROR", "KILLED", "OFF", "FALLTHROUGH"];
/** The place of all other values together. */
const LAST = 1_000;
/** Values that have a colour of their own besides the default's. */
const COLORS = 4;

/** `values` are the flag's, the default first, as its page colours them; undefined where no flag is chosen. */
export function barsOf(histogram: EvaluationsHistogram, values: ReadonlyArray<JsonValue> = []): Bars {
  const { series, buckets } = histogram;
  // What earlier versions served comes after what the flag serves now.
  const known = [...values];
  const first = values.length === 0 ? 1 : 0;
  const placeOf = (value: JsonValue) => {
    const place = known.findIndex((one) => sameValue(one, value));
    return first + (place >= 0 ? place : known.push(value) - 1);
  };
  const layers = series.map((one, index) => {
    const reason = reasonOf(one);
    const label = labelOf(one);
    const counts = buckets.map((bucket) => bucket.counts[index] ?? 0);
    const place = reason !== null ? REASONS_UPWARDS.indexOf(reason) : one.other ? LAST : placeOf(one.value);
    const color: LayerColor =
      reason !== null ? REASON_COLORS[reason] : place > COLORS ? 5 : (place as LayerColor);
    return {
      place: color === 0 ? LAST + 1 : place,
      layer: { key: `${index} ${label}`, label, color, counts },
    };
  });
  // What rules serve stands on the ground, where it is easiest to compare; the default on top of it.
  layers.sort((a, b) => a.place - b.place);
  return {
    from: buckets[0] ? Date.parse(buckets[0].at) : 0,
    step: histogram.step * 1_000,
    length: buckets.length,
    layers: layers.map(({ layer }) => layer),
  };
}

/** The reason as it is filtered by; null where values are counted. */
function reasonOf({ reason, offBy }: HistogramSeries): ReasonFilter | null {
  return reason === "OFF" && offBy === "KILL_SWITCH" ? "KILLED" : reason;
}

function labelOf(series: HistogramSeries): string {
  const { value, other } = series;
  const reason = reasonOf(series);
  if (other) return "other values";
  if (reason !== null) return REASON_WORDS[reason];
  return valueLabel(value);
}

const CAVEATS: { readonly [name in string]?: string } = {
  entityId: "The bars count all customers: they do not follow the filter for customer. The list does.",
  sdk: "Rare SDKs are counted together: the bars may miss calls of this one. The list has them all.",
  sdkContains:
    "Rare SDKs are counted together: the bars may miss calls of some of these. The list has them all.",
};

/** What the counts know nothing of, in sentences; null when they follow every filter. */
export function caveatOf({ notApplied }: EvaluationsHistogram): string | null {
  if (notApplied.length === 0) return null;
  return notApplied
    .map((name) => CAVEATS[name] ?? `The bars do not follow the filter for ${name}. The list does.`)
    .join(" ");
}
