// What a customer gets, or got, of every flag, with a reason each; a row opens the whole explanation.
import { IconSearchOff } from "@tabler/icons-react";
import { useMemo, useRef } from "react";
import { useCommandQuery } from "@/api";
import { useKept } from "@/app/kept";
import {
  type Column,
  EmptyState,
  ErrorNote,
  FilterInput,
  formatCount,
  KeyText,
  SkeletonRows,
  StateGlyph,
  type TableHandle,
  ValueChip,
  VirtualTable,
} from "@/components";
import type { Environment, WhyFlag } from "@/contract";
import classes from "./AllFlags.module.css";
import { matchingFlags, reasonLine } from "./all-flags";
import { customerLabel } from "./explanation";

type Props = {
  entityId: string;
  environment: Environment;
  at: string | null;
  onOpen: (flagKey: string) => void;
};

const rowKey = ({ id }: WhyFlag) => id;
const rowTone = ({ evaluation: { reason } }: WhyFlag) =>
  reason.kind === "OFF" ? (reason.offBy === "KILL_SWITCH" ? "killed" : "quiet") : undefined;

export function AllFlags({ entityId, environment, at, onOpen }: Props) {
  const answer = useCommandQuery("why_all", {
    entityId,
    environment: environment.key,
    ...(at === null ? {} : { at }),
  });
  const [search, setSearch] = useKept("why.flags", "");
  const table = useRef<TableHandle>(null);
  const flags = answer.data?.flags;
  const rows = useMemo(
    () => matchingFlags(flags ?? [], search, environment.name),
    [flags, search, environment.name],
  );
  const columns = useMemo(() => columnsOf(environment.name, at !== null), [environment.name, at]);
  if (answer.error && !answer.data)
    return (
      <div className={classes.problem}>
        <ErrorNote
          title="It could not be explained."
          failure={answer.error}
          onRetry={() => void answer.refetch()}
        />
      </div>
    );
  if (!answer.data) return <SkeletonRows rows={10} label="Asking the engine" />;
  const { customer, unread } = answer.data;
  const guessed = answer.data.flags.filter(({ basis }) => basis === "today").length;
  return (
    <>
      <p className={classes.caption} data-testid="why-all-caption">
        What <strong>{customerLabel({ customer, entityId })}</strong>
        {at === null ? " gets" : " got"} of every flag in {environment.name}
        {at === null ? "." : " at that moment."}
        {unread !== null
          ? " The customers table cannot be read now: of flags that ask for audiences nothing can be said."
          : customer === null && " This id is not in the customers table: it is in no audience."}
        {at !== null &&
          guessed > 0 &&
          ` ${formatCount(guessed)} of them depend on audiences and go by the customer's row of today; open one to see what was logged.`}
      </p>
      <div className={classes.tools}>
        <FilterInput value={search} onChange={setSearch} onLeaveDown={() => table.current?.focus()} />
        <span className={classes.quiet} aria-live="polite">
          {search.trim() === ""
            ? formatCount(answer.data.flags.length)
            : `${formatCount(rows.length)} of ${formatCount(answer.data.flags.length)}`}
        </span>
      </div>
      <VirtualTable
        label={`Flags in ${environment.name}`}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        rowTone={rowTone}
        handle={table}
        placeKey={`why.flags.place ${entityId}`}
        onOpen={({ key }) => onOpen(key)}
        empty={
          answer.data.flags.length === 0 ? (
            <EmptyState
              title={at === null ? "There are no flags yet" : "There were no flags at that moment"}
            />
          ) : (
            <EmptyState
              title={`No flag matches “${search.trim()}”`}
              icon={<IconSearchOff size={24} stroke={1.5} />}
            />
          )
        }
      />
    </>
  );
}

function columnsOf(environmentName: string, past: boolean): ReadonlyArray<Column<WhyFlag>> {
  return [
    {
      id: "flag",
      label: "Flag",
      width: "minmax(160px, 1.2fr)",
      cell: ({ key }) => <KeyText text={key} />,
    },
    {
      id: "value",
      label: "Value",
      width: "minmax(90px, 1fr)",
      cell: ({ evaluation: { value, variationIndex } }) => (
        <ValueChip value={value} variation={variationIndex} />
      ),
    },
    {
      id: "reason",
      label: "Because",
      width: "minmax(200px, 2fr)",
      cell: (flag) => {
        const { text, tone } = reasonLine(flag, environmentName);
        const guessed = past && flag.basis === "today";
        const whole = guessed ? `${text}, by today's row` : text;
        return (
          <span className={classes.reason} data-tone={tone} title={whole}>
            {tone !== "plain" && <StateGlyph state={tone} label="" />}
            {whole}
          </span>
        );
      },
    },
    {
      id: "version",
      label: "Version",
      width: "72px",
      align: "end",
      cell: ({ version }) => <span className={`num ${classes.quiet}`}>v{version}</span>,
    },
  ];
}
