// Lists of customers that are looked for over all of them, as far as they were scrolled. Each page is a count: it is
// followed once it takes long, and can be called off.
import { hashKey, type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { CountProgress } from "@/contract";
import type { CommandFailure, Request, Response } from "@/platform";
import { commandKey } from "./use-command";
import { type CountName, invokeCount, useFollowed } from "./use-count";

/** Counts that answer a page at a time. */
export type PagedCountName = Extract<
  CountName,
  "impact_customers" | "audience_impact_customers" | "audience_sample" | "customers_list"
>;

export type CountPages<Name extends PagedCountName> = {
  /** undefined until the first page is there. */
  pages: ReadonlyArray<Response<Name>> | undefined;
  complete: boolean;
  loading: boolean;
  /** How far looking for the next page is, once that takes long. */
  progress: CountProgress | null;
  failure: CommandFailure | null;
  cancelled: boolean;
  loadMore: () => void;
  cancel: () => void;
  retry: () => void;
};

/** `request` is that of the first page, without cursor and topic. */
export function useCountPages<Name extends PagedCountName>(
  name: Name,
  request: Request<Name>,
  enabled = true,
): CountPages<Name> {
  const [topic, setTopic] = useState<string | null>(null);
  const key = [...commandKey(name, request), "pages"] as const;
  const query = useInfiniteQuery<
    Response<Name>,
    CommandFailure,
    InfiniteData<Response<Name>, string | null>,
    typeof key,
    string | null
  >({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === null ? request : { ...request, cursor: pageParam };
      return invokeCount(name, page, signal, setTopic);
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
  });
  const { data, error, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  // Asked for while the pages are read anew, or swept away by that, the next one is still wanted.
  const hash = hashKey(key);
  const [wanted, setWanted] = useState({ hash, pages: 1 });
  const short = wanted.hash === hash && hasNextPage && (data?.pages.length ?? 0) < wanted.pages;
  useEffect(() => {
    if (short && !isFetching && error === null) void fetchNextPage({ cancelRefetch: false });
  }, [short, isFetching, error, fetchNextPage]);
  const followed = useFollowed(isFetching ? topic : null);
  const cancelled = error?.code === "cancelled" && !isFetching;
  return {
    pages: data?.pages,
    complete: data !== undefined && !hasNextPage,
    loading: isFetching,
    progress: followed.progress,
    failure: isFetching || cancelled ? null : error,
    cancelled,
    loadMore: () => {
      if (!hasNextPage || error) return;
      const pages = (data?.pages.length ?? 0) + 1;
      setWanted((last) => (last.hash === hash && last.pages === pages ? last : { hash, pages }));
    },
    cancel: followed.cancel,
    retry: () => void (isFetchNextPageError ? fetchNextPage() : query.refetch()),
  };
}
