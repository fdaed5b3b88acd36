// Every change of the configuration, newest first: who, what, why; opened, what was before and after.

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconHistory, IconSearchOff } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { useKept } from "@/app/kept";
import {
  type Column,
  EmptyState,
  ErrorNote,
  FilterChip,
  FilterInput,
  formatCount,
  KeyText,
  PageHeader,
  RelativeTime,
  SkeletonRows,
  StateGlyph,
  type TableHandle,
  VirtualTable,
} from "@/components";
import type { AuditEntry } from "@/contract";
import type { Names } from "@/features/flag/model/changes";
import { plainText } from "@/features/flag/model/phrase";
import { Phrase } from "@/features/flag/Phrase";
import classes from "./AuditPage.module.css";
import { EntryDetail } from "./EntryDetail";
import { actionWords, changesOf, entityWords } from "./model/changes";
import { type AuditFilter, useAudit } from "./use-audit";
import { useNames } from "./use-names";

const ENTITY_TYPES = ["flag", "audience", "environment", "customer_source"] as const;
const rowKey = ({ seq }: AuditEntry) => String(seq);
/** How long, in milliseconds, typing has to rest before it is looked for. */
const REST_MS = 200;

export function AuditPage() {
  const navigate = useNavigate();
  const linked = useSearch({ from: "/audit" });
  const [search, setSearch] = useKept("audit.search", "");
  const [entityType, setEntityType] = useKept<string | null>("audit.entityType", null);
  const [open, setOpen] = useState<number | null>(null);
  const table = useRef<TableHandle>(null);
  const [rested] = useDebouncedValue(search.trim(), REST_MS);
  const type = linked.entityType ?? entityType;
  const filter: AuditFilter = {
    ...(type ? { entityType: type } : {}),
    ...(linked.entityId ? { entityId: linked.entityId } : {}),
    ...(rested === "" ? {} : { search: rested }),
  };
  const { query, entries } = useAudit(filter);
  const names = useNames();
  const isOpen = entries.some(({ seq }) => seq === open);
  // Beside the opened entry there is no room for what it says anyway.
  const columns = useMemo(
    () => auditColumns(names).filter(({ id }) => !isOpen || (id !== "change" && id !== "note")),
    [names, isOpen],
  );
  const chosen = entries.find(({ seq }) => seq === open);
  const filtered = Object.keys(filter).length > 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const close = () => {
    setOpen(null);
    table.current?.focus();
  };
  const clear = () => {
    setSearch("");
    setEntityType(null);
    void navigate({ to: "/audit", search: {}, replace: true });
  };
  const linkedName = linked.entityId ? (entries[0]?.entityKey ?? linked.entityId) : null;

  return (
    <div className={classes.page}>
      <PageHeader
        title="Audit"
        count={
          query.data && (
            <span aria-live="polite">{`${formatCount(entries.length)}${hasNextPage ? "+" : ""}`}</span>
          )
        }
      >
        <FilterInput value={search} onChange={setSearch} onLeaveDown={() => table.current?.focus()} />
        <FilterChip
          label="Item"
          options={ENTITY_TYPES.map((value) => ({ value: value as string, label: entityWords(value) }))}
          chosen={type ? [type] : []}
          onChange={(all) => {
            setEntityType(all.at(-1) ?? null);
            if (linked.entityType || linked.entityId)
              void navigate({ to: "/audit", search: {}, replace: true });
          }}
        />
        {linkedName && (
          <FilterChip
            label="Only"
            options={[{ value: linkedName, label: linkedName }]}
            chosen={[linkedName]}
            onChange={() => void navigate({ to: "/audit", search: {}, replace: true })}
          />
        )}
      </PageHeader>
      {query.error && (
        <div className={classes.problem}>
          <ErrorNote
            title={entries.length > 0 ? "No more entries could be loaded." : "The audit could not be loaded."}
            failure={query.error}
            onRetry={() => void (entries.length > 0 ? fetchNextPage() : query.refetch())}
          />
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
            selectedKey={open === null ? undefined : String(open)}
            placeKey="audit.place"
            handle={table}
            total={hasNextPage ? null : entries.length}
            onOpen={({ seq }) => setOpen(seq === open ? null : seq)}
            onRowKeyDown={(event) => {
              if (event.key === "Escape" && open !== null) setOpen(null);
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
                  The filter looks for people, database roles, actions, keys and notes.
                </EmptyState>
              ) : (
                <EmptyState title="Nothing was changed yet" icon={<IconHistory size={24} stroke={1.5} />}>
                  Every change of a flag, an audience or an environment is listed here, with who made it and
                  why.
                </EmptyState>
              )
            }
          />
          {chosen && <EntryDetail key={chosen.seq} entry={chosen} names={names} onClose={close} />}
        </div>
      )}
    </div>
  );
}

function auditColumns(names: Names): ReadonlyArray<Column<AuditEntry>> {
  return [
    {
      id: "time",
      label: "When",
      width: "84px",
      cell: ({ at }) => <RelativeTime at={at} />,
    },
    {
      id: "actor",
      label: "Who",
      width: "minmax(130px, 1.4fr)",
      cell: ({ actor, dbRole }) => (
        <span className={classes.text} title={`${actor}, database role ${dbRole}`} dir="auto">
          {actor} {dbRole !== actor && <span className={classes.role}>{dbRole}</span>}
        </span>
      ),
    },
    {
      id: "action",
      label: "Action",
      width: "minmax(176px, 1fr)",
      cell: (entry) => (
        <>
          {entry.action === "flag.killed" && <StateGlyph state="killed" label="" />}
          <span className={classes.text} title={entry.action}>
            {actionWords(entry, names)}
          </span>
        </>
      ),
    },
    {
      id: "entity",
      label: "Item",
      width: "minmax(140px, 1.4fr)",
      cell: ({ entityType, entityKey }) => (
        <>
          <span className="faint">{entityWords(entityType)}</span>
          {entityType === "flag" ? (
            <KeyText text={entityKey} />
          ) : (
            <span className={classes.text} title={entityKey} dir="auto">
              {entityType === "customer_source" ? "" : entityKey}
            </span>
          )}
        </>
      ),
    },
    {
      id: "change",
      label: "Change",
      width: "minmax(100px, 2.4fr)",
      cell: (entry) => <FirstChange entry={entry} names={names} />,
    },
    {
      id: "note",
      label: "Note",
      width: "minmax(60px, 1.4fr)",
      cell: ({ note }) => (
        <span className={classes.note} title={note} dir="auto">
          {note}
        </span>
      ),
    },
  ];
}

const SAID_BY_ACTION: ReadonlySet<string> = new Set([
  "flag.killed",
  "flag.restored",
  "flag.switched",
  "flag.archived",
  "flag.unarchived",
]);

/** The row has room for one sentence. */
function FirstChange({ entry, names }: { entry: AuditEntry; names: Names }) {
  if (SAID_BY_ACTION.has(entry.action)) return null;
  const [first, ...more] = changesOf(entry, names);
  if (!first) return null;
  return (
    <span className={classes.change} title={[first, ...more].map(plainText).join("\n")} dir="auto">
      <Phrase of={first} />
      {more.length > 0 && <span className="faint">{` and ${more.length} more`}</span>}
    </span>
  );
}
