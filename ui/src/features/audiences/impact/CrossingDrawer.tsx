// Who comes into an audience and who goes out of it by an edit: by name, searched by the database, page by page, or all
// of them as a file.
import { Drawer, SegmentedControl } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useCountPages, useExport } from "@/api";
import {
  CountedAge,
  EmptyState,
  ExportButton,
  ExportStatus,
  FilterInput,
  formatCount,
  SkeletonRows,
  VirtualTable,
} from "@/components";
import type { AudienceImpact, Condition, Crossing } from "@/contract";
import { NAME_COLUMNS } from "@/features/customers/name-columns";
import { CountFailed } from "@/features/flag/impact/CountFailed";
import { CountProgress } from "@/features/flag/impact/CountProgress";
import classes from "./CrossingDrawer.module.css";

const PAUSE_MS = 200;
const PAGE_ROWS = 100;

type Props = { audienceId: string; condition: Condition; impact: AudienceImpact; onClose: () => void };

export function CrossingDrawer({ audienceId, condition, impact, onClose }: Props) {
  const [who, setWho] = useState<Crossing>(impact.joining > 0 ? "joining" : "leaving");
  const [search, setSearch] = useState("");
  const [opening] = useState(() => crypto.randomUUID());
  const [settled] = useDebouncedValue(search.trim(), PAUSE_MS);
  const asked = { id: audienceId, condition, who, search: settled };
  const customers = useCountPages("audience_impact_customers", { ...asked, opening, limit: PAGE_ROWS });
  const file = useExport("audience_impact_customers_export");
  const { pages, failure, complete } = customers;
  const rows = useMemo(() => pages?.flatMap((page) => page.customers), [pages]);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title="Who comes in and who goes out"
      size={720}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", body: classes.body ?? "" }}
    >
      <div className={classes.head}>
        <SegmentedControl
          aria-label="Show"
          value={who}
          onChange={(value) => setWho(value as Crossing)}
          data={[
            { value: "joining", label: `Come in · ${formatCount(impact.joining)}` },
            { value: "leaving", label: `Go out · ${formatCount(impact.leaving)}` },
          ]}
        />
        <FilterInput label="Search" value={search} onChange={setSearch} />
        <ExportButton of={file} onStart={() => file.start(asked)} disabled={rows?.length === 0} />
        <CountProgress {...customers} />
        <span className={classes.age}>
          counted <CountedAge at={impact.countedAt} />; opening this list is recorded in the audit trail
        </span>
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
          label={who === "joining" ? "Customers who come in" : "Customers who go out"}
          columns={NAME_COLUMNS}
          rows={rows}
          rowKey={({ entityId }) => entityId}
          total={complete ? rows.length : settled === "" ? impact[who] : null}
          onEndInSight={customers.loadMore}
          empty={complete && <Nobody who={who} searched={settled !== ""} />}
          footer={
            rows.length > 0 && (
              <div className={classes.foot}>{complete ? "These are all of them." : "Loading more…"}</div>
            )
          }
        />
      ) : (
        !failure && !customers.cancelled && <SkeletonRows rows={12} label="Looking for the customers" />
      )}
    </Drawer>
  );
}

function Nobody({ who, searched }: { who: Crossing; searched: boolean }) {
  const title = searched
    ? "Nobody of them matches"
    : who === "joining"
      ? "Nobody comes in"
      : "Nobody goes out";
  return (
    <EmptyState title={title} icon={<IconUserSearch size={28} stroke={1.5} />}>
      {searched && "The search looks at the beginning of ids and anywhere in names and e-mail addresses."}
    </EmptyState>
  );
}
