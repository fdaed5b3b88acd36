// How often every flag was evaluated lately: one question for the whole list.
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import type { FlagUsageBrief } from "@/contract";

const AGAIN_MS = 60_000;

/** By the flag's id; undefined until it is known. A flag that is missing was never evaluated. */
export function useFlagsUsage(): ReadonlyMap<string, FlagUsageBrief> | undefined {
  const { data } = useCommandQuery("flags_usage", {}, { refetchInterval: AGAIN_MS, keepPrevious: true });
  return useMemo(() => data && new Map(data.flags.map((usage) => [usage.flagId, usage])), [data]);
}
