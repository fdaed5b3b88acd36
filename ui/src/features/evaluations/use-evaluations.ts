// A stretch of the evaluation log around what is in sight, and how much came since. It grows at the end that is
// scrolled to and is let go at the other, so that scrolling for long costs no more memory. Rows never move by
// themselves: new ones are counted and wait to be asked for.
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type CommandFailure, commandKey, useCommandQuery, useDatabaseGone } from "@/api";
import type { EvaluationRow, EvaluationsList, EvaluationsPage } from "@/contract";
import { platform } from "@/platform";
import type { Filters } from "./filter";
import { asked, rowsOf } from "./model";

const PAGE_ROWS = 200;
/** Pages that are held at a time: what is further away is read again when it is scrolled to. */
const HELD_PAGES = 25;
/** Looking for new ones: how often, in milliseconds, and how many are counted before it says "or more". */
const LOOK_EVERY_MS = 5_000;
export const COUNTED_AT_MOST = 50;

/** Asking twice for the same page, as a render may, asks once. */
const ONCE = { cancelRefetch: false } as const;

/** null: the newest. */
type Place = { cursor: string; direction: "older" | "newer" } | null;
type Pages = InfiniteData<EvaluationsPage, Place>;

export type Evaluations = {
  /** undefined until the first page is there. */
  rows: ReadonlyArray<EvaluationRow> | undefined;
  /** Whether the oldest one is among `rows`. */
  complete: boolean;
  loadingMore: boolean;
  /** What could not be read: the newest ones, or those older than the last. */
  failure: { reading: "newest" | "older"; failure: CommandFailure } | null;
  loadMore: () => void;
  /** Reads again what was let go above. */
  loadAbove: () => void;
  retry: () => void;
  /** How many came since, up to `COUNTED_AT_MOST`. */
  newer: number;
  /** Starts again from the newest. */
  showNewest: (done: () => void) => void;
  refreshing: boolean;
};

export function useEvaluations(filters: Filters, environment: string | undefined, may = true): Evaluations {
  const client = useQueryClient();
  const gone = useDatabaseGone();
  const request: EvaluationsList = { limit: PAGE_ROWS, filter: asked(filters, environment) };
  const enabled = environment !== undefined && may;
  const key = [...commandKey("evaluations_list", request), "pages"] as const;
  const query = useInfiniteQuery<EvaluationsPage, CommandFailure, Pages, typeof key, Place>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      platform().invoke("evaluations_list", { ...request, ...pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) =>
      nextCursor === null ? null : { cursor: nextCursor, direction: "older" },
    getPreviousPageParam: ({ newerCursor }) =>
      newerCursor === null ? null : { cursor: newerCursor, direction: "newer" },
    maxPages: HELD_PAGES,
    enabled,
  });
  const { data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, fetchPreviousPage } = query;
  const rows = useMemo(() => data && rowsOf(data.pages), [data]);
  const top = data?.pages[0];

  const loadMore = () => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(ONCE);
  };
  // What came since does not count: it waits to be asked for.
  const letGoAbove = data !== undefined && data.pages.length >= HELD_PAGES && data.pageParams[0] !== null;
  const loadAbove = () => {
    if (letGoAbove && !isFetching && top !== undefined && top.evaluations.length > 0)
      void fetchPreviousPage(ONCE);
  };
  // A page may be empty and yet not be the last: older hours were not looked at yet.
  const lastIsEmpty = data?.pages.at(-1)?.evaluations.length === 0;
  useEffect(() => {
    if (lastIsEmpty && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(ONCE);
  }, [lastIsEmpty, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const since = top?.newerCursor;
  const closed = filters.to !== null && filters.to <= Date.now();
  const latest = useCommandQuery(
    "evaluations_list",
    {
      ...request,
      limit: COUNTED_AT_MOST,
      ...(since ? ({ cursor: since, direction: "newer" } as const) : {}),
    },
    {
      enabled: enabled && data !== undefined && !gone && !closed,
      refetchInterval: () => (gone ? false : LOOK_EVERY_MS),
      staleTime: 0,
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
    loadAbove,
    retry: () => {
      if (refresh.error) refresh.mutate();
      else if (isFetchNextPageError) void fetchNextPage(ONCE);
      else void query.refetch();
    },
    newer: closed || latest === undefined ? 0 : latest.evaluations.length,
    showNewest: (done) => refresh.mutate(undefined, { onSuccess: done }),
    refreshing: refresh.isPending,
  };
}
