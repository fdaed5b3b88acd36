// Times: relative where they are read, absolute with its zone where they are checked.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "5 min ago", "3 h ago", "yesterday", "4 d ago", "2 w ago", "3 mo ago", "2 y ago". */
export function relativeTime(at: Date, now: Date): string {
  if (Number.isNaN(at.getTime())) return "–";
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  const days = calendarDaysBetween(at, now);
  if (seconds < 0) return seconds > -MINUTE ? "just now" : `in ${spanOf(-seconds)}`;
  if (seconds < MINUTE) return "just now";
  if (seconds < 6 * HOUR || days === 0) return `${spanOf(seconds)} ago`;
  if (days === 1) return "yesterday";
  if (days < 7) return `${days} d ago`;
  if (days < 31) return `${Math.floor(days / 7)} w ago`;
  if (days < 365) return `${Math.max(1, Math.floor(days / 30.44))} mo ago`;
  return `${Math.floor(days / 365.25) || 1} y ago`;
}

function spanOf(seconds: number): string {
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
}

function calendarDaysBetween(at: Date, now: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(now) - midnight(at)) / (DAY * 1000));
}

/** "22 Nov 2026, 15:59:58 UTC+1": local time with its zone. */
export function absoluteTime(at: Date, timeZone?: string): string {
  if (Number.isNaN(at.getTime())) return "at an unknown time";
  const zone = timeZone ? { timeZone } : {};
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", ...zone });
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    ...zone,
  });
  return `${date.format(at)}, ${time.format(at)}`;
}

/** "15:59:58.204", local: for lists where rows lie close together. */
export function clockTime(at: Date, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    ...zone,
  }).format(at);
}
