// How many customers are in the audience as it stands on the page: of how many, counted when, in what time.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { ErrorNote, formatCount, formatDuration, formatShare, RelativeTime } from "@/components";
import type { AudienceCount } from "@/contract";
import classes from "./CountCard.module.css";
import type { Count } from "./use-count";

type Props = {
  count: Count;
  /** False while a condition is not filled in. */
  finished: boolean;
};

export function CountCard({ count: { count, counting, failure, again, cancel }, finished }: Props) {
  const slow = useSlow(counting);
  if (failure && finished) {
    return (
      <section className={classes.card} aria-label="Customers in this audience">
        <ErrorNote title="Not counted." failure={failure} onRetry={again} />
      </section>
    );
  }
  return (
    <section className={classes.card} aria-label="Customers in this audience" data-counting={counting}>
      <p className={classes.number} aria-live="polite">
        {finished && count ? formatCount(count.customers) : "–"}
      </p>
      <p className={classes.of}>
        {!finished
          ? "Finish the conditions to count"
          : count
            ? `of ${formatCount(count.total)} customers · ${shareOf(count)}`
            : "customers"}
      </p>
      <span className={classes.bar} aria-hidden>
        {finished && count && count.customers > 0 && (
          <span style={{ width: `${(100 * count.customers) / Math.max(1, count.total)}%` }} />
        )}
      </span>
      <p className={classes.age}>
        {counting ? (
          <>
            <span role="status">Counting…</span>
            {slow && (
              <Button variant="subtle" size="compact-xs" onClick={cancel}>
                Cancel
              </Button>
            )}
          </>
        ) : (
          finished &&
          count && (
            <>
              <span>
                counted <RelativeTime at={count.countedAt} /> in {formatDuration(count.durationMs)}
              </span>
              <Tooltip label="Count again">
                <ActionIcon aria-label="Count again" size={20} onClick={again}>
                  <IconRefresh size={14} stroke={1.75} />
                </ActionIcon>
              </Tooltip>
            </>
          )
        )}
      </p>
    </section>
  );
}

/** A number and its sign stay on one line. */
const shareOf = ({ customers, total }: AudienceCount) => formatShare(customers, total).replace(" ", "\u00a0");

/** From so many milliseconds on, counting can be given up. */
const SLOW_MS = 2_000;

function useSlow(running: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!running) return;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [running]);
  return slow;
}
