// The builder: a condition as nested groups of tests, edited by keyboard, pointer and palette. The condition
// itself is its owner's; here is only where the keyboard goes next and what is being dragged.
import { type FocusEvent, type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useActions } from "@/app/actions";
import type { Attribute } from "@/contract";
import { useSameFunctions } from "@/features/flag/rules/use-same-functions";
import type { Problems } from "../model/check";
import { copied, type Edit, parentsOf, step, whyNoMore, whyNot } from "../model/edit";
import {
  type Combinator,
  emptyLeaf,
  emptyTree,
  findNode,
  type Group,
  type Leaf,
  leavesOf,
  type Node,
  newNodeId,
  withSameNodes,
} from "../model/tree";
import classes from "./ConditionBuilder.module.css";
import { GroupBox } from "./GroupBox";
import type { HandleEntry } from "./Handle";
import { type Grab, useDrag } from "./use-drag";
import { useSameProblems } from "./use-same-problems";
import { type Source, useSource } from "./use-source";

/** What a row or group can ask for; the same functions for as long as the builder is shown. */
export type NodeActions = {
  change: (leaf: Leaf) => void;
  combine: (id: string, combinator: Combinator) => void;
  remove: (id: string) => void;
  grab: Grab;
  entries: (id: string) => ReadonlyArray<HandleEntry>;
};

/** What every group of one builder shares. */
export type Builder = {
  tree: Group;
  attributes: ReadonlyArray<Attribute>;
  source: Source;
  problems: Problems;
  /** By node id: conditions and groups counted in reading order, from 1. */
  numbers: ReadonlyMap<string, number>;
  /** False in the very first moment, when only the first rows are drawn. */
  whole: boolean;
  actions: NodeActions;
  onAdd: (what: "leaf" | "group", groupId: string) => void;
};

type Props = Pick<Builder, "tree" | "attributes" | "problems"> & { onEdit: (edit: Edit) => void };

const nodeSelector = (id: string) => `[data-node="${CSS.escape(id)}"]`;

export function ConditionBuilder({ tree: given, attributes, problems, onEdit }: Props) {
  const last = useRef(given);
  const tree = useMemo(() => withSameNodes(last.current, given), [given]);
  last.current = tree;
  const place = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const source = useSource();
  // A condition that is added or removed renumbers all below: behind the scenes, not before the next keystroke.
  const settled = useDeferredValue(tree);
  const numbers = useMemo(() => numbered(settled), [settled]);
  const whole = useDeferredValue(true, false);
  const shownProblems = useSameProblems(problems);

  const nameOf = (id: string) => {
    const node = findNode(tree, id);
    if (!node) return "";
    return `${node.kind === "leaf" ? "condition" : "group"} ${numbered(tree).get(id)}`;
  };
  /** Edits, then goes where the keyboard should be. */
  const editAndGo = (edit: Edit, goTo: string) => {
    flushSync(() => onEdit(edit));
    const target = place.current?.querySelector<HTMLElement>(goTo);
    (target ?? place.current?.querySelector<HTMLElement>("[data-add]"))?.focus();
  };
  const move = (id: string, edit: Edit & { edit: "move" }) => {
    const focus = document.activeElement;
    flushSync(() => onEdit(edit));
    // In another group the row is drawn anew.
    const kept = focus instanceof HTMLElement && focus.isConnected && focus !== document.body ? focus : null;
    (kept ?? place.current?.querySelector<HTMLElement>(`${nodeSelector(id)} [data-handle]`))?.focus();
    setSaid(`Moved ${nameOf(id)}.`);
  };
  const stepTo = (id: string, direction: "up" | "down") => {
    const target = step(tree, id, direction);
    const why = target && whyNot(tree, { edit: "move", id, ...target });
    if (target && why === null) move(id, { edit: "move", id, ...target });
    else setSaid(why ?? `It is ${direction === "up" ? "the first" : "the last"} already.`);
  };
  const add = (what: "leaf" | "group", groupId: string) => {
    const node = what === "leaf" ? emptyLeaf() : { ...emptyTree(), combinator: "any" as const };
    const first = leavesOf(node)[0];
    editAndGo(
      { edit: "add", to: groupId, node },
      `${nodeSelector(first?.id ?? "")} [aria-haspopup="listbox"]`,
    );
  };
  const remove = (id: string) => {
    const group = parentsOf(tree, id).at(-1) ?? tree;
    const at = group.children.findIndex((child) => child.id === id);
    const next = group.children[at + 1] ?? group.children[at - 1];
    setSaid(`Removed ${nameOf(id)}.`);
    editAndGo(
      { edit: "remove", id },
      next ? `${nodeSelector(next.id)} [data-handle]` : `[data-add="${CSS.escape(group.id)}"]`,
    );
  };
  const copy = (node: Node) => {
    const twin = copied(node);
    editAndGo({ edit: "copy", id: node.id, copy: twin }, `${nodeSelector(twin.id)} [data-handle]`);
  };
  const entriesFor = (id: string): ReadonlyArray<HandleEntry> => {
    const node = findNode(tree, id);
    if (!node || node === tree) return [];
    const wrap: Edit = { edit: "wrap", id, group: newNodeId() };
    const goBack = `${nodeSelector(id)} [data-handle]`;
    return [
      {
        label: "Duplicate",
        why: whyNot(tree, { edit: "copy", id, copy: copied(node) }),
        run: () => copy(node),
      },
      { label: "Move up", shortcut: "Alt ↑", run: () => stepTo(id, "up") },
      { label: "Move down", shortcut: "Alt ↓", run: () => stepTo(id, "down") },
      { label: "Put into a group", why: whyNot(tree, wrap), run: () => editAndGo(wrap, goBack) },
      ...(node.kind === "group"
        ? [
            {
              label: "Dissolve the group",
              run: () =>
                editAndGo(
                  { edit: "unwrap", id },
                  `${nodeSelector(node.children[0]?.id ?? "")} [data-handle]`,
                ),
            },
          ]
        : []),
      { label: node.kind === "leaf" ? "Remove" : "Remove the group", run: () => remove(id) },
    ];
  };
  const grab = useDrag({
    root: place,
    line,
    allowed: (id, { to, before }) => whyNot(tree, { edit: "move", id, to, before }) === null,
    onDrop: (id, { to, before }) => move(id, { edit: "move", id, to, before }),
  });
  const actions = useSameFunctions({
    change: ({ kind: _kind, id, ...changes }: Leaf) => onEdit({ edit: "set", id, changes }),
    combine: (id: string, combinator: Combinator) => onEdit({ edit: "combine", id, combinator }),
    remove,
    grab,
  });
  const latestEntries = useRef(entriesFor);
  latestEntries.current = entriesFor;
  const nodeActions = useMemo<NodeActions>(
    () => ({ ...actions, entries: (id) => latestEntries.current(id) }),
    [actions],
  );

  const about = focused !== null && findNode(tree, focused) ? focused : null;
  useActions([
    {
      id: "builder.add-condition",
      label: "Add a condition",
      disabled: whyNoMore(tree, "leaf", tree.id) !== null,
      run: () => add("leaf", tree.id),
    },
    {
      id: "builder.add-group",
      label: "Add a group of conditions",
      disabled: whyNoMore(tree, "group", tree.id) !== null,
      run: () => add("group", tree.id),
    },
    ...(about === null
      ? []
      : entriesFor(about).map(({ label, why, run }) => ({
          id: `builder.${label}`,
          label: `${label}: ${nameOf(about)}`,
          disabled: Boolean(why),
          run,
        }))),
  ]);

  const builder: Builder = {
    tree,
    attributes,
    source,
    problems: shownProblems,
    numbers,
    whole,
    actions: nodeActions,
    onAdd: add,
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the rows inside
    <div
      ref={place}
      className={classes.builder}
      onFocus={(event: FocusEvent<HTMLElement>) => setFocused(nodeAround(event.target))}
      onKeyDownCapture={(event: KeyboardEvent<HTMLElement>) => {
        const direction = event.key === "ArrowUp" ? "up" : event.key === "ArrowDown" ? "down" : null;
        const id = event.target instanceof Element ? nodeAround(event.target) : null;
        if (!event.altKey || direction === null || id === null || id === tree.id) return;
        event.preventDefault();
        event.stopPropagation();
        stepTo(id, direction);
      }}
    >
      <GroupBox group={tree} builder={builder} depth={0} />
      <div ref={line} className={classes.line} hidden aria-hidden />
      <span className="hidden" aria-live="polite">
        {said}
      </span>
    </div>
  );
}

const nodeAround = (element: Element) => element.closest<HTMLElement>("[data-node]")?.dataset.node ?? null;

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
