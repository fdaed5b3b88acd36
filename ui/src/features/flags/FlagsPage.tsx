// The list of flags: find one, see who gets what, switch it, open it.
import { Button } from "@mantine/core";
import { IconFlag3, IconPlus, IconSearchOff } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { type CommandFailure, useCommandQuery, useDatabaseGone } from "@/api";
import { announce } from "@/app/announcements";
import { useDraftedFlags } from "@/app/drafts";
import { useEnvironment } from "@/app/environment";
import { useKept } from "@/app/kept";
import { useNotedMutation } from "@/app/noted";
import { useDenied, useGate } from "@/app/rights";
import { useShown } from "@/app/useShown";
import {
  EmptyState,
  ErrorNote,
  formatCount,
  PageHeader,
  SkeletonRows,
  type TableHandle,
  VirtualTable,
} from "@/components";
import type { Environment, FlagSummary } from "@/contract";
import { ArchiveDialog } from "./ArchiveDialog";
import { flagColumns } from "./columns";
import { FlagFilters } from "./FlagFilters";
import classes from "./FlagsPage.module.css";
import { type Filters, filterFlags, indexFlags, inOrder, isFiltered, NO_FILTERS } from "./model";
import { defaultInWords } from "./rollout";
import { SelectionBar } from "./SelectionBar";
import { SwitchOnDialog } from "./SwitchOnDialog";
import { UnknownKeys } from "./UnknownKeys";
import { useFlagMenu } from "./useFlagMenu";
import { useFlagsReach } from "./useFlagsReach";
import { useFlagsUsage } from "./useFlagsUsage";
import { useSelection } from "./useSelection";
import { useSettledOrder } from "./useSettledOrder";

/** When the page has been drawn and the dialog can be fetched before somebody asks for it. */
const FETCH_DIALOG_AFTER_MS = 600;
const loadNewFlagDialog = () => import("./NewFlagDialog");
const KillManyDialog = lazy(() =>
  import("../kill/KillManyDialog").then((module) => ({ default: module.KillManyDialog })),
);
const NewFlagDialog = lazy(() => loadNewFlagDialog().then((module) => ({ default: module.NewFlagDialog })));

const NO_FLAGS: ReadonlyArray<FlagSummary> = [];
const flagId = ({ id }: FlagSummary) => id;
const flagTone = ({ isActive, archivedAt }: FlagSummary) =>
  archivedAt !== null ? "quiet" : isActive ? undefined : "killed";

type Asking =
  | { about: "switching on"; flag: FlagSummary; environment: Environment }
  | { about: "archiving"; flag: FlagSummary }
  | { about: "killing"; flags: ReadonlyArray<FlagSummary> };

export function FlagsPage() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/flags" });
  const [filters, setFilters] = useKept<Filters>("flags.filters", NO_FILTERS);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<{ title: string; failure: CommandFailure } | null>(null);
  const table = useRef<TableHandle>(null);

  const { environments, current } = useEnvironment();
  const list = useCommandQuery("flags_list", { archived: filters.archived });
  const flags = list.data?.flags ?? NO_FLAGS;
  useShown(list.data !== undefined);
  const reach = useFlagsReach();
  const usage = useFlagsUsage();
  const drafted = useDraftedFlags();
  const frozen = useDatabaseGone();
  const noSwitch = useDenied("switch");
  const makeGate = useGate("editFlags");
  const change = useNotedMutation("flag_set_environment");

  // A link from an audience shows the flags with rules on it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each link
  useEffect(() => {
    if (search.audience === undefined) return;
    setFilters({ ...NO_FILTERS, audiences: [search.audience] });
    void navigate({ to: "/flags", search: {}, replace: true });
  }, [search.audience]);

  useEffect(() => {
    const timer = setTimeout(() => void loadNewFlagDialog(), FETCH_DIALOG_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);

  const { sort, setSort, order } = useSettledOrder(flags, filters.archived, environments);
  const indexed = useMemo(() => inOrder(indexFlags(flags), order), [flags, order]);
  // Typing comes first: the rows follow as soon as there is time.
  const settledFilters = useDeferredValue(filters);
  const environmentKey = current?.key ?? "";
  // What a filter shows is settled when it is set: a switch takes no row away from under the pointer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `order` changes when flags come or go, not when they change
  const shown = useMemo(() => {
    const kept = filterFlags(indexed, settledFilters, { environment: environmentKey, drafted });
    return new Set(kept.map(flagId));
  }, [order, settledFilters, environmentKey]);
  const rows = useMemo(
    () => indexed.flatMap(({ flag }) => (shown.has(flag.id) ? flag : [])),
    [indexed, shown],
  );

  const selection = useSelection(rows);

  const switchTo = (flag: FlagSummary, environment: Environment, enabled: boolean) => {
    setProblem(null);
    if (enabled && environment.production) {
      setAsking({ about: "switching on", flag, environment });
      return;
    }
    const done = `${flag.key} is ${enabled ? "on" : "off"} in ${environment.name}`;
    const means = enabled ? "" : `: everyone there gets ${defaultInWords(flag)}`;
    change.mutate(
      { flag: flag.id, environment: environment.key, enabled },
      {
        onSuccess: () =>
          announce({
            text: `${done}${means}.`,
            undo: {
              label: enabled ? "Switch off" : "Switch on",
              run: () => switchTo(flag, environment, !enabled),
            },
          }),
        onError: (failure) =>
          setProblem({
            title: `${flag.key} could not be switched ${enabled ? "on" : "off"} in ${environment.name}.`,
            failure,
          }),
      },
    );
  };
  // The columns are made anew only when what they show changes.
  const latestSwitch = useRef(switchTo);
  latestSwitch.current = switchTo;

  const menu = useFlagMenu({
    onArchive: (flag) => setAsking({ about: "archiving", flag }),
    onProblem: setProblem,
    frozen,
  });
  const latestSelection = useRef(selection);
  latestSelection.current = selection;
  const allChosen = rows.length > 0 && selection.flags.length === rows.length;
  const switching = change.isPending ? `${change.variables.flag}/${change.variables.environment}` : null;
  const columns = useMemo(
    () =>
      flagColumns({
        environments,
        current,
        reach,
        usage,
        drafted,
        switching,
        frozen,
        noSwitch,
        menu,
        onSwitch: (...asked) => latestSwitch.current(...asked),
        chosen: selection.ids,
        onChoose: (flag, through) => latestSelection.current.toggle(flag.id, through),
        allChosen,
        onChooseAll: () => latestSelection.current.toggleAll(),
      }),
    [
      environments,
      current,
      reach,
      usage,
      drafted,
      switching,
      frozen,
      noSwitch,
      menu,
      selection.ids,
      allChosen,
    ],
  );

  const openNew = () => void navigate({ to: "/flags", search: { create: true } });
  const filtered = isFiltered(filters);
  const count = filtered
    ? `${formatCount(rows.length)} of ${formatCount(flags.length)}`
    : `${formatCount(flags.length)}${filters.archived ? " archived" : ""}`;

  return (
    <div className={classes.page}>
      <PageHeader
        title="Flags"
        count={list.data ? <span aria-live="polite">{count}</span> : undefined}
        actions={
          <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={2} />}
            onClick={openNew}
            {...makeGate}
          >
            New flag
          </Button>
        }
      >
        <FlagFilters
          filters={filters}
          onChange={setFilters}
          flags={flags}
          current={current}
          onLeaveDown={() => table.current?.focus()}
        />
      </PageHeader>
      <UnknownKeys flags={flags} />
      {problem && (
        <div className={classes.problem}>
          <ErrorNote title={problem.title} failure={problem.failure} />
        </div>
      )}
      {list.error && !list.data && (
        <div className={classes.problem}>
          <ErrorNote
            title="The flags could not be loaded."
            failure={list.error}
            onRetry={() => void list.refetch()}
          />
        </div>
      )}
      {list.isPending && <SkeletonRows rows={14} label="Loading the flags" />}
      {list.data && (
        <VirtualTable
          label="Flags"
          columns={columns}
          rows={rows}
          rowKey={flagId}
          rowTone={flagTone}
          sort={sort}
          onSort={setSort}
          placeKey="flags.place"
          handle={table}
          onRowKeyDown={(event, flag) => {
            if (event.target !== event.currentTarget) return;
            if (event.key === " ") {
              event.preventDefault();
              selection.toggle(flag.id, event.shiftKey);
            } else if (event.key === "Escape" && selection.flags.length > 0) selection.clear();
          }}
          onOpen={(flag) => void navigate({ to: "/flags/$key", params: { key: flag.key } })}
          empty={
            <NoFlags
              filters={filters}
              filtered={filtered}
              onClear={() => setFilters({ ...NO_FILTERS, archived: filters.archived })}
              onArchive={() => setFilters({ ...filters, archived: !filters.archived })}
              onNew={openNew}
            />
          }
        />
      )}
      {selection.flags.length > 0 && (
        <SelectionBar
          chosen={selection.flags}
          onKill={(chosen) => setAsking({ about: "killing", flags: chosen })}
          onClear={selection.clear}
        />
      )}
      {asking?.about === "killing" && (
        <Suspense fallback={null}>
          <KillManyDialog
            targets={asking.flags}
            environments={environments}
            onClose={(killed) => {
              setAsking(null);
              if (killed > 0) selection.clear();
            }}
          />
        </Suspense>
      )}
      {asking?.about === "switching on" && (
        <SwitchOnDialog
          flag={asking.flag}
          environment={asking.environment}
          reach={reach}
          onCancel={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            announce({ text: `${asking.flag.key} is on in ${asking.environment.name}.` });
          }}
        />
      )}
      {asking?.about === "archiving" && (
        <ArchiveDialog
          flag={asking.flag}
          environments={environments}
          onCancel={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            announce({ text: `${asking.flag.key} is archived. Find it under State: Archived.` });
          }}
        />
      )}
      {search.create && (
        <Suspense fallback={null}>
          <NewFlagDialog
            duplicateOf={search.from}
            firstKey={search.key}
            onClose={() => void navigate({ to: "/flags", search: {}, replace: true })}
          />
        </Suspense>
      )}
    </div>
  );
}

type NoFlagsProps = {
  filters: Filters;
  filtered: boolean;
  onClear: () => void;
  onArchive: () => void;
  onNew: () => void;
};

function NoFlags({ filters, filtered, onClear, onArchive, onNew }: NoFlagsProps) {
  if (filtered) {
    return (
      <EmptyState
        title={filters.archived ? "No archived flag matches" : "No flag matches"}
        icon={<IconSearchOff size={28} stroke={1.5} />}
        actions={
          <>
            <Button onClick={onClear}>Clear the filters</Button>
            <Button onClick={onArchive}>
              {filters.archived ? "Look among the flags in use" : "Look in the archive"}
            </Button>
          </>
        }
      >
        The filter looks at key, name, tags, default value and who changed it last.
      </EmptyState>
    );
  }
  if (filters.archived) {
    return (
      <EmptyState
        title="Nothing is archived"
        icon={<IconFlag3 size={28} stroke={1.5} />}
        actions={<Button onClick={onArchive}>Show the flags in use</Button>}
      >
        Flags that nobody asks for any more can be archived from their ⋯ menu.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No flags yet"
      icon={<IconFlag3 size={28} stroke={1.5} />}
      actions={
        <Button variant="filled" onClick={onNew}>
          New flag
        </Button>
      }
    >
      A flag is off everywhere until you switch it on: make one, give it rules, then choose where.
    </EmptyState>
  );
}
