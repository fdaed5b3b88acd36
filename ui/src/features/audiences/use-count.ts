// How many customers a condition holds for, counted anew when it rests.
import { useDebouncedValue } from "@mantine/hooks";
import { type Counted, useCount } from "@/api";
import type { Condition } from "@/contract";

/** How long, in milliseconds, typing has to rest before it is counted. */
const REST_MS = 350;

export type Count = Counted<"audience_count"> & {
  /** What was asked about last; null while it is not finished. */
  rested: Condition | null;
};

/** `condition` is null while it is not finished: nothing is counted then. */
export function useConditionCount(condition: Condition | null): Count {
  const [rested] = useDebouncedValue(condition, REST_MS);
  const counted = useCount(
    "audience_count",
    { condition: rested ?? { all: [] } },
    { enabled: rested !== null, keepPrevious: true },
  );
  const waits = condition !== null && JSON.stringify(condition) !== JSON.stringify(rested);
  const none = condition === null;
  return {
    ...counted,
    count: none ? null : counted.count,
    counting: !none && (waits || counted.counting),
    failure: none || waits ? null : counted.failure,
    rested: none ? null : rested,
  };
}
