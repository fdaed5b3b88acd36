// The columns of the evaluation log. There is one order, by time: none of them sorts.
import { Tooltip } from "@mantine/core";
import { useCommandQuery } from "@/api";
import {
  absoluteTime,
  type Column,
  clockTime,
  EnvironmentBadge,
  KeyText,
  StateGlyph,
  ValueChip,
} from "@/components";
import type { Environment, EvaluationRow } from "@/contract";
import classes from "./EvaluationsPage.module.css";
import { reasonWords, servedDefault, sourceWords } from "./model/words";

type Context = {
  environments: ReadonlyArray<Environment>;
  onFlag: (key: string) => void;
  onEntity: (id: string) => void;
};

export function evaluationColumns(context: Context): ReadonlyArray<Column<EvaluationRow>> {
  const { environments, onFlag, onEntity } = context;
  const environmentOf = (key: string) => environments.find((one) => one.key === key);
  return [
    {
      id: "time",
      label: "Time",
      header: "Time ↓",
      width: "124px",
      cell: ({ at }) => <Time at={at} />,
    },
    {
      id: "customer",
      label: "Customer",
      width: "minmax(150px, 2fr)",
      cell: ({ entityId }, { tabIndex }) =>
        entityId === "" ? (
          <span className="faint">no customer</span>
        ) : (
          <button
            type="button"
            className={classes.link}
            tabIndex={tabIndex}
            title={`Show only ${entityId}`}
            onClick={(event) => {
              event.stopPropagation();
              onEntity(entityId);
            }}
          >
            <Customer entityId={entityId} />
          </button>
        ),
    },
    {
      id: "flag",
      label: "Flag",
      width: "minmax(130px, 2fr)",
      cell: ({ flagKey }, { tabIndex }) =>
        flagKey === "" ? (
          <span className="faint">a deleted flag</span>
        ) : (
          <button
            type="button"
            className={classes.link}
            tabIndex={tabIndex}
            title={`Show only ${flagKey}`}
            onClick={(event) => {
              event.stopPropagation();
              onFlag(flagKey);
            }}
          >
            <KeyText text={flagKey} />
          </button>
        ),
    },
    {
      id: "value",
      label: "Value",
      width: "minmax(100px, 1.4fr)",
      cell: (row) => (
        <ValueChip
          value={row.value}
          variation={servedDefault(row) ? 0 : (row.ruleIndex ?? 0) + 1}
          limit={28}
        />
      ),
    },
    {
      id: "reason",
      label: "Reason",
      width: "minmax(120px, 1.6fr)",
      cell: (row) => (
        <Reason row={row} environment={environmentOf(row.environment)?.name ?? row.environment} />
      ),
    },
    {
      id: "version",
      label: "Version",
      header: "Ver.",
      width: "56px",
      cell: ({ flagVersion }) => <span className="muted num">v{flagVersion}</span>,
    },
    {
      id: "environment",
      label: "Environment",
      header: "Env.",
      width: "48px",
      align: "center",
      cell: ({ environment }) => {
        const known = environmentOf(environment);
        return known ? (
          <EnvironmentBadge environment={known} square />
        ) : (
          <span className="faint">{environment}</span>
        );
      },
    },
    {
      id: "call",
      label: "Call",
      width: "96px",
      cell: ({ source }) => <span className="muted">{sourceWords(source)}</span>,
    },
    {
      id: "sdk",
      label: "SDK",
      width: "minmax(64px, 1fr)",
      align: "end",
      cell: ({ sdk }) => (
        <span className={classes.sdk} title={sdk}>
          {sdk || "–"}
        </span>
      ),
    },
  ];
}

/** Today's time alone; an earlier day's with the day. */
function Time({ at }: { at: string }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? "" : `${date.getDate()} ${date.toLocaleString("en-GB", { month: "short" })} `;
  return (
    <Tooltip label={absoluteTime(date)}>
      <time dateTime={at} className={classes.time}>
        {day}
        {isToday ? clockTime(date) : clockTime(date).slice(0, 8)}
      </time>
    </Tooltip>
  );
}

/** The customer's name where the table has one, and the id that was sent. */
function Customer({ entityId }: { entityId: string }) {
  const { data } = useCommandQuery("customer_get", { entityId });
  const name = data?.name ?? data?.email;
  if (!name) return <code className={classes.entity}>{entityId}</code>;
  return (
    <>
      <span className={classes.name} dir="auto">
        {name}
      </span>
      <code className={classes.id}>{entityId}</code>
    </>
  );
}

function Reason({ row, environment }: { row: EvaluationRow; environment: string }) {
  const words = reasonWords(row, environment);
  if (row.stale || row.reason === "ERROR") {
    return (
      <span
        className={classes.warning}
        title="The database could not be reached: the last known membership was used."
      >
        <StateGlyph state="warning" label="" />
        <span className={classes.words}>{row.stale ? `${words} · stale` : words}</span>
      </span>
    );
  }
  return (
    <>
      {row.offBy === "KILL_SWITCH" && <StateGlyph state="killed" label="" />}
      <span className={classes.words} title={words}>
        {words}
      </span>
    </>
  );
}
