// What still has to be filled in before a condition can be counted or saved, test by test. Pure.
// The backend has the last word; this only says early and beside the field what it would refuse.
import type { Attribute, JsonValue } from "@/contract";
import { typeOf, valueKind } from "./operators";
import { depthOf, type Group, type Leaf, leavesOf, MAXIMUM_DEPTH, MAXIMUM_LEAVES, type Node } from "./tree";

export type LeafField = "attribute" | "path" | "type" | "operator" | "value" | "ignoreCase";
/** By field; `""` is about the group or test as a whole. */
export type NodeProblems = Partial<Record<LeafField | "", string>>;
export type Problems = ReadonlyMap<string, NodeProblems>;

export const NO_PROBLEMS: Problems = new Map();
const MAXIMUM_LIST = 1_000;
const MAXIMUM_DAYS = 36_500;

export function problemsOf(tree: Group, attributes: ReadonlyArray<Attribute>): Problems {
  const problems = new Map<string, NodeProblems>();
  const visit = (node: Node) => {
    const found = node.kind === "leaf" ? leafProblems(node, attributes) : groupProblems(node);
    if (Object.keys(found).length > 0) problems.set(node.id, found);
    if (node.kind === "group") node.children.forEach(visit);
  };
  visit(tree);
  const count = leavesOf(tree).length;
  if (count > MAXIMUM_LEAVES) {
    problems.set(tree.id, { "": `${count} conditions; at most ${MAXIMUM_LEAVES} are possible.` });
  } else if (depthOf(tree) > MAXIMUM_DEPTH) {
    problems.set(tree.id, {
      "": `Groups are nested ${depthOf(tree)} deep; at most ${MAXIMUM_DEPTH} are possible, and “none” counts twice.`,
    });
  }
  return problems;
}

function groupProblems({ children }: Group): NodeProblems {
  return children.length === 0 ? { "": "Add a condition: an empty filter never means everyone." } : {};
}

export function leafProblems(leaf: Leaf, attributes: ReadonlyArray<Attribute>): NodeProblems {
  if (leaf.event !== null) return {};
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

function valueProblem(leaf: Leaf, attributes: ReadonlyArray<Attribute>): string | null {
  const { value, operator } = leaf;
  const isNumber = (each: JsonValue | undefined) => typeof each === "number" && Number.isFinite(each);
  const isText = (each: JsonValue | undefined) => typeof each === "string" && each !== "";
  switch (valueKind(typeOf(leaf, attributes), operator)) {
    case "nothing":
      return null;
    case "text":
      if (typeof value !== "string") return "Enter a text.";
      return value === "" && operator !== "equals" && operator !== "not_equals" ? "Enter a text." : null;
    case "number":
      return isNumber(value) ? null : "Enter a number.";
    case "days":
      return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAXIMUM_DAYS
        ? null
        : "Enter a whole number of days, from 1 to 36,500.";
    case "day":
    case "moment":
      return isText(value) ? null : "Choose a date.";
    case "texts":
      return listProblem(value, () => true);
    case "numbers":
      return listProblem(value, isNumber);
    case "number_range":
      return rangeProblem(value, isNumber, "Enter both numbers.", "The first number must not be larger.");
    case "day_range":
    case "moment_range":
      return rangeProblem(value, isText, "Choose both dates.", "The first date must not be later.");
  }
}

function listProblem(value: JsonValue, fits: (each: JsonValue) => boolean): string | null {
  if (!Array.isArray(value) || value.length === 0) return "Add at least one value.";
  if (value.length > MAXIMUM_LIST) {
    return `${value.length} values; at most ${MAXIMUM_LIST.toLocaleString("en-US")} are possible.`;
  }
  const wrong = value.find((each) => !fits(each));
  return wrong === undefined ? null : `“${String(wrong)}” is not a number.`;
}

function rangeProblem(
  value: JsonValue,
  fits: (each: JsonValue | undefined) => boolean,
  missing: string,
  turned: string,
): string | null {
  if (!Array.isArray(value) || !fits(value[0]) || !fits(value[1])) return missing;
  const [from, to] = value as [string | number, string | number];
  return from > to ? turned : null;
}
