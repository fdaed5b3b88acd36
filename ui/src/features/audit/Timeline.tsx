// Entries by day, newest first; one of them opened beside the list.
import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconHistory, IconSearchOff } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef } from "react";
import {
  EmptyState,
  ErrorNote,
  formatCount,
  SkeletonRows,
  type TableHandle,
  useNow,
  VirtualTable,
} from "@/components";
import type { AuditEntry, AuditFilter } from "@/contract";
import { AuditFilters } from "./AuditFilters";
import classes from "./AuditPage.module.css";
import { auditColumns } from "./columns";
import { EntryDetail } from "./EntryDetail";
import { habitsOf } from "./model/claim";
import { dayOf } from "./model/days";
import { EVERYTHING, type Filter } from "./model/filter";
import { useAudit, useEntry } from "./use-audit";
import { useNames } from "./use-names";

type Props = {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  /** What the database is asked. */
  asked: AuditFilter;
  /** How many are shown, as in "100+". */
  onCount: (shown: string | null) => void;
};

const rowKey = ({ seq }: AuditEntry) => String(seq);
/** How long, in milliseconds, typing has to rest before it is looked for. */
const REST_MS = 200;

export function Timeline({ filter, onFilter, asked, onCount }: Props) {
  const navigate = useNavigate();
  const linked = useSearch({ from: "/audit" });
  const table = useRef<TableHandle>(null);
  const [rested] = useDebouncedValue(asked, REST_MS);
  const { query, entries } = useAudit(rested);
  const names = useNames();
  const habits = useMemo(() => habitsOf(entries), [entries]);
  const seq = Number(linked.entry) || null;
  const { entry, failure, missing } = useEntry(seq, entries);
  const now = useNow();
  const day = new Date(now).toDateString();
  const groupOf = useCallback(({ at }: AuditEntry) => dayOf(new Date(at), new Date(day)), [day]);
  // Beside the opened entry there is no room for what it says anyway.
  const columns = useMemo(
    () => auditColumns(names, habits).filter(({ id }) => !seq || (id !== "change" && id !== "note")),
    [names, habits, seq],
  );
  const filtered = Object.keys(asked).length > 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const shown = query.data ? `${formatCount(entries.length)}${hasNextPage ? "+" : ""}` : null;
  useEffect(() => onCount(shown), [onCount, shown]);

  const open = (next: number | null) => {
    const { entry: _open, ...others } = linked;
    void navigate({
      to: "/audit",
      search: next === null ? others : { ...others, entry: String(next) },
      replace: true,
    });
  };
  const close = () => {
    open(null);
    table.current?.focus();
  };
  const clear = () => {
    onFilter(EVERYTHING);
    void navigate({ to: "/audit", search: {}, replace: true });
  };

  return (
    <>
      <AuditFilters
        filter={filter}
        onChange={onFilter}
        only={linked.entityId ? (entries[0]?.entityKey ?? linked.entityId) : null}
        onNotOnly={() => void navigate({ to: "/audit", search: {}, replace: true })}
        onLeaveDown={() => table.current?.focus()}
      />
      {query.error && (
        <div className={classes.problem}>
          <ErrorNote
            title={entries.length > 0 ? "No more entries could be loaded." : "The audit could not be loaded."}
            failure={query.error}
            onRetry={() => void (entries.length > 0 ? fetchNextPage() : query.refetch())}
          />
        </div>
      )}
      {(failure || missing) && (
        <div className={classes.problem}>
          <ErrorNote title={`Entry ${linked.entry} could not be shown.`} failure={failure}>
            {missing && <p>There is no entry of this number: the audit is shorter than that.</p>}
          </ErrorNote>
        </div>
      )}
      {query.isPending && <SkeletonRows rows={14} label="Loading the audit" />}
      {query.data && (
        <div className={classes.columns}>
          <VirtualTable
            label="Audit"
            columns={columns}
            rows={entries}
            rowKey={rowKey}
            groupOf={groupOf}
            selectedKey={seq === null ? undefined : String(seq)}
            placeKey="audit.place"
            handle={table}
            total={hasNextPage ? null : entries.length}
            onOpen={(chosen) => open(chosen.seq === seq ? null : chosen.seq)}
            onRowKeyDown={(event) => {
              if (event.key === "Escape" && seq !== null) open(null);
            }}
            onEndInSight={loadMore}
            footer={isFetchingNextPage && <SkeletonRows rows={2} label="Loading more" />}
            empty={
              filtered ? (
                <EmptyState
                  title="No change matches"
                  icon={<IconSearchOff size={24} stroke={1.5} />}
                  actions={<Button onClick={clear}>Clear the filters</Button>}
                >
                  The search looks at people, database roles, actions, keys and notes.
                </EmptyState>
              ) : (
                <EmptyState title="Nothing was changed yet" icon={<IconHistory size={24} stroke={1.5} />}>
                  Every change of a flag, an audience or an environment is listed here, with who made it and
                  why.
                </EmptyState>
              )
            }
          />
          {entry && (
            <EntryDetail
              key={entry.seq}
              entry={entry}
              names={names}
              habits={habits}
              onOpen={open}
              onClose={close}
            />
          )}
        </div>
      )}
    </>
  );
}
