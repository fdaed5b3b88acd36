// The moment that is asked about, as it is typed and as it stands in the address. Pure.

/** What a field for local date and time holds: "2026-11-22T14:02:11". */
export function fieldText(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export type Typed = { ok: true; at: string } | { ok: false; problem: string };

/** The moment of a local date and time, as ISO text. */
export function typedMoment(text: string, now: Date): Typed {
  if (text === "") return { ok: false, problem: "Give a day and a time." };
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return { ok: false, problem: "This is not a time. Give a day and a time." };
  if (at > now) return { ok: false, problem: "That moment has not come yet. Choose one of the past." };
  return { ok: true, at: at.toISOString() };
}

/** The moment in an address, to the microsecond that the log keeps; null when it is none. */
export function addressedMoment(at: string | undefined): string | null {
  return at !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(at) && !Number.isNaN(Date.parse(at)) ? at : null;
}

/** "UTC+1", as times here are read. */
export function zoneName(at: Date): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "local time";
}
