// A test of events in words: "performed checkout at least 3 times within 30 days". Pure.
import type { JsonValue } from "@/contract";
import type { EventTest } from "./tree";

/** Stands for any event. */
export const ANY_EVENT = "*";

/** `checkout`, or "any event"; dots while nothing is chosen. */
export function eventLabel({ event }: Pick<EventTest, "event">): string {
  return event === ANY_EVENT ? "any event" : event === "" ? "…" : event;
}

/** "at least 3 times within 30 days"; empty when once at any time will do. */
export function eventMeasure({ times = 1, withinDays }: EventTest): string {
  const often = times === 1 ? "" : `at least ${amount(times)} times`;
  if (withinDays === undefined) return often;
  const days = `within ${amount(withinDays)} ${withinDays === 1 ? "day" : "days"}`;
  return often === "" ? days : `${often} ${days}`;
}

function amount(number: JsonValue): string {
  return typeof number === "number" ? number.toLocaleString("en-US") : String(number ?? "") || "…";
}

/** `negated`: the opposite. */
export function eventWords(event: EventTest, negated = false): string {
  const done = (event.operator === "performed") !== negated;
  const measure = eventMeasure(event);
  return [done ? "performed" : "did not perform", eventLabel(event), measure].filter(Boolean).join(" ");
}
