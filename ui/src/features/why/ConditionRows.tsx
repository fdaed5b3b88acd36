// An audience's condition, leaf by leaf: attribute, what the row holds, what it must be, and whether it holds.
import { IconCheck, IconX } from "@tabler/icons-react";
import type { ConditionTrace } from "@/contract";
import { Phrase } from "../flag/Phrase";
import classes from "./ConditionRows.module.css";
import { type LeafTrace, leafLabel, requirement, rowText } from "./condition-words";

type Row =
  | { kind: "leaf"; leaf: LeafTrace; negated: boolean; depth: number }
  | { kind: "group"; words: string; holds: boolean; depth: number };

/** Rows from top to bottom; a group has a line of its own unless it is the whole and asks for all. */
export function conditionRows(trace: ConditionTrace, negated = false, depth = 0): Array<Row> {
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

export function ConditionRows({ condition, now }: { condition: ConditionTrace; now: Date }) {
  return (
    <ul className={classes.rows} aria-label="Condition">
      {conditionRows(condition).map((row, index) => {
        const holds = row.kind === "group" ? row.holds : row.leaf.holds !== row.negated;
        return (
          <li key={index} className={classes.row} data-holds={holds} style={{ paddingLeft: row.depth * 16 }}>
            <span className={classes.mark} role="img" aria-label={holds ? "holds" : "does not hold"}>
              {holds ? <IconCheck size={14} stroke={2} /> : <IconX size={14} stroke={1.75} />}
            </span>
            {row.kind === "group" ? (
              <span className={classes.group}>{row.words}</span>
            ) : (
              <>
                <code className={classes.attribute} title={leafLabel(row.leaf.leaf)}>
                  {leafLabel(row.leaf.leaf)}
                </code>
                <code className={classes.value} title={rawText(row.leaf)} data-selectable>
                  {rowText(row.leaf.rowValue, now)}
                </code>
                <span className={classes.requirement}>
                  <Phrase of={requirement(row.leaf.leaf, row.negated)} />
                </span>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function rawText({ rowValue }: LeafTrace): string {
  return typeof rowValue === "string" ? rowValue : JSON.stringify(rowValue);
}
