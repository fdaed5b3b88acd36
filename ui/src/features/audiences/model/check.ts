// What still has to be filled in before a condition can be counted or saved, test by test. Pure.
// The backend has the last word; this only says early and beside the field what it would refuse.
import type { Attribute, JsonValue } from "@/contract";
import { typeOf, valueKind } from "./operators";
import {
  depthOf,
  type EventTest,
  type Group,
  type Leaf,
  leavesOf,
  MAXIMUM_DEPTH,
  MAXIMUM_LEAVES,
  type Node,
} from "./tree";
import { isDay, isMoment, numberText, readNumber } from "./typed";

export type LeafField =
  | "attribute"
  | "path"
  | "type"
  | "operator"
  | "value"
  | "ignoreCase"
  | "event"
  | "times"
  | "withinDays";
/** By field; `""` is about the group or test as a whole. */
export type NodeProblems = Partial<Record<LeafField | "", string>>;
export type Problems = ReadonlyMap<string, NodeProblems>;

export const NO_PROBLEMS: Problems = new Map();
export const MAXIMUM_LIST = 1_000;
const MAXIMUM_TIMES = 1_000_000;
const MAXIMUM_DAYS = 36_500;

export function problemsOf(tree: Group, attributes: ReadonlyArray<Attribute>): Problems {
  const problems = new Map<string, NodeProblems>();
  const visit = (node: Node) => {
    const found = node.kind === "leaf" ? leafProblems(node, attributes) : groupProblems(node);
    if (Object.keys(found).length > 0) problems.set(node.id, found);
    if (node.kind === "group") node.children.forEach(visit);
  };
  visit(tree);
  const limit = limitProblem(tree);
  if (limit !== null) problems.set(tree.id, { "": limit });
  return problems;
}

/** Which limit of the whole is broken; null when none is. */
export function limitProblem(tree: Group): string | null {
  const count = leavesOf(tree).length;
  if (count > MAXIMUM_LEAVES) return `${count} conditions; at most ${MAXIMUM_LEAVES} are possible.`;
  const depth = depthOf(tree);
  return depth > MAXIMUM_DEPTH
    ? `Groups are nested ${depth} deep; at most ${MAXIMUM_DEPTH} are possible, and “none” of several counts twice.`
    : null;
}

function groupProblems({ children }: Group): NodeProblems {
  return children.length === 0 ? { "": "Add a condition: an empty filter never means everyone." } : {};
}

export function leafProblems(leaf: Leaf, attributes: ReadonlyArray<Attribute>): NodeProblems {
  if (leaf.event !== null) return eventProblems(leaf.event);
  if (leaf.attribute === "") return { attribute: "Choose an attribute." };
  const attribute = attributes.find(({ name }) => name === leaf.attribute);
  if (!attribute) return { attribute: `Customers have no attribute “${leaf.attribute}” any more.` };
  if (attribute.type === "unsupported") {
    return { attribute: `“${leaf.attribute}” (${attribute.dbType}) cannot be used in conditions.` };
  }
  if (leaf.path.some((part) => part === "")) return { path: "A step of the path is empty." };
  if (leaf.operator === null) return { operator: "Choose what to ask of it." };
  const value = valueProblem(leaf, attributes);
  return value === null ? {} : { value };
}

function eventProblems({ event, times, withinDays }: EventTest): NodeProblems {
  return {
    ...(event === "" ? { event: "Choose an event, or any event." } : {}),
    ...(times === undefined || isWhole(times, MAXIMUM_TIMES)
      ? {}
      : { times: "Enter a whole number of times, from 1 to 1,000,000." }),
    ...(withinDays === undefined || isWhole(withinDays, MAXIMUM_DAYS) ? {} : { withinDays: WHOLE_DAYS }),
  };
}

const WHOLE_DAYS = "Enter a whole number of days, from 1 to 36,500.";

function isWhole(value: JsonValue, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}

function valueProblem(leaf: Leaf, attributes: ReadonlyArray<Attribute>): string | null {
  const { value, operator } = leaf;
  const isNumber = (each: JsonValue | undefined) => typeof each === "number" && Number.isFinite(each);
  switch (valueKind(typeOf(leaf, attributes), operator)) {
    case "nothing":
      return null;
    case "text":
      if (typeof value !== "string") return "Enter a text.";
      return value === "" && operator !== "equals" && operator !== "not_equals" ? "Enter a text." : null;
    case "number":
      return isNumber(value) ? null : readNumber(numberText(value)).problem;
    case "days":
      return isWhole(value, MAXIMUM_DAYS) ? null : WHOLE_DAYS;
    case "day":
      return isDay(value) ? null : dateProblem(value, "");
    case "moment":
      return isMoment(value) ? null : dateProblem(value, " 09:30");
    case "texts":
      return listProblem(value, () => true);
    case "numbers":
      return listProblem(value, isNumber);
    case "number_range":
      return rangeProblem(value, isNumber, "Enter both numbers.", "The first number must not be larger.");
    case "day_range":
      return datesProblem(value, isDay, "");
    case "moment_range":
      return datesProblem(value, isMoment, " 09:30");
  }
}

function dateProblem(value: JsonValue, time: string): string {
  return typeof value === "string" && value !== ""
    ? `“${value}” is no date that there is. Type one such as 2026-01-31${time}.`
    : "Choose a date.";
}

function datesProblem(
  value: JsonValue,
  fits: (each: JsonValue | undefined) => boolean,
  time: string,
): string | null {
  const ends = Array.isArray(value) ? value : [];
  const wrong = ends.find((end) => end !== null && end !== "" && !fits(end));
  if (wrong !== undefined) return dateProblem(wrong, time);
  return rangeProblem(value, fits, "Choose both dates.", "The first date must not be later.");
}

function listProblem(value: JsonValue, fits: (each: JsonValue) => boolean): string | null {
  if (!Array.isArray(value) || value.length === 0) return "Add at least one value.";
  if (value.length > MAXIMUM_LIST) {
    return `${value.length.toLocaleString("en-US")} values; at most ${MAXIMUM_LIST.toLocaleString("en-US")} are possible.`;
  }
  const wrong = value.find((each) => !fits(each));
  if (wrong === undefined) return null;
  const problem = readNumber(String(wrong)).problem ?? "It is not a number.";
  return problem.includes(String(wrong)) ? problem : `“${String(wrong)}”: ${problem}`;
}

function rangeProblem(
  value: JsonValue,
  fits: (each: JsonValue | undefined) => boolean,
  missing: string,
  turned: string,
): string | null {
  if (!Array.isArray(value) || !fits(value[0]) || !fits(value[1])) return missing;
  const [from, to] = value as [string | number, string | number];
  const place = (end: string | number) => (typeof end === "number" ? end : Date.parse(end));
  return place(from) > place(to) ? turned : null;
}

/** Only what is typed and wrong; what is merely missing has time until somebody wants to save. */
export function typedWrong(leaf: Leaf, attributes: ReadonlyArray<Attribute>): NodeProblems {
  const { value, times, withinDays, attribute } = leafProblems(leaf, attributes);
  return {
    ...(attribute !== undefined && leaf.attribute !== "" ? { attribute } : {}),
    ...(value !== undefined && isTyped(leaf.value) ? { value } : {}),
    ...(times !== undefined ? { times } : {}),
    ...(withinDays !== undefined ? { withinDays } : {}),
  };
}

function isTyped(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(isTyped);
  return value !== null && value !== "";
}
