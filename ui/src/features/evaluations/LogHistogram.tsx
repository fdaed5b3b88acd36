// The bars above the log: what was served over time in the environment, and the span that the list is narrowed to.
import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import { useKept } from "@/app/kept";
import { ErrorNote, useNow } from "@/components";
import { variations } from "@/features/flag/model/value";
import classes from "./EvaluationsPage.module.css";
import { chosenSpan, type Filters } from "./filter";
import { barsOf, caveatOf } from "./histogram/bars-of";
import { Histogram } from "./histogram/Histogram";
import { SpanFields } from "./histogram/SpanFields";
import { BUCKETS, WINDOWS, type WindowName, windowOf } from "./histogram/window";
import { asked } from "./model";

type Props = { filters: Filters; environment: string | undefined; onChange: (filters: Filters) => void };

export function LogHistogram({ filters, environment, onChange }: Props) {
  const [name, setName] = useKept<WindowName>("evaluations.window", "24h");
  const now = useNow();
  const { from, to } = windowOf(name, now, filters.from);
  const request = {
    filter: asked({ ...filters, from: null, to: null }, environment),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    buckets: BUCKETS,
  };
  const counted = useCommandQuery("evaluations_histogram", request, {
    enabled: environment !== undefined,
    keepPrevious: true,
    refetchInterval: 30_000,
    staleTime: 0,
  });
  const flag = useCommandQuery(
    "flag_get",
    { flag: filters.flag ?? "" },
    { enabled: filters.flag !== null },
  ).data;
  const values = useMemo(
    () =>
      flag &&
      variations(
        flag.defaultValue,
        flag.rules.map(({ value }) => value),
      ),
    [flag],
  );
  const bars = useMemo(() => (counted.data ? barsOf(counted.data, values) : null), [counted.data, values]);
  const selection = useMemo(() => chosenSpan(filters, now), [filters, now]);
  if (counted.error && !counted.data) {
    return (
      <div className={classes.problem}>
        <ErrorNote
          tried="reading"
          title="The evaluations could not be counted over time."
          failure={counted.error}
          onRetry={() => void counted.refetch()}
        />
      </div>
    );
  }
  return (
    <Histogram
      label="Evaluations"
      bars={bars}
      selection={selection}
      onSelect={(span) => onChange({ ...filters, from: span?.from ?? null, to: span?.to ?? null })}
      caveat={counted.data ? caveatOf(counted.data) : null}
    >
      <SpanFields
        span={{ from: filters.from, to: filters.to }}
        onChange={(span) => onChange({ ...filters, ...span })}
      />
      <SegmentedControl
        size="xs"
        aria-label="How far back the bars reach"
        data={WINDOWS.map(({ value, label }) => ({ value, label }))}
        value={name}
        onChange={(value) => setName(value as WindowName)}
      />
    </Histogram>
  );
}
