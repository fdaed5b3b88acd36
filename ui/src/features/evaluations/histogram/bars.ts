// What a histogram of calls shows: bars of one step each, stacked by value, and the span of time that is chosen on
// it. Pure; times are milliseconds since 1970.

/**
 * How a layer is drawn. 0 to 4 are the flag's values, 0 the default; 5 all others together. Reasons have their own:
 * killed, off (hatched, for it is as grey as the default) and not decided.
 */
export type LayerColor = 0 | 1 | 2 | 3 | 4 | 5 | "killed" | "off" | "warning";

/** One layer of the bars, as one value that was served. */
export type Layer = {
  key: string;
  label: string;
  color: LayerColor;
  /** One for each bar. */
  counts: ReadonlyArray<number>;
};

export type Bars = {
  /** Where the first bar begins. */
  from: number;
  /** How long each is. */
  step: number;
  /** How many there are. */
  length: number;
  layers: ReadonlyArray<Layer>;
};

export type Span = { from: number; to: number };

/** Something that happened at a moment, as a version that was saved. */
export type Mark = { at: number; label: string };

/** How many a layer counts, in the bar at `index` or in all of them. */
export function countOf({ counts }: Layer, index: number | null): number {
  return index === null ? counts.reduce((all, count) => all + count, 0) : (counts[index] ?? 0);
}

/** How many there are, in the bar at `index` or in all of them. */
export function totalOf({ layers }: Bars, index: number | null = null): number {
  return layers.reduce((sum, layer) => sum + countOf(layer, index), 0);
}

/** What `uPlot` draws: where the bars begin, in seconds, and the height of each layer's upper edge, tallest first. */
export function stacked({ from, step, length, layers }: Bars): Array<Array<number>> {
  const x = Array.from({ length }, (_, index) => (from + index * step + step / 2) / 1000);
  const edges: Array<Array<number>> = [];
  let below = new Array<number>(length).fill(0);
  for (const { counts } of layers) {
    below = below.map((height, index) => height + (counts[index] ?? 0));
    edges.unshift(below);
  }
  return [x, ...edges];
}

/** The whole bars that a brush from `a` to `b` touches. */
export function snapped({ from, step, length }: Bars, a: number, b: number): Span {
  const index = (at: number) => (at - from) / step;
  const first = Math.min(Math.max(Math.floor(index(Math.min(a, b))), 0), length - 1);
  const last = Math.min(Math.max(Math.ceil(index(Math.max(a, b))), first + 1), length);
  return { from: from + first * step, to: from + last * step };
}

export function barSpan({ from, step }: Bars, index: number): Span {
  return { from: from + index * step, to: from + (index + 1) * step };
}

/** "15:40 – 15:50", with the day where the span leaves today. Local, or in `timeZone`. */
export function spanWords({ from, to }: Span, now: Date, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", ...zone });
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", ...zone });
  const dayOf = (at: number) => day.format(new Date(at));
  const clockOf = (at: number) => clock.format(new Date(at));
  const sameDay = dayOf(from) === dayOf(to);
  if (sameDay) {
    const prefix = dayOf(from) === day.format(now) ? "" : `${dayOf(from)}, `;
    return `${prefix}${clockOf(from)} – ${clockOf(to)}`;
  }
  return `${dayOf(from)}, ${clockOf(from)} – ${dayOf(to)}, ${clockOf(to)}`;
}

/** "10 min", "1 h", "1 d". */
export function stepWords(step: number): string {
  const minutes = step / 60_000;
  if (minutes < 60) return `${minutes} min`;
  const hours = minutes / 60;
  return hours < 24 ? `${hours} h` : `${hours / 24} d`;
}

/** Labels from left to right, where those that have no room beside the one before share one: "v5 – v7". */
export function sharedLabels(
  marks: ReadonlyArray<Mark>,
  widthOf: (label: string) => number,
): ReadonlyArray<Mark> {
  const shared: Array<Mark & { first: string }> = [];
  for (const { at, label } of marks) {
    const last = shared.at(-1);
    if (last && at < last.at + widthOf(last.label)) last.label = `${last.first} – ${label}`;
    else shared.push({ at, label, first: label });
  }
  return shared.map(({ at, label }) => ({ at, label }));
}
