// What every flag serves to a customer in the environment, and why; a row leads to the whole explanation.
import { IconSearchOff } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useKept } from "@/app/kept";
import {
  type Column,
  EmptyState,
  FilterInput,
  formatCount,
  KeyText,
  StateGlyph,
  type TableHandle,
  ValueChip,
  VirtualTable,
} from "@/components";
import type { CustomerFlag, Environment } from "@/contract";
import classes from "./CustomerPage.module.css";
import { bucketShare, matchingFlags, servedWords } from "./model";

type Props = {
  entity: string;
  flags: ReadonlyArray<CustomerFlag>;
  /** By id. */
  names: ReadonlyMap<string, string>;
  environment: Environment;
};

const rowKey = ({ id }: CustomerFlag) => id;
const rowTone = ({ reason }: CustomerFlag) =>
  reason.kind === "OFF" ? (reason.offBy === "KILL_SWITCH" ? "killed" : "quiet") : undefined;

export function ServedFlags({ entity, flags, names, environment }: Props) {
  const navigate = useNavigate();
  const [search, setSearch] = useKept("customer.flags", "");
  const table = useRef<TableHandle>(null);
  const rows = useMemo(() => matchingFlags(flags, names, search), [flags, names, search]);
  const columns = useMemo(() => flagColumns(environment.name), [environment.name]);
  return (
    <>
      <div className={classes.tools}>
        <FilterInput value={search} onChange={setSearch} onLeaveDown={() => table.current?.focus()} />
        <span className={classes.quiet} aria-live="polite">
          {search.trim() === ""
            ? formatCount(flags.length)
            : `${formatCount(rows.length)} of ${formatCount(flags.length)}`}
        </span>
      </div>
      <VirtualTable
        label={`Flags in ${environment.name}`}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        rowTone={rowTone}
        handle={table}
        placeKey="customer.flags.place"
        onOpen={({ key }) =>
          void navigate({ to: "/why", search: { flag: key, entity, environment: environment.key } })
        }
        empty={
          flags.length === 0 ? (
            <EmptyState title="There are no flags yet" />
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

function flagColumns(environmentName: string): ReadonlyArray<Column<CustomerFlag>> {
  return [
    {
      id: "flag",
      label: "Flag",
      width: "minmax(140px, 1.6fr)",
      cell: ({ key }, { tabIndex }) => (
        <Link
          to="/flags/$key"
          params={{ key }}
          className={classes.flag}
          tabIndex={tabIndex}
          draggable={false}
          preload={false}
          onClick={(event) => event.stopPropagation()}
        >
          <KeyText text={key} />
        </Link>
      ),
    },
    {
      id: "value",
      label: "Value",
      width: "minmax(80px, 1.2fr)",
      cell: ({ value, variationIndex }) => <ValueChip value={value} variation={variationIndex} />,
    },
    {
      id: "reason",
      label: "Because",
      width: "minmax(120px, 1.2fr)",
      cell: ({ reason }) => {
        const { text, tone } = servedWords(reason, environmentName);
        return (
          <>
            {tone !== "plain" && <StateGlyph state={tone} label="" />}
            <span className={classes.reason} data-tone={tone} title={text}>
              {text}
            </span>
          </>
        );
      },
    },
    {
      id: "bucket",
      label: "Bucket",
      width: "88px",
      align: "end",
      cell: ({ bucket }) => <span className={`num ${classes.quiet}`}>{bucketShare(bucket)}</span>,
    },
  ];
}
