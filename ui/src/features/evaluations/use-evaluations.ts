// A stretch of the evaluation log around what is in sight, and how much came since. It grows at the end that is
// scrolled to and is let go at the other, so that scrolling for long costs no more memory. Rows never move by
// themselves: new ones are counted and wait to be asked for.
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type CommandFailure, commandKey, useCommandQuery, useDatabaseGone } from "@/api";
import type { EvaluationRow, EvaluationsList } from "@/contract";
import { platform } from "@/platform";
import type { Filters } from "./filter";
import { asked, type ListPage, rowsOf, type Top, within } from "./model";

/** Rows of the first page; and of the others, since who scrolls that far mostly scrolls on. */
const FIRST_ROWS = 200;
const MORE_ROWS = 500;
/** Pages that are held at a time: what is further away is read again when it is scrolled to. */
const HELD_PAGES = 12;
/** Looking for new ones: how often, in milliseconds, and how many are counted before it says "or more". */
const LOOK_EVERY_MS = 5_000;
export const COUNTED_AT_MOST = 50;

/** Asking twice for the same page, as a render may, asks once. */
const ONCE = { cancelRefetch: false } as const;

/** null: the newest. */
type Place = { cursor: string; direction: "older" | "newer"; top: Top } | null;
type Pages = InfiniteData<ListPage, Place>;
type Reading = "newest" | "older" | "above";

export type Evaluations = {
  /** undefined until the first page is there. */
  rows: ReadonlyArray<EvaluationRow> | undefined;
  /** Whether the oldest one is among `rows`. */
  complete: boolean;
  loadingMore: boolean;
  /** What could not be read: the newest ones, those older than the last, or those that were let go above. */
  failure: { reading: Reading; failure: CommandFailure } | null;
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

/** `watched`: somebody looks at this list, and not at what comes in live. */
export function useEvaluations(
  filters: Filters,
  environment: string | undefined,
  { may, watched }: { may: boolean; watched: boolean },
): Evaluations {
  const client = useQueryClient();
  const gone = useDatabaseGone();
  const request: EvaluationsList = { limit: FIRST_ROWS, filter: asked(filters, environment) };
  const enabled = environment !== undefined && may;
  const key = [...commandKey("evaluations_list", request), "pages"] as const;
  const query = useInfiniteQuery<ListPage, CommandFailure, Pages, typeof key, Place>({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => {
      const { top = null, ...place } = pageParam ?? {};
      const limit = pageParam === null ? FIRST_ROWS : MORE_ROWS;
      return within(
        await platform().invoke("evaluations_list", { ...request, limit, ...place }, signal),
        top,
      );
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor, top }) =>
      nextCursor === null ? null : { cursor: nextCursor, direction: "older", top },
    getPreviousPageParam: ({ newerCursor, top }) =>
      newerCursor === null ? null : { cursor: newerCursor, direction: "newer", top },
    maxPages: HELD_PAGES,
    enabled,
  });
  const { data, hasNextPage, isFetching, isFetchNextPageError, isFetchPreviousPageError } = query;
  const { fetchNextPage, fetchPreviousPage } = query;
  const list = useMemo(() => data && rowsOf(data.pages), [data]);
  const first = data?.pages[0];

  const loadMore = () => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(ONCE);
  };
  const letGoAbove = list?.letGo === true && first !== undefined && first.evaluations.length > 0;
  const loadAbove = () => {
    if (letGoAbove && !isFetching && !isFetchPreviousPageError) void fetchPreviousPage(ONCE);
  };
  // A page may be empty and yet not be the last: older hours were not looked at yet.
  const lastIsEmpty = data?.pages.at(-1)?.evaluations.length === 0;
  useEffect(() => {
    if (lastIsEmpty && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(ONCE);
  }, [lastIsEmpty, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const since = data?.pages.at(-1)?.top.cursor;
  const closed = filters.to !== null && filters.to <= Date.now();
  const latest = useCommandQuery(
    "evaluations_list",
    {
      ...request,
      limit: COUNTED_AT_MOST,
      ...(since ? ({ cursor: since, direction: "newer" } as const) : {}),
    },
    {
      enabled: enabled && watched && data !== undefined && !gone && !closed,
      refetchInterval: () => (gone ? false : LOOK_EVERY_MS),
      staleTime: 0,
    },
  ).data;

  const refresh = useMutation<ListPage, CommandFailure>({
    mutationFn: async () => within(await platform().invoke("evaluations_list", request), null),
    onSuccess: (page) => client.setQueryData<Pages>(key, { pages: [page], pageParams: [null] }),
  });

  const failure = refresh.error ?? query.error;
  const reading: Reading = refresh.error
    ? "newest"
    : isFetchNextPageError
      ? "older"
      : isFetchPreviousPageError
        ? "above"
        : "newest";
  return {
    rows: list?.rows,
    complete: data !== undefined && !hasNextPage,
    loadingMore: query.isFetchingNextPage,
    failure: failure && { reading, failure },
    loadMore,
    loadAbove,
    retry: () => {
      if (refresh.error) refresh.mutate();
      else if (reading === "older") void fetchNextPage(ONCE);
      else if (reading === "above") void fetchPreviousPage(ONCE);
      else void query.refetch();
    },
    newer: closed || latest === undefined ? 0 : latest.evaluations.length,
    showNewest: (done) => refresh.mutate(undefined, { onSuccess: done }),
    refreshing: refresh.isPending,
  };
}
