// How many customers each rule reaches, counted on a draft while it is edited. An outdated count is
// called off; a failed one is a failure with its reason, never a zero.

import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import type { Flag, FlagReach } from "@/contract";
import type { CommandFailure } from "@/platform";

/** How long, in milliseconds, to wait for the next keystroke before counting. */
const PAUSE_MS = 150;

export type Reach = {
  /** The last count, which may be of a state before the newest keystroke. */
  count: FlagReach | null;
  /** A newer one is on its way. */
  counting: boolean;
  failure: CommandFailure | null;
  retry: () => void;
};

type Counted = Pick<Flag, "key" | "type" | "defaultValue" | "rules">;

/** Look counts up by rule id: those of the last count may be of fewer rules, or in another order. */
export function useReach(flag: Counted, enabled = true): Reach {
  const { key, type, defaultValue, rules } = flag;
  const draft = useMemo(
    () => ({
      key,
      type,
      defaultValue,
      rules: rules.map(({ id, audienceId, percentage, value }) => ({ id, audienceId, percentage, value })),
    }),
    [key, type, defaultValue, rules],
  );
  const [settled] = useDebouncedValue(draft, PAUSE_MS, { leading: true });
  const { data, error, isFetching, isPlaceholderData, refetch } = useCommandQuery(
    "flag_reach",
    { draft: settled },
    { enabled, keepPrevious: true },
  );
  return {
    count: error ? null : (data ?? null),
    counting: isFetching || isPlaceholderData || settled !== draft,
    failure: error,
    retry: () => void refetch(),
  };
}
