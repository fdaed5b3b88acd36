// Between what fields hold and what conditions hold. Times of conditions are UTC, and say so. Pure.
import type { JsonValue } from "@/contract";

/** A day as `YYYY-MM-DD`; null for anything else. */
export function dayText(value: JsonValue): string | null {
  const day = typeof value === "string" ? /^\d{4}-\d{2}-\d{2}/.exec(value) : null;
  return day ? day[0] : null;
}

/** A moment as the picker takes it, `YYYY-MM-DD HH:mm:ss`, in UTC; null for what is none. */
export function momentForPicker(value: JsonValue): string | null {
  if (typeof value !== "string") return null;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(value);
  const text = value.replace(" ", "T");
  const at = new Date(/T/.test(text) && !hasZone ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().slice(0, 19).replace("T", " ");
}

/** What the picker gives, as a moment in UTC. */
export function momentFromPicker(text: string | null): JsonValue {
  return text === null || text === "" ? null : `${text.replace(" ", "T").slice(0, 19)}Z`;
}

/** Typed tags as values; what is no number stays as it was typed, to be shown and refused. */
export function tagsToValues(tags: ReadonlyArray<string>, kind: "texts" | "numbers"): Array<JsonValue> {
  if (kind === "texts") return [...tags];
  return tags.map((tag) => {
    const number = Number(tag);
    return tag.trim() !== "" && Number.isFinite(number) ? number : tag;
  });
}

/** A path inside JSON as it is typed, `plan.tier`. */
export function pathFromText(text: string): Array<string> {
  return text === "" ? [] : text.split(".");
}
