// The moment that is asked about, as it is typed, as it stands in the address, and in short. Pure.

import { typedMoment as typedByHand, zoneName } from "@/components/format";

export type Typed = { ok: true; at: string | null } | { ok: false; problem: string };

/** What may be typed, for hints and problems. */
export const EXAMPLES = "14:03, yesterday 14:03, 2026-11-22 14:03:07, or 2 h ago";

/** The moment that a text names, as ISO text; null: now. */
export function typedMoment(text: string, now: Date): Typed {
  const typed = text.trim();
  if (typed === "") return { ok: false, problem: `Give a day and a time, as ${EXAMPLES}.` };
  if (/^now$/i.test(typed)) return { ok: true, at: null };
  if (/^(today|yesterday|\d{4}-\d{1,2}-\d{1,2})$/i.test(typed))
    return { ok: false, problem: `Give the time of day as well: ${typed} 14:03.` };
  const exact = exactMoment(typed);
  const at = exact ?? isoText(typedByHand(written(typed) ?? typed, now.getTime()));
  if (at === null) return { ok: false, problem: `“${typed}” is not a moment. Write it as ${EXAMPLES}.` };
  if (new Date(at) > now)
    return { ok: false, problem: "That moment has not come yet. Choose one of the past." };
  return { ok: true, at };
}

function isoText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** "2026-11-22T14:03:11.204567Z", as logs and addresses have it: kept to the microsecond. */
function exactMoment(text: string): string | null {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/.test(text) && !Number.isNaN(Date.parse(text))
    ? text
    : null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * "22 Nov 2026, 14:03:00 UTC+1", as this app writes it, in the form that fields read: "2026-11-22 14:03:00+01:00". The
 * name of a zone is known of the one here alone.
 */
function written(text: string): string | null {
  const [, day, name = "", year, time, zone = ""] =
    /^(\d{1,2})\.? ([a-z]{3})[a-z]* (\d{4}),? (\d{2}:\d{2}(?::\d{2})?) ?([a-z]{1,5}(?:[+-]\d{1,2}(?::\d{2})?)?)?$/i.exec(
      text,
    ) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  if (!day || !year || !time || month === 0) return null;
  const two = (part: string | number) => String(part).padStart(2, "0");
  const local = `${year}-${two(month)}-${two(day)} ${time}`;
  const here = zoneName(new Date(local.replace(" ", "T")));
  if (zone === "" || zone.toLowerCase() === here.toLowerCase()) return local;
  const away = offset(zone);
  return away === null ? null : `${local}${away}`;
}

/** "UTC+1" as "+01:00". */
function offset(zone: string): string | null {
  const found = /^(?:utc|gmt|z)(?:([+-])(\d{1,2})(?::(\d{2}))?)?$/i.exec(zone);
  if (!found) return null;
  const [, sign, hours = "", minutes = "00"] = found;
  return sign ? `${sign}${hours.padStart(2, "0")}:${minutes}` : "z";
}

/** The moment in an address, to the microsecond that the log keeps; null when it is none. */
export function addressedMoment(at: string | undefined): string | null {
  return at !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(at) && !Number.isNaN(Date.parse(at)) ? at : null;
}

/** "22 Nov, 14:03 UTC": with the year of another year, and with seconds where there are any. */
export function shortMoment(at: Date, now: Date): string {
  const seconds = at.getSeconds() === 0 ? {} : { second: "2-digit" as const };
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", ...seconds });
  return `${shortDay(at, now)}, ${time.format(at)} ${zoneName(at)}`;
}

/** "22 Nov", with the year of another year. */
export function shortDay(at: Date, now: Date): string {
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", ...year }).format(at);
}
