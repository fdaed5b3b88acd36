// Sizes and days as the settings of the log say them. Pure.
import type { LogDay } from "@/contract";

const DAY_MS = 24 * 60 * 60 * 1_000;

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** "512 B", "1.5 MB", "230 GB" */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit]}`;
}

/** "22 Nov 2026": days of the log are days of UTC. */
export function dayName(day: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(day));
}

/** What is wrong with a number of days; null: nothing. */
export function retentionProblem(days: string | number): string | null {
  const number = Number(days);
  if (days === "" || !Number.isInteger(number) || number < 1 || number > 3_650)
    return "Keep evaluations for 1 to 3,650 days.";
  return null;
}

/** The days that keeping only so many drops, as the log does it: by days of UTC, today not counted. */
export function droppedBy(
  retentionDays: number,
  days: ReadonlyArray<LogDay>,
  now: number,
): ReadonlyArray<LogDay> {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return days.filter(({ day }) => Date.parse(day) < today - retentionDays * DAY_MS);
}

/** The last day that is there already; null when today is not there yet. */
export function madeAheadTo(days: ReadonlyArray<LogDay>, now: number): string | null {
  const ahead = days.filter(({ day }) => Date.parse(day) > now).map(({ day }) => day);
  return ahead.sort().at(-1) ?? null;
}
