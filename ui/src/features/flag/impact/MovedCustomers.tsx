// The customers of one change of value by name: searched by the database, read page by page.
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserSearch } from "@tabler/icons-react";
import { useState } from "react";
import {
  type Column,
  CopyButton,
  EmptyState,
  ErrorNote,
  FilterInput,
  formatCount,
  SkeletonRows,
  VirtualTable,
} from "@/components";
import type { CustomerMove, Flag, FlagEdit, FlagImpact } from "@/contract";
import { CountProgress } from "./CountProgress";
import { largestFirst, moveLabel } from "./model";
import classes from "./SeeWho.module.css";
import { useCustomers } from "./use-customers";

const PAUSE_MS = 200;

const COLUMNS: ReadonlyArray<Column<CustomerMove>> = [
  { id: "name", label: "Name", width: "minmax(0, 1fr)", cell: ({ name }) => <Text of={name} /> },
  { id: "email", label: "E-mail", width: "minmax(0, 1.7fr)", cell: ({ email }) => <Text of={email} /> },
  {
    id: "id",
    label: "Id",
    width: "minmax(0, 1fr)",
    cell: ({ entityId }, { tabIndex }) => (
      <>
        <code className={classes.grow} title={entityId}>
          {entityId}
        </code>
        <CopyButton text={entityId} what={`the id ${entityId}`} tabIndex={tabIndex} />
      </>
    ),
  },
];

type Props = { flag: Flag; edit: FlagEdit; impact: FlagImpact };

export function MovedCustomers({ flag, edit, impact }: Props) {
  const moves = largestFirst(impact.moves);
  const [chosen, setChosen] = useState("0");
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const move = moves[Number(chosen)] ?? { from: flag.defaultValue, to: flag.defaultValue, customers: 0 };
  const customers = useCustomers({
    flag: flag.id,
    draft: edit,
    who: { kind: "moved", from: move.from, to: move.to },
    search: settled,
  });
  const { rows, failure, complete } = customers;
  return (
    <>
      <div className={classes.head}>
        <Select
          aria-label="From which value to which"
          w={280}
          allowDeselect={false}
          data={moves.map((each, index) => ({
            value: String(index),
            label: `${moveLabel(each)} · ${formatCount(each.customers)}`,
          }))}
          value={chosen}
          onChange={(value) => setChosen(value ?? "0")}
        />
        <FilterInput label="Search" value={search} onChange={setSearch} />
        <CountProgress {...customers} />
      </div>
      {failure && (
        <div className={classes.note}>
          <ErrorNote title="The customers could not be read." failure={failure} onRetry={customers.retry} />
        </div>
      )}
      {rows ? (
        <VirtualTable
          label="Customers whose value changes"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ entityId }) => entityId}
          total={complete ? rows.length : settled === "" ? move.customers : null}
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

function Text({ of }: { of: string | null }) {
  if (of === null) return <span className="faint">–</span>;
  return (
    <span className={classes.grow} title={of}>
      {of}
    </span>
  );
}
