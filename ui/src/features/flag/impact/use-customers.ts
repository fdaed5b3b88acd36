// The customers whom an edit moves, as far as their list was scrolled.
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { commandKey, invokeCount, useFollowed } from "@/api";
import type { CountProgress, CustomerMove, CustomersPage, ImpactCustomersRequest } from "@/contract";
import type { CommandFailure } from "@/platform";

export const PAGE_ROWS = 100;

export type Customers = {
  /** undefined until the first page is there. */
  rows: ReadonlyArray<CustomerMove> | undefined;
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

export function useCustomers(request: Omit<ImpactCustomersRequest, "limit" | "cursor" | "topic">): Customers {
  const [topic, setTopic] = useState<string | null>(null);
  const wanted: ImpactCustomersRequest = { ...request, limit: PAGE_ROWS };
  const key = [...commandKey("impact_customers", wanted), "pages"] as const;
  const query = useInfiniteQuery<
    CustomersPage,
    CommandFailure,
    InfiniteData<CustomersPage, string | null>,
    typeof key,
    string | null
  >({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === null ? wanted : { ...wanted, cursor: pageParam };
      return invokeCount("impact_customers", page, signal, setTopic);
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const { data, error, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const followed = useFollowed(isFetching ? topic : null);
  const rows = useMemo(() => data?.pages.flatMap(({ customers }) => customers), [data]);
  const cancelled = error?.code === "cancelled" && !isFetching;
  return {
    rows,
    complete: data !== undefined && !hasNextPage,
    loading: isFetching,
    progress: followed.progress,
    failure: isFetching || cancelled ? null : error,
    cancelled,
    loadMore: () => {
      if (hasNextPage && !isFetching && !error) void fetchNextPage({ cancelRefetch: false });
    },
    cancel: followed.cancel,
    retry: () => void (isFetchNextPageError ? fetchNextPage() : query.refetch()),
  };
}
