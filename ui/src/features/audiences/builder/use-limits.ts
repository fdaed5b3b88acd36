// What each group may still take in, and which limit of the whole is broken: known again only when the condition's
// shape changes, not at every key.
import { useRef } from "react";
import { limitProblem } from "../model/check";
import { whyNoMore } from "../model/edit";
import type { Group, Node } from "../model/tree";

export type Limits = {
  /** Why no condition can be added to it; null when one can. */
  noLeaf: string | null;
  /** The same for a group. */
  noGroup: string | null;
  /** Which limit the whole condition breaks; said by the outermost group. */
  broken: string | null;
};

export const NO_LIMIT: Limits = { noLeaf: null, noGroup: null, broken: null };

export function useLimits(tree: Group): ReadonlyMap<string, Limits> {
  return useByShape(tree, limitsOf);
}

function limitsOf(tree: Group): ReadonlyMap<string, Limits> {
  const limits = new Map<string, Limits>();
  const visit = (node: Node) => {
    if (node.kind === "leaf") return;
    limits.set(node.id, {
      noLeaf: whyNoMore(tree, "leaf", node.id),
      noGroup: whyNoMore(tree, "group", node.id),
      broken: node === tree ? limitProblem(tree) : null,
    });
    node.children.forEach(visit);
  };
  visit(tree);
  return limits;
}

/** What follows from which nodes there are and how they are nested; the same object until that changes. */
export function useByShape<Value>(tree: Group, of: (tree: Group) => Value): Value {
  const last = useRef<{ shape: string; value: Value } | null>(null);
  const shape = shapeOf(tree);
  if (last.current?.shape !== shape) last.current = { shape, value: of(tree) };
  return last.current.value;
}

function shapeOf(node: Node): string {
  return node.kind === "leaf"
    ? node.id
    : `${node.id} ${node.combinator}(${node.children.map(shapeOf).join()})`;
}
