// Conditions in words: what a leaf needs, beside what the customer's row holds. Pure.

import { relativeTime } from "@/components/format";
import type { AttributeCondition, ConditionLeaf, ConditionTrace, JsonValue } from "@/contract";
import { eventLabel, eventMeasure } from "../audiences/model/event-words";
import { code, type Phrase } from "../flag/model/phrase";

/** How many values of a list are named before "… 7 more". */
const NAMED_VALUES = 3;

export type LeafTrace = Extract<ConditionTrace, { leaf: ConditionLeaf }>;

/** `last_seen_at`, `settings.plan.tier` inside a json attribute, or the event's name. */
export function leafLabel(leaf: ConditionLeaf): string {
  return "event" in leaf ? eventLabel(leaf) : attributeLabel(leaf);
}

function attributeLabel({ attribute, path }: AttributeCondition): string {
  return path && path.length > 0 ? `${attribute}.${path.join(".")}` : attribute;
}

/** "plan = enterprise", "not plan = enterprise": what to have for the leaf to count. */
export function need(leaf: ConditionLeaf, negated: boolean): string {
  if ("event" in leaf) {
    const done = (leaf.operator === "performed") !== negated;
    return [eventLabel(leaf), done ? "performed" : "not performed", eventMeasure(leaf)]
      .filter(Boolean)
      .join(" ");
  }
  const attribute = attributeLabel(leaf);
  const [symbol, opposite] = SYMBOLS[leaf.operator];
  const operand = operandText(leaf);
  return [attribute, negated ? opposite : symbol, operand].filter(Boolean).join(" ");
}

/** "must equal `enterprise`", "must not be set": the same beside the row's value. */
export function requirement(leaf: ConditionLeaf, negated: boolean): Phrase {
  if ("event" in leaf) {
    const done = (leaf.operator === "performed") !== negated;
    const measure = eventMeasure(leaf);
    return [`must ${done ? "" : "not "}be performed`, measure === "" ? "" : ` ${measure}`];
  }
  const operand = operandText(leaf);
  const verb = VERBS[leaf.operator];
  const head = `must ${negated ? "not " : ""}${verb}${leaf.ignoreCase ? " (any case)" : ""}`;
  return operand === "" ? [head] : [`${head} `, code(operand)];
}

/** [as needed, as needed under a "not"] */
const SYMBOLS: Record<AttributeCondition["operator"], readonly [string, string]> = {
  equals: ["=", "≠"],
  not_equals: ["≠", "="],
  in: ["one of", "none of"],
  not_in: ["none of", "one of"],
  contains: ["containing", "not containing"],
  not_contains: ["not containing", "containing"],
  starts_with: ["starting with", "not starting with"],
  ends_with: ["ending with", "not ending with"],
  less_than: ["<", "not <"],
  at_most: ["≤", "not ≤"],
  greater_than: [">", "not >"],
  at_least: ["≥", "not ≥"],
  between: ["from", "not from"],
  is_true: ["= true", "not true"],
  is_false: ["= false", "not false"],
  before: ["before", "not before"],
  after: ["after", "not after"],
  within_last_days: ["within the last", "not within the last"],
  not_within_last_days: ["not within the last", "within the last"],
  contains_any: ["containing", "not containing"],
  contains_all: ["containing all of", "not containing all of"],
  contains_none: ["not containing", "containing"],
  is_set: ["set", "not set"],
  is_not_set: ["not set", "set"],
};

const VERBS: Record<AttributeCondition["operator"], string> = {
  equals: "equal",
  not_equals: "differ from",
  in: "be one of",
  not_in: "be none of",
  contains: "contain",
  not_contains: "lack",
  starts_with: "start with",
  ends_with: "end with",
  less_than: "be less than",
  at_most: "be at most",
  greater_than: "be more than",
  at_least: "be at least",
  between: "be from",
  is_true: "be true",
  is_false: "be false",
  before: "be before",
  after: "be after",
  within_last_days: "be within the last",
  not_within_last_days: "be outside the last",
  contains_any: "contain any of",
  contains_all: "contain all of",
  contains_none: "contain none of",
  is_set: "be set",
  is_not_set: "be missing",
};

function operandText({ operator, value }: AttributeCondition): string {
  if (value === undefined || value === null) return "";
  if (operator === "between" && Array.isArray(value)) return `${scalar(value[0])} to ${scalar(value[1])}`;
  if (operator === "within_last_days" || operator === "not_within_last_days") {
    return value === 1 ? "day" : `${scalar(value)} days`;
  }
  if (!Array.isArray(value)) return scalar(value);
  const more = value.length - NAMED_VALUES;
  return more > 1
    ? `${value.slice(0, NAMED_VALUES).map(scalar).join(", ")} … ${more} more`
    : value.map(scalar).join(", ");
}

function scalar(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value === "" ? '""' : value;
  return JSON.stringify(value);
}

/** The row's value: a time also says how long ago; a missing one is "not set". */
export function rowText(value: JsonValue, now: Date): string {
  if (value === null) return "not set";
  if (typeof value === "string") {
    const ago = ISO_TIME.test(value) ? timeAgo(value, now) : null;
    return ago ?? (value === "" ? '""' : value);
  }
  if (Array.isArray(value) && value.length === 0) return "[ ]";
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(", ");
  return JSON.stringify(value);
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

function timeAgo(text: string, now: Date): string | null {
  const normal = text.replace(" ", "T").replace(/([+-]\d{2})$/, "$1:00");
  const withZone = /T.*(Z|[+-]\d{2}:?\d{2})$/.test(normal) || !normal.includes("T");
  const at = new Date(withZone ? normal : `${normal}Z`);
  return Number.isNaN(at.getTime()) ? null : relativeTime(at, now);
}

/** The leaf that decides that a condition does not hold, and whether it stands under a "not". */
export type Failure = { leaf: LeafTrace; negated: boolean; others: number };

/** The first leaf to blame for a condition that is not as wanted; null when it is. */
export function firstFailure(trace: ConditionTrace, negated = false): Failure | null {
  if (trace.holds !== negated) return null;
  if ("leaf" in trace) return { leaf: trace, negated, others: 0 };
  if ("not" in trace) return firstFailure(trace.not, !negated);
  const children = "all" in trace ? trace.all : trace.any;
  const failures = children
    .map((child) => firstFailure(child, negated))
    .filter((failure) => failure !== null);
  const [first] = failures;
  if (!first) return null;
  // "All" fails by its first failing child alone; "any" only because every one of them fails.
  const needsOne = "any" in trace ? !negated : negated;
  return needsOne ? { ...first, others: first.others + failures.length - 1 } : first;
}

/** The leaves of which each alone, were it otherwise, would turn the condition round. */
export function decisiveLeaves(
  trace: ConditionTrace,
  negated = false,
): Array<{ leaf: LeafTrace; negated: boolean }> {
  if ("leaf" in trace) return [{ leaf: trace, negated }];
  if ("not" in trace) return decisiveLeaves(trace.not, !negated);
  const [children, neutral] = "all" in trace ? [trace.all, true] : [trace.any, false];
  // In an "all" that fails, and in an "any" that holds, only a sole decider can turn it round.
  if (trace.holds === neutral) return children.flatMap((child) => decisiveLeaves(child, negated));
  const deciders = children.filter(({ holds }) => holds !== neutral);
  return deciders.length === 1 && deciders[0] ? decisiveLeaves(deciders[0], negated) : [];
}
