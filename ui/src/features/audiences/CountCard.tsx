// How many customers are in the audience as it stands on the page: of how many, counted when, in what time. A count
// that takes long says so and can be called off; one that failed says why, and is no number.
import { ActionIcon, Button, Progress, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { CountedAge, formatCount, formatDuration, formatShare } from "@/components";
import { useElapsedSeconds } from "@/components/elapsed";
import type { AudienceCount, CountProgress } from "@/contract";
import { CountFailed } from "@/features/flag/impact/CountFailed";
import classes from "./CountCard.module.css";
import type { Count } from "./use-count";

type Props = {
  count: Count;
  /** False while a condition is not filled in. */
  finished: boolean;
};

const LABEL = "Customers in this audience";

export function CountCard({ count: counted, finished }: Props) {
  const { count, counting, failure, cancelled, retry } = counted;
  if (finished && failure) {
    return (
      <section className={classes.card} aria-label={LABEL}>
        <CountFailed title="Not counted." failure={failure} onRetry={retry} />
      </section>
    );
  }
  if (finished && cancelled && !counting) {
    return (
      <section className={classes.card} aria-label={LABEL}>
        <p className={classes.number}>–</p>
        <p className={classes.age} role="status">
          Not counted: it was called off.
          <Button variant="subtle" size="compact-xs" onClick={retry}>
            Count after all
          </Button>
        </p>
      </section>
    );
  }
  const shown = finished ? count : null;
  return (
    <section className={classes.card} aria-label={LABEL} data-counting={counting}>
      <p className={classes.number} aria-live="polite">
        {shown ? formatCount(shown.customers) : "–"}
      </p>
      <p className={classes.of}>{!finished ? "Finish the conditions to count" : ofWhat(shown)}</p>
      <span className={classes.bar} aria-hidden>
        {shown && shown.customers > 0 && (
          <span style={{ width: `${(100 * shown.customers) / Math.max(1, shown.total)}%` }} />
        )}
      </span>
      {counting ? (
        <Running progress={counted.progress} onCancel={counted.cancel} />
      ) : (
        <p className={classes.age}>
          {shown && (
            <>
              <span>
                counted <CountedAge at={shown.countedAt} /> in {formatDuration(shown.durationMs)}
              </span>
              <Tooltip label="Count again">
                <ActionIcon aria-label="Count again" size={20} onClick={retry}>
                  <IconRefresh size={14} stroke={1.75} />
                </ActionIcon>
              </Tooltip>
            </>
          )}
        </p>
      )}
    </section>
  );
}

function ofWhat(count: AudienceCount | null): string {
  if (!count) return "customers";
  // A number and its sign stay on one line.
  const share = formatShare(count.customers, count.total).replace(" ", "\u00a0");
  return `of ${formatCount(count.total)} customers · ${share}`;
}

/** The database counts in one go and cannot say how far it is: what is known is over whom, and for how long. */
function Running({ progress, onCancel }: { progress: CountProgress | null; onCancel: () => void }) {
  if (!progress) {
    return (
      <p className={classes.age} role="status">
        Counting…
      </p>
    );
  }
  return (
    <div className={classes.running}>
      <Progress.Root size={6}>
        <Progress.Section value={100} animated aria-label="Counting" />
      </Progress.Root>
      <p className={classes.age}>
        <span role="status">
          counting
          {progress.estimated === null ? "" : ` about ${formatCount(progress.estimated)} customers`}
        </span>
        <Elapsed />
        <Button variant="subtle" size="compact-xs" color="gray" onClick={onCancel}>
          Cancel the count
        </Button>
      </p>
    </div>
  );
}

/** What takes long is shown after its first second. */
function Elapsed() {
  return <span className="num">{useElapsedSeconds(1)} s</span>;
}
