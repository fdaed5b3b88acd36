// How often a flag was evaluated in the last 24 hours, and when last.
import { formatCounted, RelativeTime, Sparkline } from "@/components";
import type { FlagUsageBrief } from "@/contract";
import classes from "./FlagsPage.module.css";

type Props = {
  /** undefined: never evaluated. */
  usage: FlagUsageBrief | undefined;
  killed: boolean;
};

export function UsageCell({ usage, killed }: Props) {
  if (!usage) return <span className={classes.never}>never</span>;
  const total = usage.hourly.reduce((sum, count) => sum + count, 0);
  return (
    <span className={classes.usage}>
      <Sparkline
        counts={usage.hourly}
        label={`${formatCounted(total, "evaluation")} in the last 24 h`}
        tone={killed ? "killed" : total === 0 ? "quiet" : "plain"}
      />
      <RelativeTime at={usage.lastEvaluatedAt} />
    </span>
  );
}
