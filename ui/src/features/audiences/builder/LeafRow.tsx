// One test as a row: what it reads, what is asked of it, the value, how many customers pass it alone, and what is
// wrong with it.
import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { memo, useId, useState } from "react";
import { formatCount } from "@/components";
import type { Attribute } from "@/contract";
import { leafProblems, type NodeProblems, typedWrong } from "../model/check";
import { ANY_EVENT } from "../model/event-words";
import { holdsForMissing, withAttribute } from "../model/operators";
import { emptyLeaf, type Leaf } from "../model/tree";
import { AttributeFields } from "./AttributeFields";
import { AttributePicker } from "./AttributePicker";
import { afterPress } from "./after-press";
import type { NodeActions } from "./ConditionBuilder";
import { EventFields } from "./EventFields";
import { Handle } from "./Handle";
import { LeafCount, type LeafCounted, useLeafCount } from "./LeafCount";
import classes from "./LeafRow.module.css";
import type { Source } from "./use-source";

export type LeafProps = {
  leaf: Leaf;
  /** Its number in reading order, from 1. */
  number: number;
  attributes: ReadonlyArray<Attribute>;
  source: Source;
  problems: NodeProblems | undefined;
  /** The same functions at every drawing. */
  actions: NodeActions;
};

const NONE: NodeProblems = {};

/** A hundred of them stand on a page where every keystroke counts: only the one that changed draws again. */
export const LeafRow = memo(function LeafRow(props: LeafProps) {
  const { leaf, number, attributes, source, problems: given = NONE, actions } = props;
  const problemId = useId();
  const [typing, setTyping] = useState(false);
  const counted = useLeafCount(leaf, attributes);
  const what = `condition ${number}`;
  const problems = {
    // What is not finished is said when somebody tries to save; what is typed wrongly as soon as one goes on.
    ...(typing ? NONE : typedWrong(leaf, attributes)),
    ...(counted.current ? refusedWhileCounting(counted) : NONE),
    ...given,
  };
  const { operator, value, path, type, event, times, withinDays, ...others } = problems;
  // What no field of Mantine's says for itself.
  const sentences = Object.values(others);
  const hint = hintOf(leaf, attributes, source, counted);
  const change = actions.change;
  return (
    <div
      className={classes.row}
      data-node={leaf.id}
      role="group"
      aria-label={what}
      onFocus={() => setTyping(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) afterPress(() => setTyping(false));
      }}
    >
      <div className={classes.line}>
        <Handle
          what={what}
          entries={() => actions.entries(leaf.id)}
          onGrab={(event, dropped) => actions.grab(leaf.id, event, dropped)}
        />
        <div className={classes.fields}>
          <div className={classes.attribute}>
            <AttributePicker
              what={what}
              chosen={leaf.attribute}
              isEvents={leaf.event !== null}
              attributes={attributes}
              source={source}
              invalid={problems.attribute !== undefined}
              describedBy={sentences.length > 0 ? problemId : undefined}
              onChoose={(next) => change(withAttribute({ ...leaf, event: null }, next, attributes))}
              onEvents={() =>
                change({
                  ...emptyLeaf(() => leaf.id),
                  event: { event: ANY_EVENT, operator: "performed" },
                })
              }
            />
          </div>
          {leaf.event === null ? (
            <AttributeFields
              what={what}
              leaf={leaf}
              attributes={attributes}
              source={source}
              problems={problems}
              onChange={change}
            />
          ) : (
            <EventFields
              what={what}
              leaf={leaf}
              event={leaf.event}
              source={source}
              problems={problems}
              onChange={change}
            />
          )}
        </div>
        <LeafCount counted={counted} />
        <ActionIcon aria-label={`Remove ${what}`} data-remove onClick={() => actions.remove(leaf.id)}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      {sentences.length > 0 ? (
        <p id={problemId} className={classes.problem} role="alert">
          {sentences.join(" ")}
        </p>
      ) : (
        hint && <p className={classes.hint}>{hint}</p>
      )}
    </div>
  );
});

/** What the backend refuses of a condition that looked finished stands in its row. */
function refusedWhileCounting({ failure }: LeafCounted): NodeProblems {
  if (failure?.code !== "invalid") return NONE;
  const problems: NodeProblems = {};
  for (const { path, message } of failure.violations) {
    const field = /^condition\.all\[0\]\.([A-Za-z]+)/.exec(path)?.[1] ?? "";
    problems[field as keyof NodeProblems] = message;
  }
  return problems;
}

/** What may surprise about a condition that is right. */
function hintOf(
  leaf: Leaf,
  attributes: ReadonlyArray<Attribute>,
  { idAttribute }: Source,
  { customers, current }: LeafCounted,
): string | null {
  if (leaf.event !== null) return null;
  const { attribute, path, operator, value } = leaf;
  if (Object.keys(leafProblems(leaf, attributes)).length > 0) return null;
  if (
    attribute === idAttribute &&
    operator === "in" &&
    Array.isArray(value) &&
    customers !== null &&
    current
  ) {
    const missing = value.length - customers;
    if (missing > 0) {
      return `${formatCount(missing)} of these ${formatCount(value.length)} ${missing === 1 ? "is" : "are"} not in the customers table.`;
    }
  }
  const nullable = attributes.find(({ name }) => name === attribute)?.nullable;
  return holdsForMissing(operator) && (nullable || path.length > 0)
    ? `Also customers without ${path.at(-1) ?? attribute}.`
    : null;
}
