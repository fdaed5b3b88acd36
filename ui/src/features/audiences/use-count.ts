// How many customers a condition holds for, counted anew when it rests.
import { useDebouncedValue } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { type CommandFailure, commandKey, useCommandQuery } from "@/api";
import type { AudienceCount, Condition } from "@/contract";

/** How long, in milliseconds, typing has to rest before it is counted. */
const REST_MS = 350;

export type Count = {
  /** The last answer; of an earlier condition while `counting`. */
  count: AudienceCount | undefined;
  counting: boolean;
  failure: CommandFailure | null;
  again: () => void;
  cancel: () => void;
};

/** `condition` is null while it is not finished: nothing is counted then. */
export function useCount(condition: Condition | null): Count {
  const client = useQueryClient();
  const [rested] = useDebouncedValue(condition, REST_MS);
  const request = { condition: rested ?? { all: [] } };
  const query = useCommandQuery("audience_count", request, {
    enabled: rested !== null,
    keepPrevious: true,
  });
  const waits = condition !== null && JSON.stringify(condition) !== JSON.stringify(rested);
  return {
    count: condition === null ? undefined : query.data,
    counting: condition !== null && (waits || query.isFetching),
    failure: query.isFetching ? null : query.error,
    again: () => void query.refetch(),
    cancel: () => void client.cancelQueries({ queryKey: commandKey("audience_count", request) }),
  };
}
