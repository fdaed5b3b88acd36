// A condition as a sentence: "Customers whose plan is enterprise, and either … or …". Pure.
import type { JsonValue, Operator } from "@/contract";
import { type Phrase, type PhrasePart, strong } from "@/features/flag/model/phrase";
import { eventWords } from "./event-words";
import { OPERATOR_WORDS } from "./operators";
import { emptyLeaf, type Group, type Leaf, leavesOf, type Node } from "./tree";
import { pathText } from "./typed";

/** How many values of a list are named before "and 7 more". */
const NAMED_VALUES = 3;
const LONGEST_VALUE = 40;

const OPPOSITES: Partial<Record<Operator, Operator>> = {
  equals: "not_equals",
  not_equals: "equals",
  in: "not_in",
  not_in: "in",
  contains: "not_contains",
  not_contains: "contains",
  within_last_days: "not_within_last_days",
  not_within_last_days: "within_last_days",
  contains_any: "contains_none",
  contains_none: "contains_any",
  is_set: "is_not_set",
  is_not_set: "is_set",
};

/** From so many tests on, a sentence above the builder names only the first of every group. */
const LONG = 20;
const NAMED_OF_MANY = 3;
/** The id of a leaf that stands for others and is only counted. */
const REST = "rest";

/** The sentence for above a builder, where a hundred tests would push the builder out of sight. */
export function briefSentence(tree: Group): Phrase {
  return leavesOf(tree).length < LONG ? conditionSentence(tree) : conditionSentence(shortenedGroup(tree));
}

/** With the first of every group; the others are one leaf that says how many they are. */
function shortenedGroup(group: Group): Group {
  const children = group.children.map((child) => (child.kind === "group" ? shortenedGroup(child) : child));
  const more = children.length - NAMED_OF_MANY;
  if (more < 2) return { ...group, children };
  const others: Leaf = { ...emptyLeaf(() => REST), attribute: `${more} more` };
  return { ...group, children: [...children.slice(0, NAMED_OF_MANY), others] };
}

export function conditionSentence(tree: Group): Phrase {
  const phrase = withoutStop(tree);
  const last = phrase[phrase.length - 1];
  const text =
    last === undefined ? "" : typeof last === "string" ? last : "code" in last ? last.code : last.strong;
  return text.endsWith("…") ? phrase : [...phrase, "."];
}

function withoutStop(tree: Group): Phrase {
  if (leavesOf(tree).length === 0) return ["Nobody yet: add a condition"];
  const each = leavesOf(tree).some(({ event }) => event !== null);
  const whose = each ? "" : "whose ";
  const [only, ...more] = tree.children;
  if (only && more.length === 0) {
    if (tree.combinator === "none") {
      return only.kind === "leaf" && hasOpposite(only)
        ? [`Customers ${whose}`, ...negated(only, each)]
        : [`All customers but those ${whose}`, ...words(only, 0, each)];
    }
    return only.kind === "group" ? withoutStop(only) : [`Customers ${whose}`, ...words(only, 0, each)];
  }
  const parts = tree.children.map((child) => words(child, 1, each));
  if (tree.combinator === "none") return [`All customers but those ${whose}`, ...joined(parts, " or ")];
  return [`Customers ${whose}`, ...joined(parts, tree.combinator === "all" ? ", and " : " or ")];
}

/**
 * `inside`: how many groups of several stand around it, where "and" and "or" would be taken for theirs:
 * in one "either" and "both" keep them apart, in more it takes brackets. `each`: every test says for itself
 * "whose" or "who", because one "whose" at the beginning does not fit them all.
 */
function words(node: Node, inside: number, each: boolean): Phrase {
  if (node.id === REST && node.kind === "leaf") return [node.attribute];
  if (node.kind === "leaf") return [...pronoun(node, each), strong(leafWords(node))];
  const [only, ...more] = node.children;
  if (!only) return ["(nothing)"];
  if (more.length === 0) {
    if (node.combinator !== "none") return words(only, inside, each);
    return only.kind === "leaf" ? negated(only, each) : ["not (", ...words(only, 0, each), ")"];
  }
  const parts = node.children.map((child) => words(child, inside + 1, each));
  if (node.combinator === "none") {
    const neither = ["neither ", ...joined(parts, " nor ")];
    return inside > 1 ? ["(", ...neither, ")"] : neither;
  }
  const all = node.combinator === "all";
  const body = joined(parts, all ? " and " : " or ");
  if (inside === 0) return body;
  return more.length === 1 && inside === 1 ? [all ? "both " : "either ", ...body] : ["(", ...body, ")"];
}

function pronoun({ event }: Leaf, each: boolean): Phrase {
  if (!each) return [];
  return [event === null ? "whose " : "who "];
}

function negated(leaf: Leaf, each: boolean): Phrase {
  if (leaf.event !== null) return [...pronoun(leaf, each), strong(eventWords(leaf.event, true))];
  const opposite = leaf.operator && OPPOSITES[leaf.operator];
  return opposite
    ? [...pronoun(leaf, each), strong(leafWords({ ...leaf, operator: opposite }))]
    : ["not ", ...pronoun(leaf, each), strong(leafWords(leaf))];
}

const hasOpposite = ({ operator, event }: Leaf) =>
  event !== null || (operator !== null && OPPOSITES[operator] !== undefined);

function joined(parts: ReadonlyArray<Phrase>, by: string): Phrase {
  return parts.flatMap((part, index): ReadonlyArray<PhrasePart> => (index === 0 ? part : [by, ...part]));
}

/** How an operator over a list reads when there is one value in it. */
const SOLE_WORDS: Partial<Record<Operator, string>> = {
  in: "is",
  not_in: "is not",
  contains_any: "include",
  contains_all: "include",
  contains_none: "do not include",
};

/** `plan`, or `settings.plan.tier` inside JSON. */
export function attributeLabel({ attribute, path }: Pick<Leaf, "attribute" | "path">): string {
  return path.length === 0 ? attribute : `${attribute}.${pathText(path)}`;
}

/** "country is none of CU, KP", "last_seen_at is within the last 30 days". */
export function leafWords(leaf: Leaf): string {
  if (leaf.event !== null) return eventWords(leaf.event);
  const label = attributeLabel(leaf);
  if (leaf.attribute === "") return "…";
  if (leaf.operator === null) return `${label} …`;
  const operand = operandWords(leaf.operator, leaf.value);
  const sole = Array.isArray(leaf.value) && leaf.value.length === 1 ? SOLE_WORDS[leaf.operator] : undefined;
  const anyCase = leaf.ignoreCase ? " in any case" : "";
  return `${label} ${sole ?? OPERATOR_WORDS[leaf.operator]}${operand === "" ? "" : ` ${operand}`}${anyCase}`;
}

function operandWords(operator: Operator, value: JsonValue): string {
  switch (operator) {
    case "is_set":
    case "is_not_set":
    case "is_true":
    case "is_false":
      return "";
    case "within_last_days":
    case "not_within_last_days":
      return value === 1 ? "day" : `${value === null ? "…" : scalar(value)} days`;
    case "between": {
      const [from = null, to = null] = Array.isArray(value) ? value : [];
      return `${scalar(from)} and ${scalar(to)}`;
    }
  }
  if (!Array.isArray(value)) return scalar(value);
  if (value.length === 0) return "…";
  const more = value.length - NAMED_VALUES;
  const named = value.slice(0, more > 1 ? NAMED_VALUES : value.length).map(scalar);
  if (more > 1) return `${named.join(", ")} and ${more} more`;
  const by = operator === "contains_all" ? "and" : "or";
  return named.length < 2
    ? named.join("")
    : `${named.slice(0, -1).join(", ")} ${by} ${named[named.length - 1]}`;
}

function scalar(value: JsonValue): string {
  if (value === null) return "…";
  if (typeof value !== "string") return JSON.stringify(value);
  if (value.trim() === "") return JSON.stringify(value);
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?(?::\d{2}(?:\.\d+)?)?(Z|\+00:00)?$/.exec(value);
  if (day) {
    const [, date, time] = day;
    return time && time !== "00:00" ? `${date} ${time} UTC` : `${date}`;
  }
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 1)}…` : value;
}
