// The rows: the log as far as it was scrolled, or what comes in live; and the call that is open beside them.
import { Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { useEnvironment } from "@/app/environment";
import { keep } from "@/app/kept";
import { EmptyState, ErrorNote, formatCount, SkeletonRows, useNow, VirtualTable } from "@/components";
import type { EvaluationRow } from "@/contract";
import { evaluationColumns } from "./columns";
import { CallDetail } from "./drawer/CallDetail";
import classes from "./EvaluationsPage.module.css";
import { type Filters, NO_FILTERS } from "./filter";
import { whyThen } from "./model";
import { NoEvaluations } from "./NoEvaluations";
import { type ColumnId, isShown } from "./shown-columns";
import { TailLine } from "./tail/TailLine";
import type { LiveTail } from "./tail/use-tail";
import { COUNTED_AT_MOST, useEvaluations } from "./use-evaluations";

const rowId = ({ id }: EvaluationRow) => id;
const rowTone = ({ reason, offBy }: EvaluationRow) =>
  reason === "OFF" && offBy === "ENVIRONMENT" ? "quiet" : undefined;

/** What the open call says itself: the list gives it the room. */
const SAID_BESIDE: ReadonlySet<string> = new Set(["version", "environment", "call", "sdk", "menu"]);

const UNREAD = {
  newest: "The newest evaluations could not be read.",
  above: "The evaluations above could not be read again.",
} as const;

type Props = {
  filters: Filters;
  onFilters: (filters: Filters) => void;
  columns: ReadonlySet<ColumnId>;
  /** Why the person may not read the log; null: they may. */
  denied: string | null;
  /** null: the log, not what comes in. */
  tail: LiveTail | null;
  /** By hand. */
  paused: boolean;
  /** Somebody points at the rows, or no longer does. */
  onHold: (held: boolean) => void;
  onShown: (shown: { rows: ReadonlyArray<EvaluationRow>; complete: boolean } | null) => void;
};

export function LogList(props: Props) {
  const { filters, onFilters, columns: shownColumns, denied, tail, paused, onHold, onShown } = props;
  const navigate = useNavigate();
  const { environments, current, select } = useEnvironment();
  const log = useEvaluations(filters, current?.key, { may: denied === null, watched: tail === null });
  const [opened, setOpened] = useState<EvaluationRow | null>(null);
  const narrow = opened !== null;
  const list = useRef<HTMLDivElement>(null);

  // Each selection keeps its own place, and a refresh starts at the top.
  const placeKey = `evaluations.place ${JSON.stringify([current?.key, filters])}`;
  const [refreshed, setRefreshed] = useState(0);
  const showNewest = () =>
    log.showNewest(() => {
      keep(placeKey, undefined);
      setRefreshed(refreshed + 1);
    });
  useActions([
    {
      id: "newest-evaluations",
      label: "Show the newest evaluations",
      shortcut: "R",
      keywords: "refresh reload",
      disabled: denied !== null,
      run: showNewest,
    },
  ]);

  const rows = tail ? tail.rows : log.rows;
  const latest = useRef({ onFilters, onShown });
  latest.current = { onFilters, onShown };
  useEffect(() => {
    latest.current.onShown(rows ? { rows, complete: log.complete } : null);
  }, [rows, log.complete]);

  const today = new Date(useNow()).toDateString();
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags;
  const booleanDefaults = useMemo(
    () =>
      new Map(
        flags?.flatMap(({ key, type, defaultPreview }) =>
          type === "boolean" ? [[key, defaultPreview === "true"] as const] : [],
        ),
      ),
    [flags],
  );
  const columns = useMemo(
    () =>
      evaluationColumns({
        environments,
        filters,
        booleanDefaults,
        today: new Date(today),
        onFilter: (next) => latest.current.onFilters(next),
        onWhy: (row) => void navigate({ to: "/why", search: whyThen(row) }),
        onFlag: ({ flagKey }) => void navigate({ to: "/flags/$key", params: { key: flagKey } }),
      }).filter(({ id }) => isShown(id, shownColumns) && !(narrow && SAID_BESIDE.has(id))),
    [narrow, environments, filters, booleanDefaults, today, navigate, shownColumns],
  );

  if (denied !== null) {
    return (
      <EmptyState title="You cannot see single evaluations" icon={<IconLock size={28} stroke={1.5} />}>
        {denied} The bars above count everybody and name nobody.
      </EmptyState>
    );
  }

  const { failure } = log;
  const environment = environments.find(({ key }) => key === opened?.environment) ?? current;
  const close = () => {
    const key = opened?.id;
    setOpened(null);
    if (key) list.current?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(key)}"]`)?.focus();
  };
  return (
    <>
      {!tail && failure && failure.reading !== "older" && (
        <div className={classes.problem}>
          <ErrorNote
            tried="reading"
            title={rows ? UNREAD[failure.reading] : "The evaluations could not be read."}
            failure={failure.failure}
            onRetry={log.retry}
          />
        </div>
      )}
      {tail ? (
        <TailLine tail={tail} paused={paused} />
      ) : (
        log.newer > 0 && (
          <div className={classes.newer}>
            <Button size="compact-sm" variant="subtle" loading={log.refreshing} onClick={showNewest}>
              Show {formatCount(log.newer)}
              {log.newer >= COUNTED_AT_MOST ? " or more" : ""} new
            </Button>
          </div>
        )
      )}
      <span className="hidden" role="status">
        {!tail && log.newer > 0 && "There are newer evaluations."}
      </span>
      {!rows && !failure && <SkeletonRows rows={14} label="Loading the evaluations" />}
      {rows && rows.length === 0 && !log.complete && !failure && !tail && (
        <SkeletonRows rows={14} label="Looking in older evaluations" />
      )}
      <div className={classes.list}>
        {rows && (rows.length > 0 || log.complete || tail) && (
          // biome-ignore lint/a11y/noStaticElementInteractions: it only holds still under the pointer
          <div
            ref={list}
            className={classes.rows}
            // Also where the pointer was when the rows began to come in.
            onPointerMove={() => onHold(true)}
            onPointerLeave={() => onHold(false)}
            onFocus={() => onHold(true)}
            onBlur={() => onHold(false)}
          >
            <VirtualTable
              key={tail ? "live" : `${placeKey} ${refreshed}`}
              label="Evaluations"
              columns={columns}
              rows={rows}
              rowKey={rowId}
              rowTone={rowTone}
              selectedKey={opened?.id ?? ""}
              total={!tail && log.complete ? rows.length : null}
              onOpen={setOpened}
              {...(tail
                ? {}
                : {
                    placeKey,
                    keepsPlace: true,
                    onEndInSight: log.loadMore,
                    onStartInSight: log.loadAbove,
                  })}
              empty={
                tail ? (
                  <EmptyState title="Waiting for calls">
                    What your apps ask for now is listed here as it comes in.
                  </EmptyState>
                ) : (
                  !failure && (
                    <NoEvaluations
                      filters={filters}
                      environments={environments}
                      current={current}
                      onClear={() => onFilters(NO_FILTERS)}
                      onEnvironment={select}
                      onWhy={() =>
                        void navigate({
                          to: "/why",
                          search: {
                            ...(filters.flag ? { flag: filters.flag } : {}),
                            ...(filters.entity ? { entity: filters.entity } : {}),
                          },
                        })
                      }
                    />
                  )
                )
              }
              footer={
                !tail &&
                rows.length > 0 && (
                  <div className={classes.foot}>
                    {failure?.reading === "older" ? (
                      <ErrorNote
                        tried="reading"
                        title="The log could not be read any further."
                        failure={failure.failure}
                        onRetry={log.retry}
                      />
                    ) : log.complete ? (
                      "This is the oldest one that is kept."
                    ) : (
                      "Loading older ones…"
                    )}
                  </div>
                )
              }
            />
          </div>
        )}
        {opened && environment && <CallDetail row={opened} environment={environment} onClose={close} />}
      </div>
    </>
  );
}
