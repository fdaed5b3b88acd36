// The audit: the timeline of every change, and those that wait for a note. Beside the title, whether the chain is
// intact, and what can be taken away.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useCommandQuery, useExport } from "@/api";
import { useActions } from "@/app/actions";
import { useKept } from "@/app/kept";
import { ExportStatus, formatCount, PageHeader } from "@/components";
import classes from "./AuditPage.module.css";
import { ChainBadge } from "./ChainBadge";
import { ExportMenu } from "./ExportMenu";
import { asked, EVERYTHING, type Filter } from "./model/filter";
import { ReviewList } from "./ReviewList";
import { Timeline } from "./Timeline";

export function AuditPage() {
  const linked = useSearch({ from: "/audit" });
  const navigate = useNavigate();
  const [filter, setFilter] = useKept<Filter>("audit.filter", EVERYTHING);
  const [shown, setShown] = useState<string | null>(null);
  const exporting = useExport("audit_export");
  const due = useCommandQuery("reviews_list", {});
  const reviewing = linked.tab === "review";
  // A span such as "last 7 days" begins at a midnight: asking by the millisecond would never find the answer again.
  const today = new Date().toDateString();
  const filterAsked = useMemo(
    () => ({
      ...asked(filter, new Date(today)),
      ...(linked.entityType ? { entityType: linked.entityType } : {}),
      ...(linked.entityId ? { entityId: linked.entityId } : {}),
    }),
    [filter, linked.entityType, linked.entityId, today],
  );
  const show = (tab: "review" | null) =>
    void navigate({ to: "/audit", search: tab === null ? {} : { tab }, replace: true });
  useActions([
    {
      id: "audit.review",
      label: reviewing ? "Show the audit's timeline" : "Review changes without a note",
      keywords: "afterwards note kill",
      run: () => show(reviewing ? null : "review"),
    },
  ]);

  return (
    <div className={classes.page}>
      <PageHeader
        title="Audit"
        count={!reviewing && shown !== null && <span aria-live="polite">{shown}</span>}
        actions={
          <>
            <ChainBadge />
            <ExportMenu filter={filterAsked} exporting={exporting} />
          </>
        }
      >
        <nav className={classes.tabs} aria-label="Parts of the audit">
          <Link to="/audit" search={{}} className={classes.tab} data-selected={!reviewing} replace>
            Timeline
          </Link>
          <Link
            to="/audit"
            search={{ tab: "review" }}
            className={classes.tab}
            data-selected={reviewing}
            aria-label={due.data ? `Review afterwards, ${formatCount(due.data.length)}` : "Review afterwards"}
            replace
          >
            Review afterwards
            {due.data && due.data.length > 0 && (
              <span className={classes.due}>{formatCount(due.data.length)}</span>
            )}
          </Link>
        </nav>
      </PageHeader>
      <div className={classes.exported}>
        <ExportStatus of={exporting} noun="entry" nouns="entries" />
      </div>
      {reviewing ? (
        <ReviewList due={due.data ?? null} failure={due.error} onRetry={() => void due.refetch()} />
      ) : (
        <Timeline filter={filter} onFilter={setFilter} asked={filterAsked} onCount={setShown} />
      )}
    </div>
  );
}
