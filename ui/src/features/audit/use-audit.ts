// Audit entries, newest first, page by page as the list is scrolled.
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AuditEntry, AuditPage } from "@/contract";
import { type CommandFailure, platform } from "@/platform";

const PAGE = 100;

export type AuditFilter = { entityType?: string; entityId?: string; search?: string };

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
