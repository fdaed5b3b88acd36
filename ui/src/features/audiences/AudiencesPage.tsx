// The list of audiences: whom each holds, how many they are, which flags use it.
import { Button, Tooltip } from "@mantine/core";
import { IconCopy, IconPencil, IconPlus, IconSearchOff, IconTrash, IconUsers } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { useCommandQuery, useCount } from "@/api";
import { useKept } from "@/app/kept";
import { useGate } from "@/app/rights";
import {
  type Column,
  EmptyState,
  ErrorNote,
  FilterInput,
  formatCount,
  formatCounted,
  formatShare,
  MenuButton,
  PageHeader,
  RelativeTime,
  SkeletonRows,
  type Sort,
  StateGlyph,
  type TableHandle,
  VirtualTable,
} from "@/components";
import type { Audience } from "@/contract";
import classes from "./AudiencesPage.module.css";
import { brokenReason, useBroken } from "./broken";
import { DeleteAudienceDialog } from "./DeleteAudienceDialog";
import { copyOf } from "./model/draft";
import { indexAudiences, type ListedAudience, shownAudiences } from "./model/list";
import { useAudienceDrafts } from "./use-audience-draft";

const NO_AUDIENCES: ReadonlyArray<Audience> = [];
const BY_NAME: Sort = { column: "name", direction: "ascending" };
const rowKey = ({ audience }: ListedAudience) => audience.id;

export function AudiencesPage() {
  const navigate = useNavigate();
  const list = useCommandQuery("audiences_list", {});
  const audiences = list.data ?? NO_AUDIENCES;
  const [search, setSearch] = useKept("audiences.search", "");
  const [sort, setSort] = useKept<Sort>("audiences.sort", BY_NAME);
  const [deleting, setDeleting] = useState<Audience | null>(null);
  const [drafts, storeDrafts] = useAudienceDrafts();
  const table = useRef<TableHandle>(null);
  const broken = useBroken();

  const indexed = useMemo(() => indexAudiences(audiences), [audiences]);
  const settled = useDeferredValue(search);
  const rows = useMemo(() => shownAudiences(indexed, settled, sort), [indexed, settled, sort]);
  const open = (id: string) => void navigate({ to: "/audiences/$id", params: { id } });
  const duplicate = (audience: Audience) => {
    const copy = `new-copy-of-${audience.id}`;
    if (!drafts[copy]) storeDrafts({ ...drafts, [copy]: copyOf(audience) });
    open(copy);
  };
  const actions = useRef({ open, duplicate });
  actions.current = { open, duplicate };
  const columns = useMemo(
    () =>
      audienceColumns({
        drafted: new Set(Object.keys(drafts)),
        broken: new Map(broken.map((each) => [each.id, brokenReason(each)])),
        onOpen: (id) => actions.current.open(id),
        onDuplicate: (audience) => actions.current.duplicate(audience),
        onDelete: setDeleting,
      }),
    [drafts, broken],
  );
  const makeGate = useGate("editAudiences");
  const count =
    settled.trim() === ""
      ? formatCount(audiences.length)
      : `${formatCount(rows.length)} of ${formatCount(audiences.length)}`;

  return (
    <div className={classes.page}>
      <PageHeader
        title="Audiences"
        count={list.data ? <span aria-live="polite">{count}</span> : undefined}
        actions={
          <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={2} />}
            onClick={() => open("new")}
            {...makeGate}
          >
            {drafts.new ? "Continue new audience" : "New audience"}
          </Button>
        }
      >
        <FilterInput value={search} onChange={setSearch} onLeaveDown={() => table.current?.focus()} />
      </PageHeader>
      {list.error && !list.data && (
        <div className={classes.problem}>
          <ErrorNote
            title="The audiences could not be loaded."
            failure={list.error}
            onRetry={() => void list.refetch()}
          />
        </div>
      )}
      {list.isPending && <SkeletonRows rows={8} label="Loading the audiences" />}
      {list.data && (
        <VirtualTable
          label="Audiences"
          columns={columns}
          rows={rows}
          rowKey={rowKey}
          sort={sort}
          onSort={setSort}
          placeKey="audiences.place"
          handle={table}
          onOpen={({ audience }) => open(audience.id)}
          empty={
            audiences.length === 0 ? (
              <EmptyState
                title="No audience yet"
                icon={<IconUsers size={24} stroke={1.5} />}
                actions={
                  <Button variant="filled" onClick={() => open("new")} {...makeGate}>
                    New audience
                  </Button>
                }
              >
                An audience is a saved condition over your customers, such as “plan is enterprise”. Rules of
                flags serve their values to audiences.
              </EmptyState>
            ) : (
              <EmptyState
                title={`No audience matches “${settled.trim()}”`}
                icon={<IconSearchOff size={24} stroke={1.5} />}
                actions={<Button onClick={() => setSearch("")}>Clear the filter</Button>}
              />
            )
          }
        />
      )}
      {deleting && (
        <DeleteAudienceDialog
          audience={deleting}
          onCancel={() => setDeleting(null)}
          onDeleted={() => setDeleting(null)}
        />
      )}
    </div>
  );
}

type Context = {
  drafted: ReadonlySet<string>;
  /** Why they cannot be computed, by id. */
  broken: ReadonlyMap<string, string>;
  onOpen: (id: string) => void;
  onDuplicate: (audience: Audience) => void;
  onDelete: (audience: Audience) => void;
};

function audienceColumns(context: Context): ReadonlyArray<Column<ListedAudience>> {
  return [
    {
      id: "name",
      label: "Audience",
      width: "minmax(150px, 2fr)",
      sortable: true,
      cell: ({ audience }, { tabIndex }) => (
        <>
          {context.drafted.has(audience.id) && (
            <Tooltip label="Has unsaved edits">
              <span className={classes.draft} role="img" aria-label="Unsaved edits" />
            </Tooltip>
          )}
          <span className={classes.name} title={audience.name} dir="auto">
            {audience.name}
          </span>
          {context.broken.has(audience.id) && (
            <Tooltip label={context.broken.get(audience.id)} multiline maw={420}>
              <span className={classes.broken} tabIndex={tabIndex}>
                <StateGlyph state="warning" label="Broken" /> broken
              </span>
            </Tooltip>
          )}
        </>
      ),
    },
    {
      id: "condition",
      label: "Customers whose",
      width: "minmax(180px, 4fr)",
      cell: ({ summary }) => (
        <span className={classes.summary} title={summary} dir="auto">
          {summary}
        </span>
      ),
    },
    {
      id: "customers",
      label: "Customers",
      width: "104px",
      align: "end",
      cell: ({ audience }) => <Members audience={audience} broken={context.broken.has(audience.id)} />,
    },
    {
      id: "used",
      label: "Used by",
      width: "92px",
      sortable: true,
      cell: ({ audience }, { tabIndex }) =>
        audience.usedBy.length === 0 ? (
          <span className="faint">no flag</span>
        ) : (
          <Link
            to="/flags"
            search={{ audience: audience.id }}
            className={classes.used ?? ""}
            tabIndex={tabIndex}
            title={audience.usedBy.map(({ key }) => key).join(", ")}
            onClick={(event) => event.stopPropagation()}
          >
            {formatCounted(audience.usedBy.length, "flag")}
          </Link>
        ),
    },
    {
      id: "changed",
      label: "Changed",
      width: "minmax(176px, 1.8fr)",
      align: "end",
      sortable: true,
      cell: ({ audience }) => (
        <>
          <span className={classes.changed} title={audience.updatedBy} dir="auto">
            {audience.updatedBy}
          </span>
          <RelativeTime at={audience.updatedAt} />
        </>
      ),
    },
    {
      id: "actions",
      label: "Actions",
      header: <span className="hidden">Actions</span>,
      width: "44px",
      align: "end",
      cell: ({ audience }, { tabIndex }) => (
        <MenuButton
          label={`Actions for ${audience.name}`}
          tabIndex={tabIndex}
          entries={[
            {
              label: "Open",
              icon: <IconPencil size={16} stroke={1.75} />,
              run: () => context.onOpen(audience.id),
            },
            {
              label: "Duplicate",
              icon: <IconCopy size={16} stroke={1.75} />,
              run: () => context.onDuplicate(audience),
            },
            "divider",
            {
              label: "Delete…",
              icon: <IconTrash size={16} stroke={1.75} />,
              run: () => context.onDelete(audience),
            },
          ]}
        />
      ),
    },
  ];
}

/** Counted while the row is in sight. */
function Members({ audience, broken }: { audience: Audience; broken: boolean }) {
  const { count, failure } = useCount(
    "audience_count",
    { condition: audience.condition },
    { enabled: !broken },
  );
  if (broken) {
    return (
      <span className="faint" title="It cannot be computed.">
        –
      </span>
    );
  }
  if (failure) {
    return (
      <span className={classes.failed} title={failure.message}>
        not counted
      </span>
    );
  }
  if (!count) return <span className="faint">…</span>;
  return (
    <span
      className="num"
      title={`${formatShare(count.customers, count.total)} of ${formatCount(count.total)}`}
    >
      {formatCount(count.customers)}
    </span>
  );
}
