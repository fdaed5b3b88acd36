// Between what fields hold and what conditions hold. What cannot be read stays as it was typed, to be shown and
// refused. Times of conditions are UTC, and say so. Pure.
import type { JsonValue } from "@/contract";
import { parseValue } from "@/features/flag/model/value";

export type Reading = { value: JsonValue; problem: string | null };

/** A typed number; what a 64-bit float would change silently is refused. Nothing typed is null. */
export function readNumber(text: string): Reading {
  if (text.trim() === "") return { value: null, problem: "Enter a number." };
  const parsed = parseValue("number", text);
  if (!parsed.ok) return { value: text, problem: parsed.error };
  const number = parsed.value as number;
  if (digitsOf(text.replace(",", ".")) !== digitsOf(String(number))) {
    return { value: text, problem: `This has more digits than can be compared: it would become ${number}.` };
  }
  return { value: number, problem: null };
}

/** Significant digits and magnitude, the same for every way to write a number. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^\s*([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?\s*$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`;
  const significant = digits.replace(/^0+/, "");
  if (significant === "") return "0";
  const leading = whole.length - (digits.length - significant.length) + Number(power);
  return `${sign === "-" ? "-" : ""}${significant.replace(/0+$/, "")}e${leading}`;
}

export function readNumberOrText(text: string): JsonValue {
  return readNumber(text).value;
}

export function numberText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/** Whether it is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: JsonValue | undefined): text is string {
  if (typeof text !== "string" || !DAY.test(text) || text.startsWith("0000")) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** A typed day as `YYYY-MM-DD`. */
export function readDay(text: string): JsonValue {
  const typed = text.trim();
  if (typed === "") return null;
  const parts = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(typed);
  if (!parts) return text;
  const [, year = "", month = "", day = ""] = parts;
  const written = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isDay(written) ? written : text;
}

/** A typed moment in UTC, `YYYY-MM-DDTHH:mm:ssZ`; without a zone it is UTC already, without a time midnight. */
export function readMoment(text: string): JsonValue {
  const typed = text.trim();
  if (typed === "") return null;
  const parts = MOMENT.exec(typed);
  if (!parts) {
    const day = readDay(text);
    return isDay(day) ? `${day}T00:00:00Z` : text;
  }
  const [, day = "", time = "00:00", seconds = ":00", zone = "Z"] = parts;
  const local = `${day}T${time}${seconds}`;
  const isUtc = /^(Z|UTC)$/i.test(zone);
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const at = new Date(`${local}${isUtc ? "Z" : offset}`);
  if (!isDay(day) || Number.isNaN(at.getTime())) return text;
  return isUtc ? `${local}Z` : at.toISOString().replace(".000Z", "Z");
}

/** Whether it is a moment as `readMoment` writes it, or a day. */
export function isMoment(value: JsonValue | undefined): value is string {
  if (typeof value !== "string") return false;
  const read = readMoment(value);
  return typeof read === "string" && /T.*Z$/.test(read) && !Number.isNaN(new Date(read).getTime());
}

/** A moment as it is typed, `2026-01-31 09:30`, in UTC. */
export function momentText(value: JsonValue | undefined): string {
  if (typeof value !== "string") return "";
  if (!isMoment(value)) return value;
  const [day, time = ""] = String(readMoment(value)).replace("Z", "").split("T");
  return `${day} ${time.replace(/^(\d{2}:\d{2}):00(\.0+)?$/, "$1")}`;
}

export function dayText(value: JsonValue | undefined): string {
  if (typeof value !== "string") return "";
  const day = value.slice(0, 10);
  return isMoment(value) && isDay(day) ? day : value;
}

/** A path inside JSON as it is typed, `plan.tier`; a step that contains a dot stands in quotes. */
export function pathFromText(text: string): Array<string> {
  if (text === "") return [];
  const steps: Array<string> = [];
  const rest = /(?:"((?:[^"]|"")*)"|([^.]*))(\.|$)/gy;
  for (let found = rest.exec(text); found; found = rest.exec(text)) {
    steps.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    if (found[3] === "") return steps;
  }
  return text.split(".");
}

export function pathText(path: ReadonlyArray<string>): string {
  return path.map((step) => (/[."]/.test(step) ? `"${step.replaceAll('"', '""')}"` : step)).join(".");
}
