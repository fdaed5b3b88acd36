// The builder: a condition as nested groups of tests, edited by keyboard, pointer and palette. The condition
// itself is its owner's; here is only where the keyboard goes next and what is being dragged.
import { type FocusEvent, type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type Action, useActions } from "@/app/actions";
import type { Attribute } from "@/contract";
import { useSameFunctions } from "@/features/flag/rules/use-same-functions";
import type { Problems } from "../model/check";
import { copied, type Edit, parentsOf, step, whyNot } from "../model/edit";
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
import { type Limits, NO_LIMIT, useByShape, useLimits } from "./use-limits";
import { type Near, useNear } from "./use-near";
import { useSameProblems } from "./use-same-problems";
import { type Source, useSource } from "./use-source";

/** What a row or group can ask for; the same functions for as long as the builder is shown. */
export type NodeActions = {
  change: (leaf: Leaf) => void;
  combine: (id: string, combinator: Combinator) => void;
  remove: (id: string) => void;
  grab: Grab;
  add: (what: "leaf" | "group", groupId: string) => void;
  entries: (id: string) => ReadonlyArray<HandleEntry>;
};

/** What every group of one builder shares; the same object while only what is typed changes. */
export type Builder = {
  attributes: ReadonlyArray<Attribute>;
  source: Source;
  problems: Problems;
  /** By node id: conditions and groups counted in reading order, from 1. */
  numbers: ReadonlyMap<string, number>;
  /** By group id. */
  limits: ReadonlyMap<string, Limits>;
  near: Near | null;
  actions: NodeActions;
};

type Props = Pick<Builder, "attributes" | "problems"> & { tree: Group; onEdit: (edit: Edit) => void };

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
  const numbers = useByShape(settled, numbered);
  const limits = useLimits(tree);
  const near = useNear(place);
  const shownProblems = useSameProblems(problems);

  const nameOf = (id: string) => {
    const node = findNode(tree, id);
    if (!node) return "";
    return `${node.kind === "leaf" ? "condition" : "group"} ${numbered(tree).get(id)}`;
  };
  /** What the keyboard can go to in a node. */
  const inside = (id: string, selector: string) => {
    flushSync(() => near?.drawNow(id));
    return place.current?.querySelector<HTMLElement>(`${nodeSelector(id)} ${selector}`) ?? null;
  };
  const HANDLE = "[data-handle]";
  /** Edits, then goes where the keyboard should be: to a node's handle unless said otherwise. */
  const editAndGo = (edit: Edit, id: string | null, selector = HANDLE) => {
    flushSync(() => onEdit(edit));
    const target = id === null ? null : inside(id, selector);
    (target ?? place.current?.querySelector<HTMLElement>("[data-add]"))?.focus();
  };
  const move = (id: string, edit: Edit & { edit: "move" }) => {
    const focus = document.activeElement;
    flushSync(() => onEdit(edit));
    // In another group the row is drawn anew.
    const kept = focus instanceof HTMLElement && focus.isConnected && focus !== document.body ? focus : null;
    (kept ?? inside(id, HANDLE))?.focus();
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
    editAndGo({ edit: "add", to: groupId, node }, first?.id ?? null, '[aria-haspopup="listbox"]');
  };
  const remove = (id: string) => {
    const group = parentsOf(tree, id).at(-1) ?? tree;
    const at = group.children.findIndex((child) => child.id === id);
    const next = group.children[at + 1] ?? group.children[at - 1];
    setSaid(`Removed ${nameOf(id)}.`);
    if (next) editAndGo({ edit: "remove", id }, next.id);
    else editAndGo({ edit: "remove", id }, group.id, `[data-add="${CSS.escape(group.id)}"]`);
  };
  const copy = (node: Node) => {
    const twin = copied(node);
    editAndGo({ edit: "copy", id: node.id, copy: twin }, twin.id);
  };
  const entriesFor = (id: string): ReadonlyArray<HandleEntry> => {
    const node = findNode(tree, id);
    if (!node || node === tree) return [];
    const wrap: Edit = { edit: "wrap", id, group: newNodeId() };
    return [
      {
        label: "Duplicate",
        why: whyNot(tree, { edit: "copy", id, copy: copied(node) }),
        run: () => copy(node),
      },
      { label: "Move up", shortcut: "Alt ↑", run: () => stepTo(id, "up") },
      { label: "Move down", shortcut: "Alt ↓", run: () => stepTo(id, "down") },
      { label: "Put into a group", why: whyNot(tree, wrap), run: () => editAndGo(wrap, id) },
      ...(node.kind === "group"
        ? [
            {
              label: "Dissolve the group",
              run: () => editAndGo({ edit: "unwrap", id }, node.children[0]?.id ?? null),
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
    add,
    grab,
  });
  const latestEntries = useRef(entriesFor);
  latestEntries.current = entriesFor;
  const nodeActions = useMemo<NodeActions>(
    () => ({ ...actions, entries: (id) => latestEntries.current(id) }),
    [actions],
  );

  const about = focused !== null && findNode(tree, focused) ? focused : null;
  // What can be done with a node depends on the condition's shape alone: not worked out anew at every key.
  const offered = useByShape(tree, () => new Map<string, ReadonlyArray<Action>>());
  const actionsOn = (id: string) => {
    const known = offered.get(id);
    if (known) return known;
    const fresh = entriesFor(id).map(({ label, why }) => ({
      id: `builder.${label}`,
      label: `${label}: ${nameOf(id)}`,
      disabled: Boolean(why),
      run: () =>
        latestEntries
          .current(id)
          .find((entry) => entry.label === label)
          ?.run(),
    }));
    offered.set(id, fresh);
    return fresh;
  };
  const { noLeaf, noGroup } = limits.get(tree.id) ?? NO_LIMIT;
  useActions([
    {
      id: "builder.add-condition",
      label: "Add a condition",
      disabled: noLeaf !== null,
      run: () => add("leaf", tree.id),
    },
    {
      id: "builder.add-group",
      label: "Add a group of conditions",
      disabled: noGroup !== null,
      run: () => add("group", tree.id),
    },
    ...(about === null ? [] : actionsOn(about)),
  ]);

  const builder = useMemo<Builder>(
    () => ({ attributes, source, problems: shownProblems, numbers, limits, near, actions: nodeActions }),
    [attributes, source, shownProblems, numbers, limits, near, nodeActions],
  );
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
