// How many customers pass one test alone: asked once typing rests. A count that is not known says so and is no number.
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { type CommandFailure, useCount } from "@/api";
import { formatCount, useHint } from "@/components";
import type { Attribute } from "@/contract";
import { leafProblems } from "../model/check";
import { emptyTree, type Leaf, toCondition } from "../model/tree";
import classes from "./LeafRow.module.css";

/** How long, in milliseconds, typing has to rest before its customers are counted. */
const REST_MS = 400;

export type LeafCounted = {
  customers: number | null;
  counting: boolean;
  failure: CommandFailure | null;
  /** The count is of what the row says now. */
  current: boolean;
};

export function useLeafCount(leaf: Leaf, attributes: ReadonlyArray<Attribute>): LeafCounted {
  const [rested] = useDebouncedValue(leaf, REST_MS);
  const finished = useMemo(
    () => Object.keys(leafProblems(rested, attributes)).length === 0,
    [rested, attributes],
  );
  const condition = useMemo(() => toCondition({ ...emptyTree(), children: [rested] }), [rested]);
  const { count, failure, cancelled } = useCount("audience_count", { condition }, { enabled: finished });
  return {
    customers: finished ? (count?.customers ?? null) : null,
    counting: finished && !failure && !count && !cancelled,
    failure: finished ? failure : null,
    current: rested === leaf,
  };
}

export function LeafCount({ counted: { customers, counting, failure } }: { counted: LeafCounted }) {
  const says =
    customers !== null
      ? `${formatCount(customers)} customers pass this condition alone`
      : failure
        ? `Not counted: ${failure.message}`
        : counting
          ? "Counting the customers that pass this condition alone"
          : "Not counted yet: the condition is not finished";
  const shown = customers !== null ? formatCount(customers) : failure ? "?" : counting ? "…" : "–";
  const hint = useHint(says);
  // A reason is for everybody; what a number means is said by its label, and need not stop the Tab key.
  const reachable = failure === null ? {} : { tabIndex: 0 };
  return (
    <span className={classes.count} role="note" aria-label={says} {...reachable} {...hint}>
      {shown}
    </span>
  );
}
