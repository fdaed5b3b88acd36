// The log of evaluations, newest first: which customer got which value of which flag, and why. The bars above tell
// when; a row opens its call beside the list.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useExport } from "@/api";
import { useActions } from "@/app/actions";
import { useEnvironment } from "@/app/environment";
import { useKept } from "@/app/kept";
import { useDenied } from "@/app/rights";
import { ExportStatus, formatCount, PageHeader } from "@/components";
import type { EvaluationRow, JsonValue } from "@/contract";
import { ColumnsMenu } from "./ColumnsMenu";
import classes from "./EvaluationsPage.module.css";
import { type Filters, NO_FILTERS } from "./filter";
import { EvaluationFilters } from "./filters/EvaluationFilters";
import { LogHistogram } from "./LogHistogram";
import { LogList } from "./LogList";
import { LogMenu } from "./LogMenu";
import { asked } from "./model";
import { useShownColumns } from "./shown-columns";
import { TailButton } from "./tail/TailButton";
import { useTail } from "./tail/use-tail";

const MOST_VALUES = 30;

export function EvaluationsPage() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/evaluations" });
  const { current } = useEnvironment();
  const denied = useDenied("readEvaluations");
  const [kept, setKept] = useKept<Filters>("evaluations.filters", NO_FILTERS);

  // A link brings its own filters, from the first moment on.
  const linked = search.flag !== undefined || search.entity !== undefined;
  const filters = linked ? { ...NO_FILTERS, flag: search.flag ?? null, entity: search.entity ?? null } : kept;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each link
  useEffect(() => {
    if (!linked) return;
    setKept(filters);
    void navigate({ to: "/evaluations", search: {}, replace: true });
  }, [linked, search.flag, search.entity]);

  const [live, setLive] = useState(false);
  const [paused, setPaused] = useState(false);
  /** While somebody points at a row, or has the keyboard on it, it stays where it is. */
  const [held, setHeld] = useState(false);
  const filter = useMemo(() => asked(filters, current?.key), [filters, current?.key]);
  const tail = useTail(filter, live, paused || held);
  const goLive = (next: boolean) => {
    setLive(next);
    setPaused(false);
    // The row that had the keyboard goes with its list.
    setHeld(false);
    // What comes in now is not before a moment of the past.
    if (next && (filters.from !== null || filters.to !== null)) setKept({ ...filters, from: null, to: null });
  };
  const change = (next: Filters) => {
    if (next.from !== filters.from || next.to !== filters.to) setLive(false);
    setKept(next);
  };

  const [columns, setColumns] = useShownColumns();
  const exporting = useExport("evaluations_export");
  const [shown, setShown] = useState<{ rows: ReadonlyArray<EvaluationRow>; complete: boolean } | null>(null);
  const seen = useMemo(() => valuesOf(shown?.rows ?? []), [shown]);
  useActions([
    {
      id: "evaluations.live",
      label: live ? "Stop the live tail" : "Watch evaluations live",
      shortcut: "L",
      keywords: "tail follow stream",
      disabled: denied !== null,
      run: () => goLive(!live),
    },
    ...(live
      ? [
          {
            id: "evaluations.pause",
            label: paused ? "Go on with the live tail" : "Pause the live tail",
            shortcut: "P",
            run: () => setPaused(!paused),
          },
        ]
      : []),
  ]);

  return (
    <div className={classes.page}>
      <PageHeader
        title="Evaluations"
        count={shown?.complete && !live ? formatCount(shown.rows.length) : undefined}
        actions={
          <>
            <TailButton
              live={live}
              paused={paused}
              tail={tail}
              disabled={denied !== null}
              onLive={goLive}
              onPause={setPaused}
            />
            <LogMenu filter={filter} exporting={exporting} />
            <ColumnsMenu shown={columns} onChange={setColumns} />
          </>
        }
      >
        <EvaluationFilters filters={filters} onChange={change} environment={current?.key} values={seen} />
      </PageHeader>
      <div className={classes.exported}>
        <ExportStatus of={exporting} noun="evaluation" />
      </div>
      <LogHistogram filters={filters} environment={current?.key} onChange={change} />
      <LogList
        filters={filters}
        onFilters={change}
        columns={columns}
        denied={denied}
        tail={live ? tail : null}
        paused={paused}
        onHold={setHeld}
        onShown={setShown}
      />
    </div>
  );
}

/** Each value once, as many as can be looked through. */
function valuesOf(rows: ReadonlyArray<EvaluationRow>): ReadonlyArray<JsonValue> {
  const values = new Map<string, JsonValue>();
  // Rows share what they were served.
  for (const value of new Set(rows.map((row) => row.value))) {
    if (values.size >= MOST_VALUES) break;
    values.set(JSON.stringify(value), value);
  }
  return [...values.values()];
}
