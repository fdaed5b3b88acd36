// All customers of the tenant's table: found by id, name or e-mail address, listed in the order of their ids.
import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconDatabase, IconUserOff, IconUserSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo, useRef } from "react";
import { useCommandQuery, useCountPages } from "@/api";
import { useActions } from "@/app/actions";
import { useKept } from "@/app/kept";
import {
  type Column,
  CopyButton,
  EmptyState,
  ErrorNote,
  FilterInput,
  formatCount,
  PageHeader,
  SkeletonRows,
  SqlStatements,
  type TableHandle,
  VirtualTable,
} from "@/components";
import type { CustomerReference, CustomerTable } from "@/contract";
import type { CommandFailure } from "@/platform";
import { ChooseTable } from "./ChooseTable";
import classes from "./CustomersPage.module.css";
import { SearchProgress } from "./SearchProgress";

const PAGE_ROWS = 100;
const PAUSE_MS = 200;
const rowKey = ({ entityId }: CustomerReference) => entityId;
const icon = { size: 28, stroke: 1.5 } as const;

export function CustomersPage() {
  const source = useCommandQuery("customer_source_get", {});
  if (source.error) {
    return (
      <Page>
        <div className={classes.note}>
          <ErrorNote
            title="It is not known where customers live."
            failure={source.error}
            onRetry={() => void source.refetch()}
          />
        </div>
      </Page>
    );
  }
  if (!source.data) {
    return (
      <Page>
        <SkeletonRows rows={14} label="Loading the customers" />
      </Page>
    );
  }
  const { source: chosen, customers } = source.data;
  if (chosen === null) {
    return (
      <Page>
        <EmptyState
          title="Choose where your customers live"
          icon={<IconDatabase {...icon} />}
          actions={<ChooseTable />}
        >
          Halyard reads customers from a table or view of your own database, and never writes to it.
        </EmptyState>
      </Page>
    );
  }
  return <Customers table={chosen.customers} total={customers} />;
}

function Customers({ table: source, total }: { table: CustomerTable; total: number | null }) {
  const navigate = useNavigate();
  const [search, setSearch] = useKept("customers.search", "");
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const list = useCountPages("customers_list", { search: settled, limit: PAGE_ROWS });
  const rows = useMemo(() => list.pages?.flatMap(({ customers }) => customers), [list.pages]);
  const table = useRef<TableHandle>(null);
  const { failure, complete } = list;
  const open = (entity: string) => void navigate({ to: "/customers/customer", search: { entity } });
  useActions([
    {
      id: "open-customer",
      label: "Open the customer with the id in the search",
      keywords: "go to entity",
      disabled: settled === "",
      run: () => open(settled),
    },
  ]);
  return (
    <Page
      count={rows && <Shown rows={rows.length} complete={complete} total={settled === "" ? total : null} />}
      controls={
        <FilterInput
          label="Search"
          value={search}
          onChange={setSearch}
          onLeaveDown={() => table.current?.focus()}
        />
      }
    >
      {list.progress && <SearchProgress progress={list.progress} table={source} onCancel={list.cancel} />}
      {failure && (
        <div className={classes.note}>
          <NotRead failure={failure} search={settled} onRetry={list.retry} />
        </div>
      )}
      {list.cancelled && (
        <EmptyState
          title="The search was called off"
          icon={<IconUserSearch {...icon} />}
          actions={<Button onClick={list.retry}>Search after all</Button>}
        />
      )}
      {rows ? (
        <VirtualTable
          key={settled}
          label="Customers"
          columns={columns(source)}
          rows={rows}
          rowKey={rowKey}
          total={complete ? rows.length : settled === "" ? total : null}
          placeKey={`customers.place ${settled}`}
          handle={table}
          onEndInSight={list.loadMore}
          onOpen={({ entityId }) => open(entityId)}
          empty={complete && <Nobody search={settled} source={source} onOpen={() => open(settled)} />}
          footer={
            rows.length > 0 && (
              <div className={classes.foot}>{complete ? "These are all of them." : "Loading more…"}</div>
            )
          }
        />
      ) : (
        !failure && !list.cancelled && <SkeletonRows rows={14} label="Looking for the customers" />
      )}
    </Page>
  );
}

type PageProps = { count?: ReactNode; controls?: ReactNode; children: ReactNode };

function Page({ count, controls, children }: PageProps) {
  return (
    <div className={classes.page}>
      <PageHeader title="Customers" count={count}>
        {controls}
      </PageHeader>
      {children}
    </div>
  );
}

function Shown({ rows, complete, total }: { rows: number; complete: boolean; total: number | null }) {
  if (total !== null) return <span>{formatCount(total)}</span>;
  return <span aria-live="polite">{complete ? formatCount(rows) : `first ${formatCount(rows)}`}</span>;
}

type NotReadProps = { failure: CommandFailure; search: string; onRetry: () => void };

function NotRead({ failure, search, onRetry }: NotReadProps) {
  const statements = failure.details.statements ?? [];
  return (
    <ErrorNote
      title={search === "" ? "The customers could not be read." : "The search did not end in time."}
      failure={failure}
      onRetry={onRetry}
    >
      {statements.length > 0 && (
        <>
          <p>
            Somebody who may change the table can make them; Halyard never does. While they are being made the
            table stays in use.
          </p>
          <SqlStatements statements={statements} what="the statements" />
        </>
      )}
    </ErrorNote>
  );
}

type NobodyProps = { search: string; source: CustomerTable; onOpen: () => void };

function Nobody({ search, source, onOpen }: NobodyProps) {
  const { schema, table } = source;
  if (search === "") {
    return (
      <EmptyState title={`${schema}.${table} has no rows`} icon={<IconUserOff {...icon} />}>
        As soon as the table has customers they are listed here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={`Nobody matches “${search}”`}
      icon={<IconUserSearch {...icon} />}
      actions={<Button onClick={onOpen}>Show what this id gets</Button>}
    >
      The search looks at the beginning of ids and anywhere in names and e-mail addresses. An id that is not
      in the table still has a bucket, so flags serve it a value.
    </EmptyState>
  );
}

function columns(source: CustomerTable): ReadonlyArray<Column<CustomerReference>> {
  const shown: Array<Column<CustomerReference>> = [];
  if (source.nameColumn !== null) {
    shown.push({
      id: "name",
      label: "Name",
      width: "minmax(0, 1.2fr)",
      cell: ({ name }) => <Text of={name} />,
    });
  }
  if (source.emailColumn !== null) {
    shown.push({
      id: "email",
      label: "E-mail",
      width: "minmax(0, 1.6fr)",
      cell: ({ email }) => <Text of={email} />,
    });
  }
  shown.push({
    id: "id",
    label: "Id",
    width: "minmax(0, 1fr)",
    cell: ({ entityId }, { tabIndex }) => (
      <>
        <code className={classes.id} title={entityId} dir="auto">
          {entityId}
        </code>
        <CopyButton text={entityId} what={`the id ${entityId}`} tabIndex={tabIndex} />
      </>
    ),
  });
  return shown;
}

function Text({ of }: { of: string | null }) {
  if (of === null) return <span className="faint">–</span>;
  return (
    <span className={classes.text} title={of} dir="auto">
      {of}
    </span>
  );
}
