// The evaluation log as it is, newest first: who got which value of which flag, when and why.
import { Button, Popover, TextInput } from "@mantine/core";
import { IconArrowUp, IconListDetails, IconSearchOff, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { useCommandQuery } from "@/api";
import { useEnvironment } from "@/app/environment";
import {
  EmptyState,
  EnvironmentBadge,
  ErrorNote,
  FilterChip,
  formatCount,
  PageHeader,
  SkeletonRows,
  type TableHandle,
  VirtualTable,
} from "@/components";
import type { EvaluationRow } from "@/contract";
import { evaluationColumns } from "./columns";
import classes from "./EvaluationsPage.module.css";
import { type EvaluationsFilter, useEvaluations } from "./use-evaluations";

const rowKey = ({ id, flagKey }: EvaluationRow) => `${id} ${flagKey}`;

export function EvaluationsPage() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { flag, entity } = useSearch({ from: "/evaluations" });
  const { environments, current } = useEnvironment();
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags;
  const table = useRef<TableHandle>(null);
  const filter: EvaluationsFilter = {
    ...(flag ? { flagKey: flag } : {}),
    ...(entity ? { entityId: entity } : {}),
    ...(current ? { environment: current.key } : {}),
  };
  const { query, rows, newer } = useEvaluations(filter, current !== undefined);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const show = (next: { flag?: string | undefined; entity?: string | undefined }) => {
    const search = { flag, entity, ...next };
    void navigate({
      to: "/evaluations",
      search: {
        ...(search.flag ? { flag: search.flag } : {}),
        ...(search.entity ? { entity: search.entity } : {}),
      },
    });
  };
  const showLatest = useRef(show);
  showLatest.current = show;
  const columns = useMemo(
    () =>
      evaluationColumns({
        environments,
        onFlag: (key) => showLatest.current({ flag: key }),
        onEntity: (id) => showLatest.current({ entity: id }),
      }),
    [environments],
  );
  const showNewest = () => {
    // From the first page again: the pages that were loaded would each be asked for once more.
    void client.resetQueries({ queryKey: ["evaluations_list", "pages", filter] });
    document.querySelector('[role="grid"][aria-label="Evaluations"]')?.parentElement?.scrollTo({ top: 0 });
  };
  const filtered = flag !== undefined || entity !== undefined;

  return (
    <div className={classes.page}>
      <PageHeader
        title="Evaluations"
        count={
          query.data && (
            <span aria-live="polite">{`${formatCount(rows.length)}${hasNextPage ? "+" : ""}`}</span>
          )
        }
        actions={
          newer && (
            <Button leftSection={<IconArrowUp size={16} stroke={1.75} />} onClick={showNewest}>
              Show newer
            </Button>
          )
        }
      >
        <FilterChip
          label="Flag"
          options={(flags ?? []).map(({ key }) => ({ value: key, label: key }))}
          chosen={flag ? [flag] : []}
          onChange={(chosen) => show({ flag: chosen.find((key) => key !== flag) })}
          none="There is no flag yet."
        />
        <CustomerChip entity={entity} onChange={(id) => show({ entity: id })} />
        <span className={classes.order}>newest first, by time only</span>
      </PageHeader>
      {query.error && (
        <div className={classes.problem}>
          <ErrorNote
            title={
              rows.length > 0
                ? "No older evaluations could be loaded."
                : "The evaluations could not be loaded."
            }
            failure={query.error}
            onRetry={() => void (rows.length > 0 ? fetchNextPage() : query.refetch())}
          />
        </div>
      )}
      {query.isPending && <SkeletonRows rows={14} label="Loading the evaluations" />}
      {query.data && (
        <VirtualTable
          label="Evaluations"
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          placeKey="evaluations.place"
          handle={table}
          total={hasNextPage ? null : rows.length}
          onOpen={({ flagKey, entityId, environment }) =>
            void navigate({ to: "/why", search: { flag: flagKey, entity: entityId, environment } })
          }
          onEndInSight={loadMore}
          footer={isFetchingNextPage && <SkeletonRows rows={2} label="Loading older evaluations" />}
          empty={
            filtered ? (
              <EmptyState
                title="No evaluation matches"
                icon={<IconSearchOff size={24} stroke={1.5} />}
                actions={
                  <Button onClick={() => show({ flag: undefined, entity: undefined })}>
                    Clear the filters
                  </Button>
                }
              >
                Nobody asked for {flag ? <code>{flag}</code> : "a flag"}
                {entity ? (
                  <>
                    {" "}
                    for <code>{entity}</code>
                  </>
                ) : null}
                {current && ` in ${current.name}`}. A customer’s id has to be given whole.
              </EmptyState>
            ) : (
              <EmptyState
                title={current ? `No evaluation in ${current.name} yet` : "No evaluation yet"}
                icon={<IconListDetails size={24} stroke={1.5} />}
                actions={<Button onClick={() => void navigate({ to: "/why" })}>Ask why</Button>}
              >
                Evaluations appear here as soon as an application asks for flags
                {current ? (
                  <>
                    {" in "}
                    <EnvironmentBadge environment={current} />
                  </>
                ) : null}
                . What you ask on the page Why is not counted.
              </EmptyState>
            )
          }
        />
      )}
    </div>
  );
}

/** The customer filter: an id, whole, as SDKs send it. */
function CustomerChip({ entity, onChange }: { entity: string | undefined; onChange: (id?: string) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const label = entity ? `Customer: ${entity}` : "Customer";
  return (
    <span className={classes.chip} data-set={entity !== undefined}>
      <Popover
        opened={open}
        onChange={setOpen}
        onOpen={() => setText(entity ?? "")}
        position="bottom-start"
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <button type="button" className={classes.chipButton} title={label} onClick={() => setOpen(!open)}>
            {label}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            className={classes.ask}
            onSubmit={(event) => {
              event.preventDefault();
              setOpen(false);
              onChange(text.trim() === "" ? undefined : text.trim());
            }}
          >
            <TextInput
              label="Customer id"
              placeholder="As SDKs send it"
              value={text}
              maxLength={256}
              spellCheck={false}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" variant="filled">
              Show
            </Button>
          </form>
        </Popover.Dropdown>
      </Popover>
      {entity !== undefined && (
        <button
          type="button"
          className={classes.chipClear}
          aria-label="Clear Customer"
          onClick={() => onChange(undefined)}
        >
          <IconX size={14} stroke={2} aria-hidden />
        </button>
      )}
    </span>
  );
}
