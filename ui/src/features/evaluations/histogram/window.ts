// Which stretch of time a histogram shows: one of the usual ones up to now, or as far back as the filter reaches.
// Pure; times are milliseconds since 1970.
import type { Span } from "./bars";

const HOUR = 60 * 60 * 1_000;
/** The log counts by ten minutes: the window's end moves in these steps. */
const PERIOD = 10 * 60 * 1_000;

export const WINDOWS = [
  { value: "24h", label: "24 h", length: 24 * HOUR },
  { value: "7d", label: "7 d", length: 7 * 24 * HOUR },
  { value: "30d", label: "30 d", length: 30 * 24 * HOUR },
] as const;

export type WindowName = (typeof WINDOWS)[number]["value"];

/** About as many bars as can be told apart. */
export const BUCKETS = 150;

/** The window called `name`, longer where `from` lies before it. */
export function windowOf(name: WindowName, now: number, from: number | null): Span {
  const to = Math.ceil(now / PERIOD) * PERIOD;
  const chosen = WINDOWS.find(({ value }) => value === name) ?? WINDOWS[0];
  const reaches = (length: number) => from === null || from >= to - length;
  const length = [chosen, ...WINDOWS].find(
    (one) => one.length >= chosen.length && reaches(one.length),
  )?.length;
  const begin = length === undefined ? Math.floor((from as number) / PERIOD) * PERIOD : to - length;
  return { from: begin, to };
}
