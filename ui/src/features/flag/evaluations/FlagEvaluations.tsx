// How a flag is used: what it served over time with its versions on the axis, who reads it, when it was last
// evaluated, and what that proposes.
import { SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import { useEnvironment } from "@/app/environment";
import { useKept } from "@/app/kept";
import { ErrorNote, RelativeTime, SkeletonRows, useNow } from "@/components";
import type { Flag } from "@/contract";
import { barsOf } from "@/features/evaluations/histogram/bars-of";
import { Histogram } from "@/features/evaluations/histogram/Histogram";
import { BUCKETS, WINDOWS, type WindowName, windowOf } from "@/features/evaluations/histogram/window";
import { variations } from "../model/value";
import classes from "./FlagEvaluations.module.css";
import { SdkTable } from "./SdkTable";
import { UsageHint } from "./UsageHint";

export function FlagEvaluations({ flag }: { flag: Flag }) {
  const { current } = useEnvironment();
  const [name, setName] = useKept<WindowName>("evaluations.window", "24h");
  const { from, to } = windowOf(name, useNow(), null);
  const usage = useCommandQuery(
    "flag_usage",
    {
      flagKey: flag.key,
      ...(current ? { environment: current.key } : {}),
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      buckets: BUCKETS,
    },
    { enabled: current !== undefined, keepPrevious: true, refetchInterval: 30_000, staleTime: 0 },
  );
  const { data } = usage;
  const bars = useMemo(
    () =>
      data
        ? barsOf(
            data.histogram,
            variations(
              flag.defaultValue,
              flag.rules.map(({ value }) => value),
            ),
          )
        : null,
    [data, flag.defaultValue, flag.rules],
  );
  const marks = useMemo(
    () => data?.versions.map(({ version, at }) => ({ at: Date.parse(at), label: `v${version}` })) ?? [],
    [data],
  );
  if (usage.error && !data) {
    return (
      <ErrorNote
        tried="reading"
        title="How the flag is used could not be read."
        failure={usage.error}
        onRetry={() => void usage.refetch()}
      />
    );
  }
  if (!data) return <SkeletonRows rows={8} label="Counting evaluations" />;
  return (
    <div className={classes.tab}>
      <UsageHint flag={flag} state={data.state} />
      <div className={classes.line}>
        <p className={classes.last}>
          {data.lastEvaluatedAt === null ? (
            "Never evaluated, in any environment."
          ) : (
            <>
              Last evaluated <RelativeTime at={data.lastEvaluatedAt} focusable />
              {data.state.kind === "bulk_only" && ", together with all other flags"}.
            </>
          )}
        </p>
        <Link to="/evaluations" search={{ flag: flag.key }} className={classes.link}>
          Open them in Evaluations
        </Link>
      </div>
      <div className={classes.bars}>
        <Histogram
          label={`Evaluations of ${flag.key}${current ? ` in ${current.name}` : ""}`}
          bars={bars}
          marks={marks}
        >
          <SegmentedControl
            size="xs"
            aria-label="How far back the bars reach"
            data={WINDOWS.map(({ value, label }) => ({ value, label }))}
            value={name}
            onChange={(value) => setName(value as WindowName)}
          />
        </Histogram>
        {marks.length > 0 && (
          <p className="hidden">
            Versions in this time: {data.versions.map(({ version }) => `v${version}`).join(", ")}
          </p>
        )}
      </div>
      <SdkTable sdks={data.sdks} environmentName={current?.name ?? ""} />
    </div>
  );
}
