// The log of evaluations, newest first: which customer got which value of which flag, and why.
import { Button } from "@mantine/core";
import { IconListDetails, IconRefresh, IconSearchOff } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { useEnvironment } from "@/app/environment";
import { keep, useKept } from "@/app/kept";
import {
  EmptyState,
  EnvironmentBadge,
  ErrorNote,
  formatCount,
  PageHeader,
  SkeletonRows,
  useNow,
  VirtualTable,
} from "@/components";
import type { Environment, EvaluationRow } from "@/contract";
import { evaluationColumns } from "./columns";
import { EvaluationFilters } from "./EvaluationFilters";
import classes from "./EvaluationsPage.module.css";
import { type Filters, isFiltered, NO_FILTERS } from "./model";
import { COUNTED_AT_MOST, useEvaluations } from "./use-evaluations";

const rowId = ({ id }: EvaluationRow) => id;
const rowTone = ({ reason, offBy }: EvaluationRow) =>
  reason === "OFF" && offBy === "ENVIRONMENT" ? "quiet" : undefined;

export function EvaluationsPage() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/evaluations" });
  const { environments, current, select } = useEnvironment();
  const [kept, setKept] = useKept<Filters>("evaluations.filters", NO_FILTERS);

  // A link brings its own filters, from the first moment on.
  const linked = search.flag !== undefined || search.entity !== undefined;
  const filters = linked ? { flag: search.flag ?? null, entity: search.entity ?? null } : kept;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each link
  useEffect(() => {
    if (!linked) return;
    setKept(filters);
    void navigate({ to: "/evaluations", search: {}, replace: true });
  }, [linked, search.flag, search.entity]);

  const log = useEvaluations(filters, current?.key);
  // Each selection keeps its own place, and a refresh starts at the top.
  const placeKey = `evaluations.place ${JSON.stringify([current?.key, filters.flag, filters.entity])}`;
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
      run: showNewest,
    },
  ]);

  const openWhy = ({ flagKey, entityId, environment }: EvaluationRow) =>
    void navigate({ to: "/why", search: { flag: flagKey, entity: entityId, environment } });
  const openFlag = ({ flagKey }: EvaluationRow) =>
    void navigate({ to: "/flags/$key", params: { key: flagKey } });
  const today = new Date(useNow()).toDateString();
  const latest = useRef({ setKept, openWhy, openFlag });
  latest.current = { setKept, openWhy, openFlag };
  const { flag, entity } = filters;
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
        filters: { flag, entity },
        booleanDefaults,
        today: new Date(today),
        onFilter: (next) => latest.current.setKept(next),
        onWhy: (row) => latest.current.openWhy(row),
        onFlag: (row) => latest.current.openFlag(row),
      }),
    [environments, flag, entity, booleanDefaults, today],
  );

  const { rows, failure } = log;
  return (
    <div className={classes.page}>
      <PageHeader
        title="Evaluations"
        count={rows && <Shown rows={rows.length} complete={log.complete} />}
        actions={
          <Button
            leftSection={
              log.newer > 0 ? <span className={classes.dot} /> : <IconRefresh size={16} stroke={1.75} />
            }
            loading={log.refreshing}
            disabled={rows === undefined}
            onClick={showNewest}
          >
            {log.newer > 0
              ? `Show ${formatCount(log.newer)}${log.newer >= COUNTED_AT_MOST ? " or more" : ""} new`
              : "Refresh"}
          </Button>
        }
      >
        <EvaluationFilters filters={filters} onChange={setKept} />
      </PageHeader>
      <span className="hidden" role="status">
        {log.newer > 0 && "There are newer evaluations."}
      </span>
      {failure?.reading === "newest" && (
        <div className={classes.problem}>
          <ErrorNote
            title={rows ? "The newest evaluations could not be read." : "The evaluations could not be read."}
            failure={failure.failure}
            onRetry={log.retry}
          />
        </div>
      )}
      {!rows && !failure && <SkeletonRows rows={14} label="Loading the evaluations" />}
      {rows && (rows.length > 0 || log.complete) && (
        <VirtualTable
          key={`${placeKey} ${refreshed}`}
          label="Evaluations"
          columns={columns}
          rows={rows}
          rowKey={rowId}
          rowTone={rowTone}
          placeKey={placeKey}
          total={log.complete ? rows.length : null}
          onEndInSight={log.loadMore}
          onOpen={(row) => (row.entityId === "" || row.flagKey === "" ? openFlag(row) : openWhy(row))}
          empty={
            !failure && (
              <Nothing
                filters={filters}
                environments={environments}
                current={current}
                onClear={() => setKept(NO_FILTERS)}
                onEnvironment={select}
                onWhy={() =>
                  void navigate({
                    to: "/why",
                    search: { ...(flag ? { flag } : {}), ...(entity ? { entity } : {}) },
                  })
                }
              />
            )
          }
          footer={
            rows.length > 0 && (
              <div className={classes.foot}>
                {failure?.reading === "older" ? (
                  <ErrorNote
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
      )}
      {rows && rows.length === 0 && !log.complete && !failure && (
        <SkeletonRows rows={14} label="Looking in older evaluations" />
      )}
    </div>
  );
}

function Shown({ rows, complete }: { rows: number; complete: boolean }) {
  return <span>{complete ? formatCount(rows) : `newest ${formatCount(rows)}`}</span>;
}

type NothingProps = {
  filters: Filters;
  environments: ReadonlyArray<Environment>;
  current: Environment | undefined;
  onClear: () => void;
  onEnvironment: (key: string) => void;
  onWhy: () => void;
};

function Nothing({ filters, environments, current, onClear, onEnvironment, onWhy }: NothingProps) {
  const filtered = isFiltered(filters);
  const others = environments.filter(({ key }) => key !== current?.key).slice(0, 3);
  const where = current?.name ?? "this environment";
  return (
    <EmptyState
      title={filtered ? `No such evaluation in ${where}` : `Nothing was evaluated in ${where} yet`}
      icon={filtered ? <IconSearchOff size={28} stroke={1.5} /> : <IconListDetails size={28} stroke={1.5} />}
      actions={
        <>
          {filtered && <Button onClick={onClear}>Clear the filters</Button>}
          {others.map((environment) => (
            <Button key={environment.key} onClick={() => onEnvironment(environment.key)}>
              <span className={classes.elsewhere}>
                Look in <EnvironmentBadge environment={environment} />
              </span>
            </Button>
          ))}
          <Button onClick={onWhy}>Ask why instead</Button>
        </>
      }
    >
      {filtered
        ? `${words(filters)} Calls are kept for a limited time; Why says what a customer would get now.`
        : "Each call of your apps is listed here with its value and the reason, a moment after it is answered. Why says what a customer would get, and is not listed."}
    </EmptyState>
  );
}

function words({ flag, entity }: Filters): string {
  const whom = entity === null ? "" : ` for ${entity}`;
  return `No app asked for ${flag ?? "a flag"}${whom}.`;
}
