// What can be asked of an attribute, in plain words, and what has to be typed for it. Pure.
import type { Attribute, AttributeType, JsonValue, Operator } from "@/contract";
import type { Leaf } from "./tree";

/** What an operator wants typed beside it. */
export type ValueKind =
  | "nothing"
  | "text"
  | "texts"
  | "number"
  | "numbers"
  | "number_range"
  | "day"
  | "day_range"
  | "moment"
  | "moment_range"
  | "days";

const ORDER: Partial<Record<AttributeType, ReadonlyArray<Operator>>> = {
  text: [
    "equals",
    "not_equals",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "is_set",
    "is_not_set",
  ],
  number: [
    "equals",
    "not_equals",
    "in",
    "not_in",
    "less_than",
    "at_most",
    "greater_than",
    "at_least",
    "between",
    "is_set",
    "is_not_set",
  ],
  boolean: ["is_true", "is_false", "is_set", "is_not_set"],
  timestamp: [
    "within_last_days",
    "not_within_last_days",
    "before",
    "after",
    "between",
    "is_set",
    "is_not_set",
  ],
  date: ["within_last_days", "not_within_last_days", "before", "after", "between", "is_set", "is_not_set"],
  text_array: ["contains_any", "contains_all", "contains_none", "is_set", "is_not_set"],
  json: ["is_set", "is_not_set"],
};

/** As in "plan **is one of** …". */
export const OPERATOR_WORDS: Record<Operator, string> = {
  equals: "is",
  not_equals: "is not",
  in: "is one of",
  not_in: "is none of",
  contains: "contains",
  not_contains: "does not contain",
  starts_with: "starts with",
  ends_with: "ends with",
  less_than: "is less than",
  at_most: "is at most",
  greater_than: "is more than",
  at_least: "is at least",
  between: "is between",
  is_true: "is true",
  is_false: "is false",
  before: "is before",
  after: "is after",
  within_last_days: "is within the last",
  not_within_last_days: "is not within the last",
  contains_any: "include any of",
  contains_all: "include all of",
  contains_none: "include none of",
  is_set: "is set",
  is_not_set: "is not set",
};

export const TYPE_WORDS: Record<AttributeType, string> = {
  text: "text",
  number: "number",
  boolean: "true or false",
  timestamp: "time",
  date: "date",
  text_array: "list of texts",
  json: "JSON",
  unsupported: "cannot be used",
};

/** What a value inside JSON can be read as. */
export const READ_AS: ReadonlyArray<AttributeType> = [
  "text",
  "number",
  "boolean",
  "timestamp",
  "date",
  "text_array",
];

/** Operators that hold for a customer without a value, which surprises unless it is said. */
const NEGATIVE: ReadonlySet<Operator> = new Set<Operator>([
  "not_equals",
  "not_in",
  "not_contains",
  "not_within_last_days",
  "contains_none",
]);

export function holdsForMissing(operator: Operator | null): boolean {
  return operator !== null && NEGATIVE.has(operator);
}

/** The type that the leaf is read as; null while it is not known. */
export function typeOf(leaf: Leaf, attributes: ReadonlyArray<Attribute>): AttributeType | null {
  const attribute = attributes.find(({ name }) => name === leaf.attribute);
  if (!attribute) return null;
  return attribute.type === "json" ? (leaf.readAs ?? "json") : attribute.type;
}

export function operatorsFor(type: AttributeType | null): ReadonlyArray<Operator> {
  return (type && ORDER[type]) ?? [];
}

export function takesIgnoreCase(type: AttributeType | null, operator: Operator | null): boolean {
  return type === "text" && operator !== null && operator !== "is_set" && operator !== "is_not_set";
}

export function valueKind(type: AttributeType | null, operator: Operator | null): ValueKind {
  if (type === null || operator === null) return "nothing";
  switch (operator) {
    case "is_set":
    case "is_not_set":
    case "is_true":
    case "is_false":
      return "nothing";
    case "within_last_days":
    case "not_within_last_days":
      return "days";
    case "in":
    case "not_in":
      return type === "number" ? "numbers" : "texts";
    case "contains_any":
    case "contains_all":
    case "contains_none":
      return "texts";
    case "between":
      return type === "number" ? "number_range" : type === "date" ? "day_range" : "moment_range";
    case "before":
    case "after":
      return type === "date" ? "day" : "moment";
    default:
      return type === "number" ? "number" : "text";
  }
}

const DEFAULT_DAYS = 30;

/** What was typed, as far as it still makes sense for another kind of value. */
export function carriedValue(value: JsonValue, from: ValueKind, to: ValueKind): JsonValue {
  if (from === to) return value;
  const family = (kind: ValueKind) => kind.replace(/s$|_range$/, "");
  const same = to !== "days" && from !== "days" && family(from) === family(to);
  const first = Array.isArray(value) ? (value[0] ?? null) : value;
  switch (to) {
    case "nothing":
      return null;
    case "days":
      return DEFAULT_DAYS;
    case "texts":
    case "numbers":
      return same && first !== null && first !== "" ? [first] : [];
    case "number_range":
    case "day_range":
    case "moment_range":
      return [same ? first : null, null];
    default:
      return same ? first : null;
  }
}

/** The leaf after another attribute was picked: operator and value stay where they still fit. */
export function withAttribute(leaf: Leaf, attribute: Attribute, attributes: ReadonlyArray<Attribute>): Leaf {
  const json = attribute.type === "json";
  const next: Leaf = {
    ...leaf,
    attribute: attribute.name,
    path: json ? leaf.path : [],
    readAs: json ? (leaf.readAs ?? "text") : null,
  };
  return refitted(leaf, next, attributes);
}

/** The leaf after it is read as another type (JSON only). */
export function withReadAs(leaf: Leaf, readAs: AttributeType, attributes: ReadonlyArray<Attribute>): Leaf {
  return refitted(leaf, { ...leaf, readAs }, attributes);
}

export function withOperator(leaf: Leaf, operator: Operator, attributes: ReadonlyArray<Attribute>): Leaf {
  return refitted(leaf, { ...leaf, operator }, attributes);
}

function refitted(before: Leaf, after: Leaf, attributes: ReadonlyArray<Attribute>): Leaf {
  const type = typeOf(after, attributes);
  const possible = operatorsFor(type);
  const operator =
    after.operator && possible.includes(after.operator) ? after.operator : (possible[0] ?? null);
  return {
    ...after,
    operator,
    value: carriedValue(
      before.value,
      valueKind(typeOf(before, attributes), before.operator),
      valueKind(type, operator),
    ),
    ignoreCase: after.ignoreCase && takesIgnoreCase(type, operator),
  };
}
