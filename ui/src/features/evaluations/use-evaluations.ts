// Evaluations, newest first, page by page; and whether there are newer ones than those on screen.
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import type { EvaluationRow, EvaluationsPage } from "@/contract";
import { type CommandFailure, platform } from "@/platform";

const PAGE = 200;
/** How often, in milliseconds, to look for newer ones. */
const LOOK_MS = 4_000;

export type EvaluationsFilter = { flagKey?: string; entityId?: string; environment?: string };

export function useEvaluations(filter: EvaluationsFilter, enabled: boolean) {
  const query = useInfiniteQuery<
    EvaluationsPage,
    CommandFailure,
    InfiniteData<EvaluationsPage>,
    readonly [string, string, EvaluationsFilter],
    string | null
  >({
    queryKey: ["evaluations_list", "pages", filter],
    enabled,
    // Coming back to the page shows what is new; scrolling on it does not.
    staleTime: 0,
    refetchOnMount: false,
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      platform().invoke(
        "evaluations_list",
        { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      ),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: (last) => last,
  });
  const rows = useMemo<ReadonlyArray<EvaluationRow>>(
    () => query.data?.pages.flatMap((page) => page.evaluations) ?? [],
    [query.data],
  );
  const newest = useCommandQuery(
    "evaluations_list",
    { ...filter, limit: 1 },
    { enabled: enabled && query.data !== undefined, refetchInterval: LOOK_MS },
  ).data?.evaluations[0];
  const first = rows[0];
  const newer = newest !== undefined && (first === undefined || newest.at > first.at);
  return { query, rows, newer };
}
