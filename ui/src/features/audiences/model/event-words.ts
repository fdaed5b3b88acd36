// A test of events in words: "performed checkout at least 3 times within 30 days". Pure.
import type { EventCondition } from "@/contract";

/** Stands for any event. */
const ANY_EVENT = "*";

/** `checkout`, or "any event". */
export function eventLabel({ event }: Pick<EventCondition, "event">): string {
  return event === ANY_EVENT ? "any event" : event;
}

/** "at least 3 times within 30 days"; empty when once at any time will do. */
export function eventMeasure({ times = 1, withinDays }: EventCondition): string {
  const often = times > 1 ? `at least ${times.toLocaleString("en-US")} times` : "";
  if (withinDays === undefined) return often;
  const days = `within ${withinDays.toLocaleString("en-US")} ${withinDays === 1 ? "day" : "days"}`;
  return often === "" ? days : `${often} ${days}`;
}

/** `negated`: the opposite. */
export function eventWords(event: EventCondition, negated = false): string {
  const done = (event.operator === "performed") !== negated;
  const measure = eventMeasure(event);
  return [done ? "performed" : "did not perform", eventLabel(event), measure].filter(Boolean).join(" ");
}
