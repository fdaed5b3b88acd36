// The customers of one change of value by name: searched by the database, read page by page.
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useExport } from "@/api";
import {
  type Column,
  EmptyState,
  ExportButton,
  ExportStatus,
  FilterInput,
  formatCount,
  SkeletonRows,
  VirtualTable,
} from "@/components";
import type { CustomerMove, Flag, FlagEdit, FlagImpact, ImpactCustomersRequest } from "@/contract";
import { NAME_COLUMNS } from "../../customers/name-columns";
import { CountFailed } from "./CountFailed";
import { CountProgress } from "./CountProgress";
import { customersMoved, largestFirst, moveLabel } from "./model";
import classes from "./SeeWho.module.css";
import { useCustomers } from "./use-customers";

const PAUSE_MS = 200;

/** With what each gets now and will get, where that differs from row to row. */
const WITH_VALUES: ReadonlyArray<Column<CustomerMove>> = [
  ...NAME_COLUMNS,
  {
    id: "move",
    label: "Now → after",
    width: "minmax(0, 1fr)",
    cell: (move) => (
      <code className={classes.grow} title={moveLabel(move, 200)}>
        {moveLabel(move, 16)}
      </code>
    ),
  },
];

type Props = {
  flag: Flag;
  edit: FlagEdit;
  impact: FlagImpact;
  /** Stands for this opening of the list in the audit trail. */
  opening: string;
};

/** Choosing this shows every move. */
const ALL = "all";

export function MovedCustomers({ flag, edit, impact, opening }: Props) {
  const moves = largestFirst(impact.moves);
  const [chosen, setChosen] = useState(moves.length === 1 ? "0" : ALL);
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const move = moves[Number(chosen)];
  const asked: Pick<ImpactCustomersRequest, "flag" | "draft" | "who" | "search"> = {
    flag: flag.id,
    draft: edit,
    who: move ? { kind: "moved", from: move.from, to: move.to } : { kind: "all_moved" },
    search: settled,
  };
  const customers = useCustomers({ ...asked, opening });
  const file = useExport("impact_customers_export");
  const total = move?.customers ?? customersMoved(impact);
  const { rows, failure, complete } = customers;
  return (
    <>
      <div className={classes.head}>
        <Select
          aria-label="From which value to which"
          w={280}
          allowDeselect={false}
          data={[
            ...(moves.length > 1
              ? [{ value: ALL, label: `All changes · ${formatCount(customersMoved(impact))}` }]
              : []),
            ...moves.map((each, index) => ({
              value: String(index),
              label: `${moveLabel(each)} · ${formatCount(each.customers)}`,
            })),
          ]}
          value={chosen}
          onChange={(value) => setChosen(value ?? ALL)}
        />
        <FilterInput label="Search" value={search} onChange={setSearch} />
        <ExportButton of={file} onStart={() => file.start(asked)} disabled={rows?.length === 0} />
        <CountProgress {...customers} />
      </div>
      <div className={classes.exported}>
        <ExportStatus of={file} noun="customer" />
      </div>
      {failure && (
        <div className={classes.note}>
          <CountFailed title="The customers could not be read." failure={failure} onRetry={customers.retry} />
        </div>
      )}
      {rows ? (
        <VirtualTable
          label="Customers whose value changes"
          columns={move ? NAME_COLUMNS : WITH_VALUES}
          rows={rows}
          rowKey={({ entityId }) => entityId}
          total={complete ? rows.length : settled === "" ? total : null}
          onEndInSight={customers.loadMore}
          empty={
            complete && (
              <EmptyState title="Nobody of them matches" icon={<IconUserSearch size={28} stroke={1.5} />}>
                The search looks at the beginning of ids and anywhere in names and e-mail addresses.
              </EmptyState>
            )
          }
          footer={
            rows.length > 0 && (
              <div className={classes.foot}>{complete ? "These are all of them." : "Loading more…"}</div>
            )
          }
        />
      ) : (
        !failure && !customers.cancelled && <SkeletonRows rows={12} label="Looking for the customers" />
      )}
    </>
  );
}
