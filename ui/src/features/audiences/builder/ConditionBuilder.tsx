// The builder: a condition as nested groups of tests. Keeps no state but where the keyboard goes next.
import { useEffect, useMemo, useRef } from "react";
import type { Attribute } from "@/contract";
import type { Problems } from "../model/check";
import { type Edit, emptyLeaf, emptyTree, type Group, leavesOf, type Node } from "../model/tree";
import { GroupBox } from "./GroupBox";

/** What every group of one builder shares. */
export type Builder = {
  tree: Group;
  attributes: ReadonlyArray<Attribute>;
  problems: Problems;
  /** By node id: conditions and groups counted in reading order, from 1. */
  numbers: ReadonlyMap<string, number>;
  onEdit: (edit: Edit) => void;
  onAdd: (what: "leaf" | "group", groupId: string) => void;
  onRemove: (id: string, groupId: string) => void;
};

type Props = Pick<Builder, "tree" | "attributes" | "problems" | "onEdit">;

export function ConditionBuilder({ tree, attributes, problems, onEdit }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const goTo = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after the tree was drawn anew
  useEffect(() => {
    if (goTo.current === null) return;
    const target =
      place.current?.querySelector<HTMLElement>(goTo.current) ??
      place.current?.querySelector<HTMLElement>("[data-add]");
    goTo.current = null;
    target?.focus();
  }, [tree]);

  const numbers = useMemo(() => numbered(tree), [tree]);
  const builder: Builder = {
    tree,
    attributes,
    problems,
    numbers,
    onEdit,
    onAdd: (what, groupId) => {
      const node = what === "leaf" ? emptyLeaf() : { ...emptyTree(), combinator: "any" as const };
      const first = leavesOf(node)[0];
      goTo.current = `[data-node="${first?.id}"] button`;
      onEdit({ edit: "add", to: groupId, node });
    },
    onRemove: (id, groupId) => {
      goTo.current = `[data-add="${groupId}"]`;
      onEdit({ edit: "remove", id });
    },
  };
  return (
    <div ref={place}>
      <GroupBox group={tree} builder={builder} depth={0} />
    </div>
  );
}

function numbered(tree: Group): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  let leaves = 0;
  let groups = -1;
  const visit = (node: Node) => {
    if (node.kind === "leaf") {
      numbers.set(node.id, ++leaves);
    } else {
      numbers.set(node.id, ++groups);
      node.children.forEach(visit);
    }
  };
  visit(tree);
  return numbers;
}
