// What the audit is narrowed to: as people choose it, and as the database is asked. Pure.
import type { AuditFilter } from "@/contract";

export type Filter = {
  search: string;
  actor: string | null;
  actions: ReadonlyArray<string>;
  /** A flag's key. */
  flag: string | null;
  /** An environment's key. */
  environment: string | null;
  time: Time;
};

export type Time =
  | { kind: "all" }
  | { kind: "days"; days: 1 | 7 | 30 }
  /** A quarter of a year, 0 for this one, −1 for the one before, … */
  | { kind: "quarter"; back: number }
  /** Local days as in `2026-11-22`, both included; "" is open. */
  | { kind: "between"; from: string; to: string };

export const EVERYTHING: Filter = {
  search: "",
  actor: null,
  actions: [],
  flag: null,
  environment: null,
  time: { kind: "all" },
};

export function isEverything(filter: Filter): boolean {
  return Object.keys(asked(filter, new Date(0))).length === 0;
}

/** The filter as the database is asked; what lets everything through is left out. */
export function asked(filter: Filter, now: Date): AuditFilter {
  const search = filter.search.trim();
  const [from, to] = spanOf(filter.time, now);
  return {
    ...(search === "" ? {} : { search }),
    ...(filter.actor === null ? {} : { actor: filter.actor }),
    ...(filter.actions.length === 0 ? {} : { actions: [...filter.actions] }),
    ...(filter.flag === null ? {} : { flag: filter.flag }),
    ...(filter.environment === null ? {} : { environment: filter.environment }),
    ...(from ? { from: from.toISOString() } : {}),
    ...(to ? { to: to.toISOString() } : {}),
  };
}

/** From when and until before when; null is open. Days begin at local midnight. */
export function spanOf(time: Time, now: Date): [Date | null, Date | null] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  switch (time.kind) {
    case "all":
      return [null, null];
    case "days":
      return [daysAfter(today, 1 - time.days), null];
    case "quarter": {
      const first = Math.floor(now.getMonth() / 3) * 3 + time.back * 3;
      const start = new Date(now.getFullYear(), first, 1);
      return [start, time.back === 0 ? null : new Date(now.getFullYear(), first + 3, 1)];
    }
    case "between": {
      const from = localDay(time.from);
      const to = localDay(time.to);
      return [from, to && daysAfter(to, 1)];
    }
  }
}

/** "last 7 days", "Q3 2026", "1 Oct – 5 Oct 2026". */
export function timeWords(time: Time, now: Date): string {
  switch (time.kind) {
    case "all":
      return "any time";
    case "days":
      return time.days === 1 ? "today" : `last ${time.days} days`;
    case "quarter": {
      const [from] = spanOf(time, now);
      return from ? `Q${Math.floor(from.getMonth() / 3) + 1} ${from.getFullYear()}` : "";
    }
    case "between": {
      const [from, to] = [localDay(time.from), localDay(time.to)];
      if (from && to) return `${dayText(from)} – ${dayText(to)}`;
      return from ? `since ${dayText(from)}` : to ? `until ${dayText(to)}` : "any time";
    }
  }
}

/** What is wrong with two days; null when nothing is. */
export function betweenProblem(from: string, to: string): string | null {
  const [start, end] = [localDay(from), localDay(to)];
  const wrong = [from, to].find((text) => text.trim() !== "" && localDay(text) === null);
  if (wrong !== undefined) return `“${wrong.trim()}” is no day. Write it as 2026-11-22.`;
  if (!start && !end) return "Choose a first day, a last day, or both.";
  return start && end && start > end ? "The last day is before the first." : null;
}

function localDay(text: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim()) ?? [];
  if (!year || !month || !day) return null;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // The 30th of February would be one in March.
  return date.getMonth() === Number(month) - 1 ? date : null;
}

function daysAfter(day: Date, days: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
}

function dayText(day: Date): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(day);
}
