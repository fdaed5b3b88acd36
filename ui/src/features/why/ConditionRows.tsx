// An audience's condition, leaf by leaf: attribute, what the row holds, what it must be, and whether it holds.
import { IconCheck, IconX } from "@tabler/icons-react";
import type { ConditionTrace } from "@/contract";
import { Phrase } from "../flag/Phrase";
import classes from "./ConditionRows.module.css";
import { conditionRows } from "./condition-rows";
import { type LeafTrace, leafLabel, requirement, rowText } from "./condition-words";

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
