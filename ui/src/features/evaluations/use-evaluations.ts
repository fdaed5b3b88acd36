// The evaluation log as far as it was scrolled, and how much came since. Rows never move by themselves: new ones
// are counted and wait to be asked for.
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type CommandFailure, commandKey, useCommandQuery, useDatabaseGone } from "@/api";
import type { EvaluationRow, EvaluationsList, EvaluationsPage } from "@/contract";
import { platform } from "@/platform";
import { type Filters, newerThan, rowsOf } from "./model";

const PAGE_ROWS = 100;
/** Looking for new ones: how often, in milliseconds, and how many are counted before it says "or more". */
const LOOK_EVERY_MS = 5_000;
export const COUNTED_AT_MOST = 50;
const NO_ROWS: ReadonlyArray<EvaluationRow> = [];

/** Asking twice for the same page, as a render may, asks once. */
const ONCE = { cancelRefetch: false } as const;

type Pages = InfiniteData<EvaluationsPage, string | null>;

export type Evaluations = {
  /** undefined until the first page is there. */
  rows: ReadonlyArray<EvaluationRow> | undefined;
  /** Whether the oldest one is among `rows`. */
  complete: boolean;
  loadingMore: boolean;
  /** What could not be read: the newest ones, or those older than the last. */
  failure: { reading: "newest" | "older"; failure: CommandFailure } | null;
  loadMore: () => void;
  retry: () => void;
  /** How many came since, up to `COUNTED_AT_MOST`. */
  newer: number;
  /** Starts again from the newest. */
  showNewest: (done: () => void) => void;
  refreshing: boolean;
};

export function useEvaluations(filters: Filters, environment: string | undefined): Evaluations {
  const client = useQueryClient();
  const gone = useDatabaseGone();
  const request: EvaluationsList = {
    limit: PAGE_ROWS,
    ...(filters.flag === null ? {} : { flagKey: filters.flag }),
    ...(filters.entity === null ? {} : { entityId: filters.entity }),
    ...(environment === undefined ? {} : { environment }),
  };
  const enabled = environment !== undefined;
  const key = [...commandKey("evaluations_list", request), "pages"] as const;
  const query = useInfiniteQuery<EvaluationsPage, CommandFailure, Pages, typeof key, string | null>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      platform().invoke(
        "evaluations_list",
        pageParam === null ? request : { ...request, cursor: pageParam },
        signal,
      ),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
  });
  const { data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const rows = useMemo(() => data && rowsOf(data.pages), [data]);

  const loadMore = () => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(ONCE);
  };
  // A page may be empty and yet not be the last: older hours were not looked at yet.
  const lastIsEmpty = data?.pages.at(-1)?.evaluations.length === 0;
  useEffect(() => {
    if (lastIsEmpty && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(ONCE);
  }, [lastIsEmpty, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const latest = useCommandQuery(
    "evaluations_list",
    { ...request, limit: COUNTED_AT_MOST },
    {
      enabled: enabled && data !== undefined && !gone,
      refetchInterval: () => (gone ? false : LOOK_EVERY_MS),
    },
  ).data;

  const refresh = useMutation<EvaluationsPage, CommandFailure>({
    mutationFn: () => platform().invoke("evaluations_list", request),
    onSuccess: (page) => client.setQueryData<Pages>(key, { pages: [page], pageParams: [null] }),
  });

  const failure = refresh.error ?? query.error;
  return {
    rows,
    complete: data !== undefined && !hasNextPage,
    loadingMore: query.isFetchingNextPage,
    failure: failure && {
      reading: isFetchNextPageError && !refresh.error ? "older" : "newest",
      failure,
    },
    loadMore,
    retry: () => {
      if (refresh.error) refresh.mutate();
      else if (isFetchNextPageError) void fetchNextPage(ONCE);
      else void query.refetch();
    },
    newer: newerThan(rows ?? NO_ROWS, latest?.evaluations ?? NO_ROWS),
    showNewest: (done) => refresh.mutate(undefined, { onSuccess: done }),
    refreshing: refresh.isPending,
  };
}
