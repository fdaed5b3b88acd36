// What the log shows of each evaluation.
import { IconFilter, IconFlag3, IconHelpCircle, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import {
  absoluteTime,
  type Column,
  copyText,
  EnvironmentBadge,
  KeyText,
  MenuButton,
  type MenuEntry,
  StateGlyph,
  ValueChip,
  zoneName,
} from "@/components";
import type { Environment, EvaluationRow } from "@/contract";
import { CustomerName } from "./CustomerName";
import classes from "./EvaluationsPage.module.css";
import type { Filters } from "./filter";
import { callWords, reasonWords, rowTime, variation } from "./model";

const icon = { size: 16, stroke: 1.75 } as const;

export type ColumnInputs = {
  environments: ReadonlyArray<Environment>;
  filters: Filters;
  /** By key, of the flags that are boolean. */
  booleanDefaults: ReadonlyMap<string, boolean>;
  /** Today, for the times of other days. */
  today: Date;
  onFilter: (filters: Filters) => void;
  onWhy: (row: EvaluationRow) => void;
  onFlag: (row: EvaluationRow) => void;
};

export function evaluationColumns(inputs: ColumnInputs): ReadonlyArray<Column<EvaluationRow>> {
  const { environments, today } = inputs;
  const named = (key: string) => environments.find((one) => one.key === key);
  return [
    {
      id: "time",
      label: `Time, ${zoneName(today)}`,
      header: (
        <>
          <span>Time</span>
          <span className={classes.zone}>{zoneName(today)}</span>
        </>
      ),
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
      id: "customer",
      label: "Customer",
      width: "minmax(110px, 1.4fr)",
      cell: ({ entityId }) =>
        entityId === "" ? (
          <span className="faint">no customer</span>
        ) : (
          <CustomerName key={entityId} entityId={entityId} />
        ),
    },
    {
      id: "flag",
      label: "Flag",
      width: "minmax(130px, 1.3fr)",
      cell: ({ flagKey }, { tabIndex }) =>
        flagKey === "" ? (
          <span className="faint">a deleted flag</span>
        ) : (
          <Link
            to="/flags/$key"
            params={{ key: flagKey }}
            className={classes.flag}
            tabIndex={tabIndex}
            draggable={false}
            preload={false}
            onClick={(event) => event.stopPropagation()}
          >
            <KeyText text={flagKey} />
          </Link>
        ),
    },
    {
      id: "value",
      label: "Value",
      width: "minmax(80px, 1fr)",
      cell: (row) => {
        const known = variation(row, inputs.booleanDefaults);
        return (
          <span className={known === null ? classes.unknown : classes.value}>
            <ValueChip value={row.value} variation={known} />
          </span>
        );
      },
    },
    {
      id: "reason",
      label: "Reason",
      width: "minmax(130px, 1fr)",
      cell: (row) => {
        const { text, tone, detail } = reasonWords(row, named(row.environment)?.name ?? row.environment);
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
      cell: ({ flagVersion }) => <span className={classes.quiet}>v{flagVersion}</span>,
    },
    {
      id: "environment",
      label: "Environment",
      header: "Env.",
      width: "48px",
      align: "center",
      cell: ({ environment }) => (
        <EnvironmentBadge
          square
          environment={
            named(environment) ?? { key: environment, name: `${environment} (deleted)`, color: "#6b7686" }
          }
        />
      ),
    },
    {
      id: "call",
      label: "Call",
      width: "96px",
      cell: ({ source }) => <span className={classes.quiet}>{callWords(source)}</span>,
    },
    {
      id: "sdk",
      label: "SDK",
      width: "var(--sdk-column)",
      align: "end",
      cell: ({ sdk }) => (
        <code className={classes.sdk} title={sdk}>
          {sdk === "" ? "–" : sdk}
        </code>
      ),
    },
    {
      id: "menu",
      label: "Actions",
      header: <span className="hidden">Actions</span>,
      width: "44px",
      align: "end",
      cell: (row, { tabIndex }) => (
        <MenuButton
          label={`Actions for ${row.flagKey} at ${rowTime(new Date(row.at), today)}`}
          entries={menu(row, inputs)}
          tabIndex={tabIndex}
        />
      ),
    },
  ];
}

function menu(row: EvaluationRow, { filters, onFilter, onWhy, onFlag }: ColumnInputs): Array<MenuEntry> {
  const { entityId, flagKey } = row;
  const noCustomer = entityId === "";
  const noFlag = flagKey === "";
  return [
    {
      label: "Why did this customer get it?",
      icon: <IconHelpCircle {...icon} />,
      disabled: noCustomer || noFlag,
      run: () => onWhy(row),
    },
    { label: "Open the flag", icon: <IconFlag3 {...icon} />, disabled: noFlag, run: () => onFlag(row) },
    "divider",
    {
      label: "Only this flag",
      icon: <IconFilter {...icon} />,
      disabled: noFlag || filters.flag === flagKey,
      run: () => onFilter({ ...filters, flag: flagKey }),
    },
    {
      label: "Only this customer",
      icon: <IconUser {...icon} />,
      disabled: noCustomer || filters.entity === entityId,
      run: () => onFilter({ ...filters, entity: entityId }),
    },
    "divider",
    { label: "Copy the customer's id", disabled: noCustomer, run: () => void copyText(entityId) },
    { label: "Copy the value", run: () => void copyText(valueText(row)) },
  ];
}

function valueText({ value }: EvaluationRow): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
