// An audience's condition as rows: its tests, with a line for each group that does not ask for all. Pure.
import type { ConditionTrace } from "@/contract";
import type { LeafTrace } from "./condition-words";

export type ConditionRow =
  | { kind: "leaf"; leaf: LeafTrace; negated: boolean; depth: number }
  | { kind: "group"; words: string; holds: boolean; depth: number };

/** Rows from top to bottom; a group has a line of its own unless it is the whole and asks for all. */
export function conditionRows(trace: ConditionTrace, negated = false, depth = 0): Array<ConditionRow> {
  if ("leaf" in trace) return [{ kind: "leaf", leaf: trace, negated, depth }];
  if ("not" in trace) return conditionRows(trace.not, !negated, depth);
  const all = "all" in trace;
  const children = all ? trace.all : trace.any;
  if (children.length === 1 && children[0]) return conditionRows(children[0], negated, depth);
  // Under a "not", all of them becomes any of their opposites, and the other way round.
  const words = all === negated ? "any of" : "all of";
  const plain = depth === 0 && words === "all of";
  const holds = trace.holds !== negated;
  const rows = children.flatMap((child) => conditionRows(child, negated, plain ? 0 : depth + 1));
  return plain ? rows : [{ kind: "group", words, holds, depth }, ...rows];
}
