// Editing a condition's tree: adding, removing, combining, copying and moving, within the limits. Pure.
import {
  type Combinator,
  depthOf,
  emptyLeaf,
  findNode,
  type Group,
  type Leaf,
  leavesOf,
  MAXIMUM_DEPTH,
  MAXIMUM_LEAVES,
  type NewId,
  type Node,
  newNodeId,
} from "./tree";

export type Edit =
  | { edit: "set"; id: string; changes: Partial<Omit<Leaf, "kind" | "id">> }
  | { edit: "combine"; id: string; combinator: Combinator }
  | { edit: "add"; to: string; node: Node }
  | { edit: "remove"; id: string }
  /** `copy` goes right after the node. */
  | { edit: "copy"; id: string; copy: Node }
  | ({ edit: "move"; id: string } & Place)
  /** The node gets a group of its own, `group` being that group's id. */
  | { edit: "wrap"; id: string; group: string }
  /** What is in the group takes its place. */
  | { edit: "unwrap"; id: string };

/** In a group before one of its nodes, or at its end. */
export type Place = { to: string; before: string | null };

export function edited(tree: Group, edit: Edit): Group {
  switch (edit.edit) {
    case "set":
      return replaced(tree, edit.id, (node) =>
        node.kind === "leaf" ? [{ ...node, ...edit.changes }] : [node],
      );
    case "combine":
      return replaced(tree, edit.id, (node) =>
        node.kind === "group" ? [{ ...node, combinator: edit.combinator }] : [node],
      );
    case "add":
      return inserted(tree, edit.node, { to: edit.to, before: null });
    case "remove":
      return withoutEmpty(
        replaced(tree, edit.id, () => []),
        tree,
      );
    case "copy":
      return replaced(tree, edit.id, (node) => [node, edit.copy]);
    case "move":
      return moved(tree, edit.id, edit);
    case "wrap":
      return replaced(tree, edit.id, (node) => [
        { kind: "group", id: edit.group, combinator: "any", children: [node] },
      ]);
    case "unwrap":
      return replaced(tree, edit.id, (node) => (node.kind === "group" ? node.children : [node]));
  }
}

/** With others in the place of a node. The outermost group is only ever changed. */
function replaced(tree: Group, id: string, change: (node: Node) => ReadonlyArray<Node>): Group {
  const visit = (node: Node): ReadonlyArray<Node> => {
    if (node.id === id) return change(node);
    if (node.kind === "leaf") return [node];
    const children = node.children.flatMap(visit);
    return sameNodes(children, node.children) ? [node] : [{ ...node, children }];
  };
  const [only, ...more] = visit(tree);
  return only?.kind === "group" && only.id === tree.id && more.length === 0 ? only : tree;
}

const sameNodes = (a: ReadonlyArray<Node>, b: ReadonlyArray<Node>) =>
  a.length === b.length && a.every((node, index) => node === b[index]);

/** Without groups that lost their last node. The outermost one stays. */
function withoutEmpty(tree: Group, before: Group): Group {
  if (tree === before) return tree;
  const visit = (node: Node): ReadonlyArray<Node> => {
    if (node.kind === "leaf") return [node];
    const children = node.children.flatMap(visit);
    if (children.length === 0 && node !== tree) return [];
    return [sameNodes(children, node.children) ? node : { ...node, children }];
  };
  return visit(tree)[0] as Group;
}

function inserted(tree: Group, node: Node, { to, before }: Place): Group {
  return replaced(tree, to, (group) => {
    if (group.kind !== "group") return [group];
    const at = group.children.findIndex(({ id }) => id === before);
    const index = at < 0 ? group.children.length : at;
    return [{ ...group, children: group.children.toSpliced(index, 0, node) }];
  });
}

function moved(tree: Group, id: string, { to, before }: Place): Group {
  const node = findNode(tree, id);
  // A group cannot go into itself.
  if (!node || node === tree || findNode(node, to) || before === id || !findNode(tree, to)) return tree;
  const taken = replaced(tree, id, () => []);
  return withoutEmpty(inserted(taken, node, { to, before }), taken);
}

/** The same with ids of its own. */
export function copied(node: Node, newId: NewId = newNodeId): Node {
  return node.kind === "leaf"
    ? { ...node, id: newId() }
    : { ...node, id: newId(), children: node.children.map((child) => copied(child, newId)) };
}

/** One step up or down as the tree reads: past a condition, into a group, or out of one; null at the end. */
export function step(tree: Group, id: string, direction: "up" | "down"): Place | null {
  const parents = parentsOf(tree, id);
  const parent = parents.at(-1);
  if (!parent) return null;
  const at = parent.children.findIndex((child) => child.id === id);
  const next = parent.children[direction === "up" ? at - 1 : at + 1];
  if (next) {
    const inside: Place = {
      to: next.id,
      before: direction === "up" ? null : (next.kind === "group" && next.children[0]?.id) || null,
    };
    if (next.kind === "group" && whyNot(tree, { edit: "move", id, ...inside }) === null) return inside;
    const past = direction === "up" ? next.id : (parent.children[at + 2]?.id ?? null);
    return { to: parent.id, before: past };
  }
  const outer = parents.at(-2);
  if (!outer) return null;
  const of = outer.children.findIndex((child) => child.id === parent.id);
  return {
    to: outer.id,
    before: direction === "up" ? parent.id : (outer.children[of + 1]?.id ?? null),
  };
}

/** The groups around a node, the outermost first; empty for the outermost and for what is not there. */
export function parentsOf(tree: Group, id: string): ReadonlyArray<Group> {
  for (const child of tree.children) {
    if (child.id === id) return [tree];
    const inside = child.kind === "group" ? parentsOf(child, id) : [];
    if (inside.length > 0) return [tree, ...inside];
  }
  return [];
}

export const TOO_MANY = `An audience has at most ${MAXIMUM_LEAVES} conditions.`;
export const TOO_DEEP = `Groups are nested at most ${MAXIMUM_DEPTH} deep; “none” counts twice.`;

/** Why an edit would break a limit; null when it would not, or not more than it is broken already. */
export function whyNot(tree: Group, edit: Edit): string | null {
  const after = edited(tree, edit);
  const leaves = leavesOf(after).length;
  if (leaves > MAXIMUM_LEAVES && leaves > leavesOf(tree).length) return TOO_MANY;
  const depth = depthOf(after);
  return depth > MAXIMUM_DEPTH && depth > depthOf(tree) ? TOO_DEEP : null;
}

/** Why nothing more can be added to the group; null when it can. */
export function whyNoMore(tree: Group, what: "leaf" | "group", groupId: string): string | null {
  const leaf = emptyLeaf(() => "probe");
  const node: Node =
    what === "leaf" ? leaf : { kind: "group", id: "probe group", combinator: "all", children: [leaf] };
  return whyNot(tree, { edit: "add", to: groupId, node });
}
