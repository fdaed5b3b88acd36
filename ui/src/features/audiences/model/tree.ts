// A condition as the builder edits it: a tree of groups and leaves with ids that stay while it changes.
// Pure; knows nothing of React, of attributes or of words.
import type {
  AttributeType,
  Condition,
  ConditionLeaf,
  EventCondition,
  JsonValue,
  Operator,
} from "@/contract";
import { sameValue } from "@/features/flag/model/value";

/** A test of events as it is being filled in: numbers may still be what was typed, and are absent when not asked. */
export type EventTest = Pick<EventCondition, "event" | "operator"> & {
  times?: JsonValue;
  withinDays?: JsonValue;
};

/** `none` is how the builder says `not any`. */
export type Combinator = "all" | "any" | "none";

export type Group = { kind: "group"; id: string; combinator: Combinator; children: ReadonlyArray<Node> };

/** One test of one attribute, or of events; what is not chosen yet is empty or null. */
export type Leaf = {
  kind: "leaf";
  id: string;
  attribute: string;
  /** Inside a json attribute: where to look, and what to read the value as. */
  path: ReadonlyArray<string>;
  readAs: AttributeType | null;
  operator: Operator | null;
  value: JsonValue;
  ignoreCase: boolean;
  /** A test of events; all above is empty then. */
  event: EventTest | null;
};

export type Node = Group | Leaf;

/** Groups inside groups, and tests altogether (domain limits). */
export const MAXIMUM_DEPTH = 5;
export const MAXIMUM_LEAVES = 100;

export type NewId = () => string;
export const newNodeId: NewId = () => crypto.randomUUID();

export function emptyLeaf(newId: NewId = newNodeId): Leaf {
  return {
    kind: "leaf",
    id: newId(),
    attribute: "",
    path: [],
    readAs: null,
    operator: null,
    value: null,
    ignoreCase: false,
    event: null,
  };
}

/** What a new audience starts from: one test to fill in. */
export function emptyTree(newId: NewId = newNodeId): Group {
  return { kind: "group", id: newId(), combinator: "all", children: [emptyLeaf(newId)] };
}

/** Customers by their ids, none of them named yet. */
export function listOfCustomers(idAttribute: string, newId: NewId = newNodeId): Group {
  const leaf: Leaf = { ...emptyLeaf(newId), attribute: idAttribute, operator: "in", value: [] };
  return { kind: "group", id: newId(), combinator: "all", children: [leaf] };
}

/** The tree of a stored condition; a sole test is wrapped in a group. */
export function fromCondition(condition: Condition, newId: NewId = newNodeId): Group {
  const node = nodeOf(condition, newId);
  return node.kind === "group" ? node : { kind: "group", id: newId(), combinator: "all", children: [node] };
}

function nodeOf(condition: Condition, newId: NewId): Node {
  const group = (combinator: Combinator, parts: ReadonlyArray<Condition>): Group => ({
    kind: "group",
    id: newId(),
    combinator,
    children: parts.map((part) => nodeOf(part, newId)),
  });
  if ("all" in condition) return group("all", condition.all);
  if ("any" in condition) return group("any", condition.any);
  if ("not" in condition) {
    return group("none", "any" in condition.not ? condition.not.any : [condition.not]);
  }
  if ("event" in condition) return { ...emptyLeaf(newId), event: condition };
  return {
    kind: "leaf",
    id: newId(),
    attribute: condition.attribute,
    path: condition.path ?? [],
    readAs: condition.type ?? null,
    operator: condition.operator,
    value: condition.value ?? null,
    ignoreCase: condition.ignoreCase ?? false,
    event: null,
  };
}

/** The condition to send. What is not chosen yet is sent as it is: the backend refuses it by name. */
export function toCondition(tree: Group): Condition {
  return written(tree, "condition", []);
}

type Place = { path: string; id: string };

/** Writes a node, and in `places` which path of the condition is which node. */
function written(node: Node, path: string, places: Array<Place>): Condition {
  places.push({ path, id: node.id });
  if (node.kind === "leaf") return writtenLeaf(node);
  const inside = (name: string) =>
    node.children.map((child, index) => written(child, `${path}.${name}[${index}]`, places));
  if (node.combinator === "all") return { all: inside("all") };
  if (node.combinator === "any") return { any: inside("any") };
  const [only, ...others] = node.children;
  if (only && others.length === 0) return { not: written(only, `${path}.not`, places) };
  return { not: { any: inside("not.any") } };
}

function writtenLeaf(leaf: Leaf): ConditionLeaf {
  // What was typed and is no number is refused beside its field.
  if (leaf.event !== null) return leaf.event as EventCondition;
  return {
    attribute: leaf.attribute,
    ...(leaf.path.length > 0 ? { path: [...leaf.path] } : {}),
    ...(leaf.readAs === null ? {} : { type: leaf.readAs }),
    operator: leaf.operator ?? "is_set",
    ...(leaf.value === null ? {} : { value: leaf.value }),
    ...(leaf.ignoreCase ? { ignoreCase: true } : {}),
  };
}

/** Which node a violation is about, and what of it, as in `value`; null when it is about no node. */
export function nodeAt(tree: Group, path: string): { id: string; field: string } | null {
  const places: Array<Place> = [];
  written(tree, "condition", places);
  const whole = path.replace(/^changes\./, "");
  const found = places
    .filter(({ path: place }) => whole === place || whole.startsWith(`${place}.`))
    .sort((a, b) => b.path.length - a.path.length)
    .at(0);
  if (!found) return null;
  return { id: found.id, field: /^\.?([A-Za-z]+)/.exec(whole.slice(found.path.length))?.[1] ?? "" };
}

export function sameCondition(a: Group, b: Group): boolean {
  return sameValue(toCondition(a) as JsonValue, toCondition(b) as JsonValue);
}

/** `now`, with the very nodes of `before` wherever they say the same: what was stored and read again is new. */
export function withSameNodes(before: Group, now: Group): Group {
  const known = new Map<string, Node>();
  const remember = (node: Node) => {
    known.set(node.id, node);
    if (node.kind === "group") node.children.forEach(remember);
  };
  remember(before);
  const visit = (node: Node): Node => {
    const old = known.get(node.id);
    if (old === node) return node;
    if (node.kind === "leaf") return old?.kind === "leaf" && sameLeaf(old, node) ? old : node;
    const children = node.children.map(visit);
    if (old?.kind !== "group" || old.combinator !== node.combinator) return { ...node, children };
    const same =
      old.children.length === children.length && old.children.every((child, i) => child === children[i]);
    return same ? old : { ...node, children };
  };
  return visit(now) as Group;
}

function sameLeaf(a: Leaf, b: Leaf): boolean {
  const { event: ofA, kind: _a, ...restA } = a;
  const { event: ofB, kind: _b, ...restB } = b;
  return (
    sameValue({ ...restA, path: [...a.path] }, { ...restB, path: [...b.path] }) &&
    sameValue(ofA as JsonValue, ofB as JsonValue)
  );
}

export function leavesOf(node: Node): ReadonlyArray<Leaf> {
  return node.kind === "leaf" ? [node] : node.children.flatMap(leavesOf);
}

export function findNode(node: Node, id: string): Node | undefined {
  if (node.id === id) return node;
  if (node.kind === "leaf") return undefined;
  for (const child of node.children) {
    const found = findNode(child, id);
    if (found) return found;
  }
  return undefined;
}

/** How deep groups are nested as the condition counts it: `not any` counts twice. */
export function depthOf(node: Node): number {
  if (node.kind === "leaf") return 0;
  const inner = Math.max(0, ...node.children.map(depthOf));
  return inner + (node.combinator === "none" && node.children.length > 1 ? 2 : 1);
}
