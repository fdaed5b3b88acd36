// A moment as people type it and as fields show it: "2026-11-22 14:03", the same in every language, with 24 hours,
// in this computer's zone. Pure; moments are milliseconds since 1970.

const MINUTE_MS = 60_000;
const UNIT_MS: Record<string, number> = {
  min: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
  w: 7 * 24 * 60 * MINUTE_MS,
};

/** What a field says before anything is typed. */
export const MOMENT_FORM = "yyyy-mm-dd hh:mm";
/** What else may be typed, for a hint. */
export const MOMENT_EXAMPLES = "2026-11-22 14:03, 14:03, yesterday 9:30, or 2 h ago";

/** "2026-11-22 14:03", with seconds where there are any. */
export function momentText(at: number | null): string {
  if (at === null) return "";
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() === 0 ? "" : `:${two(date.getSeconds())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}

/**
 * The moment that a text names; null for none. A day alone is its beginning or, as the `end` of a span, the
 * beginning of the next; a time alone is the last time that it was so late. A text with a zone, as logs write it, is
 * read in that.
 */
export function typedMoment(text: string, now: number, edge: "begin" | "end" = "begin"): number | null {
  const typed = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  if (typed === "now") return now;
  return (
    agoMoment(typed, now) ??
    zonedMoment(typed) ??
    dayMoment(typed, now, edge) ??
    timeMoment(typed, now) ??
    null
  );
}

/** "2 h ago", "30min", "1 day ago". */
function agoMoment(typed: string, now: number): number | null {
  const [, count, unit] = /^(\d{1,5}) ?(min|h|d|w)[a-z]*(?: ago)?$/.exec(typed) ?? [];
  const length = unit && UNIT_MS[unit];
  return count && length ? now - Number(count) * length : null;
}

/** "2026-11-22T14:03:11.204Z", "2026-11-22 14:03 utc", "2026-11-22 14:03+02:00". */
function zonedMoment(typed: string): number | null {
  const [, day, time, zone] =
    /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(z|utc|[+-]\d{2}:\d{2})$/.exec(typed) ??
    [];
  if (!day || !time || !zone || localDay(day) === null) return null;
  const at = Date.parse(`${day}T${time}${zone === "utc" ? "Z" : zone.toUpperCase()}`);
  return Number.isNaN(at) ? null : at;
}

/** "2026-11-22", "2026-11-22 14:03", "yesterday 9:30". */
function dayMoment(typed: string, now: number, edge: "begin" | "end"): number | null {
  const [, day, time] = /^(\d{4}-\d{1,2}-\d{1,2}|today|yesterday)(?:[t ]([\d:.]+))?$/.exec(typed) ?? [];
  if (!day) return null;
  const date =
    day === "today" ? new Date(now) : day === "yesterday" ? daysAfter(new Date(now), -1) : localDay(day);
  if (date === null) return null;
  if (time === undefined) return midnight(edge === "end" ? daysAfter(date, 1) : date).getTime();
  return atTime(date, time);
}

/** "14:03": today, or yesterday when that is still to come. */
function timeMoment(typed: string, now: number): number | null {
  const today = atTime(new Date(now), typed);
  if (today === null || today <= now) return today;
  return atTime(daysAfter(new Date(now), -1), typed);
}

function localDay(text: string): Date | null {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  const date = new Date(year, month - 1, day);
  // The 30th of February would be one in March.
  const exists = date.getFullYear() === year && date.getMonth() === month - 1 && date.getDate() === day;
  return exists ? date : null;
}

function atTime(day: Date, text: string): number | null {
  const [, hours, minutes, seconds = "0", part = ""] =
    /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const at = new Date(day);
  at.setHours(Number(hours), Number(minutes), Number(seconds), Number(part.padEnd(3, "0").slice(0, 3)));
  return at.getTime();
}

function midnight(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

/** Not by adding hours: days in which clocks are changed have 23 or 25. */
function daysAfter(date: Date, days: number): Date {
  const after = new Date(date);
  after.setDate(after.getDate() + days);
  return after;
}

/** "UTC+1", as it is at a moment where the app runs, or in `timeZone`. */
export function zoneName(at: number | Date, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZoneName: "short",
    ...(timeZone ? { timeZone } : {}),
  }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}
