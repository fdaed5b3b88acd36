// Audit entries, newest first, page by page as the list is scrolled; and one of them by its number.
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import type { AuditEntry, AuditFilter, AuditPage } from "@/contract";
import { type CommandFailure, platform } from "@/platform";

const PAGE = 100;

export function useAudit(filter: AuditFilter) {
  const query = useInfiniteQuery<
    AuditPage,
    CommandFailure,
    InfiniteData<AuditPage>,
    readonly [string, AuditFilter],
    string | null
  >({
    // The command comes first, so that changes make it stale like every other answer.
    queryKey: ["audit_list", filter],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      platform().invoke(
        "audit_list",
        { filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      ),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: (last) => last,
  });
  const entries = useMemo<ReadonlyArray<AuditEntry>>(
    () => query.data?.pages.flatMap((page) => page.entries) ?? [],
    [query.data],
  );
  return { query, entries };
}

/** The entry of a number, from the list or by itself: a link to it must not depend on the filter. */
export function useEntry(seq: number | null, entries: ReadonlyArray<AuditEntry>) {
  const listed = entries.find((entry) => entry.seq === seq);
  const { data, error, isPending } = useCommandQuery(
    "audit_list",
    { limit: 1, cursor: String((seq ?? 0) + 1) },
    { enabled: seq !== null && listed === undefined, staleTime: Number.POSITIVE_INFINITY },
  );
  const fetched = data?.entries.find((entry) => entry.seq === seq);
  return {
    entry: listed ?? fetched ?? null,
    failure: listed ? null : error,
    /** There is no entry of this number. */
    missing: seq !== null && !listed && !fetched && !error && !isPending,
  };
}
