// The day an entry belongs to, in words, and the clock within it: local time, as the reader lives it. Pure.

const DAY_MS = 24 * 60 * 60 * 1000;

/** "Today", "Yesterday", "Wednesday 18 November", with the year once it is another. */
export function dayOf(at: Date, now: Date): string {
  if (Number.isNaN(at.getTime())) return "At an unknown time";
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  })
    .format(at)
    .replace(",", "");
}

/** "15:59", local. */
export function clockOf(at: Date): string {
  if (Number.isNaN(at.getTime())) return "–";
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
