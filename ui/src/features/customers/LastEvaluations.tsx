// What was served to a customer in the environment, newest first, as far as the log goes.
import { Button } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import {
  absoluteTime,
  type Column,
  EmptyState,
  ErrorNote,
  KeyText,
  SkeletonRows,
  StateGlyph,
  useNow,
  ValueChip,
  VirtualTable,
} from "@/components";
import type { Environment, EvaluationRow } from "@/contract";
import { NO_FILTERS } from "@/features/evaluations/filter";
import { reasonWords, rowTime, whyThen } from "@/features/evaluations/model";
import { useEvaluations } from "@/features/evaluations/use-evaluations";
import classes from "./CustomerPage.module.css";

type Props = { entity: string; environment: Environment };

const rowKey = ({ id }: EvaluationRow) => id;

export function LastEvaluations({ entity, environment }: Props) {
  const navigate = useNavigate();
  const filters = useMemo(() => ({ ...NO_FILTERS, entity }), [entity]);
  const log = useEvaluations(filters, environment.key, { may: true, watched: true });
  const today = new Date(useNow()).toDateString();
  const columns = useMemo(() => logColumns(environment.name, new Date(today)), [environment.name, today]);
  const { rows, failure } = log;
  return (
    <>
      <div className={classes.tools}>
        {log.newer > 0 && (
          <Button size="compact-sm" onClick={() => log.showNewest(() => {})} loading={log.refreshing}>
            Show {log.newer} new
          </Button>
        )}
        <Link to="/evaluations" search={{ entity }} className={classes.all}>
          Open them in Evaluations
        </Link>
      </div>
      {failure && (
        <div className={classes.note}>
          <ErrorNote
            title="The evaluations could not be read."
            failure={failure.failure}
            onRetry={log.retry}
          />
        </div>
      )}
      {rows && (rows.length > 0 || log.complete) ? (
        <VirtualTable
          label="Evaluations"
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          total={log.complete ? rows.length : null}
          onEndInSight={log.loadMore}
          onOpen={(row) => {
            if (row.flagKey !== "") void navigate({ to: "/why", search: whyThen(row) });
          }}
          empty={
            !failure && (
              <EmptyState
                title={`Nothing was evaluated for them in ${environment.name}`}
                icon={<IconListDetails size={28} stroke={1.5} />}
              >
                Every call of an SDK with this id is listed here, as long as the log is kept.
              </EmptyState>
            )
          }
          footer={
            rows.length > 0 && (
              <div className={classes.foot}>
                {log.complete ? "This is the oldest one that is kept." : "Loading older ones…"}
              </div>
            )
          }
        />
      ) : (
        !failure && <SkeletonRows rows={10} label="Loading the evaluations" />
      )}
    </>
  );
}

function logColumns(environmentName: string, today: Date): ReadonlyArray<Column<EvaluationRow>> {
  return [
    {
      id: "time",
      label: "Time",
      width: "132px",
      cell: ({ at }) => {
        const date = new Date(at);
        return (
          <time dateTime={at} className="mono" title={absoluteTime(date)}>
            {rowTime(date, today)}
          </time>
        );
      },
    },
    {
      id: "flag",
      label: "Flag",
      width: "minmax(130px, 1.6fr)",
      cell: ({ flagKey }) =>
        flagKey === "" ? <span className="faint">a deleted flag</span> : <KeyText text={flagKey} />,
    },
    {
      id: "value",
      label: "Value",
      width: "minmax(80px, 1.2fr)",
      cell: ({ value }) => <ValueChip value={value} />,
    },
    {
      id: "reason",
      label: "Because",
      width: "minmax(120px, 1.2fr)",
      cell: (row) => {
        const { text, tone, detail } = reasonWords(row, environmentName);
        return (
          <>
            {tone !== "plain" && <StateGlyph state={tone} label="" />}
            <span className={classes.reason} data-tone={tone} title={detail ?? text}>
              {text}
            </span>
          </>
        );
      },
    },
    {
      id: "version",
      label: "Version",
      header: "Ver.",
      width: "52px",
      align: "end",
      cell: ({ flagVersion }) => <span className={classes.quiet}>v{flagVersion}</span>,
    },
  ];
}
