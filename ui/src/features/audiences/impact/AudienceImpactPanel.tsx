// What an edit of an audience does to the customers: who comes in and goes out, and how many get another value by each
// flag that uses it, with the environments in which that takes effect. A failed count is a failure, never a zero.
import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Counted } from "@/api";
import { useEnvironments } from "@/app/environment";
import { CountedAge, EnvironmentBadge, formatCounted, formatDuration, KeyText } from "@/components";
import type { Condition, Environment, FlagMoved } from "@/contract";
import { CountFailed } from "@/features/flag/impact/CountFailed";
import { CountProgress } from "@/features/flag/impact/CountProgress";
import classes from "./AudienceImpactPanel.module.css";
import { CrossingDrawer } from "./CrossingDrawer";
import { crossingText, flagFigures, impactTitle, isServing, peopleMoved } from "./model";

type Props = {
  audienceId: string;
  /** What was counted. */
  condition: Condition;
  impact: Counted<"audience_impact">;
  /** What is about to be done, as in "Saving". */
  act?: string;
};

export function AudienceImpactPanel({ audienceId, condition, impact, act = "Saving" }: Props) {
  const environments = useEnvironments();
  const [seeing, setSeeing] = useState(false);
  const { count, counting, failure } = impact;
  if (failure) {
    return (
      <CountFailed
        title="The impact could not be counted."
        failure={failure}
        act={act}
        onRetry={impact.retry}
      />
    );
  }
  if (!count) {
    return (
      <div className={classes.head}>
        {!impact.cancelled && !impact.progress && <span className="faint">Counting the impact…</span>}
        <CountProgress {...impact} />
      </div>
    );
  }
  return (
    <div className={classes.panel} data-counting={counting} data-testid="audience-impact">
      <div className={classes.head}>
        <strong className={classes.title}>{impactTitle(count, act)}</strong>
        <span className={classes.age}>
          {counting ? (
            "counting anew…"
          ) : (
            <>
              counted <CountedAge at={count.countedAt} /> over {formatCounted(count.customers, "customer")} in{" "}
              {formatDuration(count.durationMs)}
            </>
          )}
        </span>
        <CountProgress {...impact} />
      </div>
      {count.flags.length > 0 && (
        <ul className={classes.flags} aria-label="By flag">
          {count.flags.map((moved) => (
            <FlagRow key={moved.flag.id} moved={moved} environments={environments} />
          ))}
        </ul>
      )}
      <div className={classes.crossing}>
        <span>{crossingText(count)}</span>
        {count.joining + count.leaving > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconUsers size={14} stroke={1.75} />}
            disabled={counting}
            onClick={() => setSeeing(true)}
          >
            See who
          </Button>
        )}
      </div>
      {seeing && (
        <CrossingDrawer
          audienceId={audienceId}
          condition={condition}
          impact={count}
          onClose={() => setSeeing(false)}
        />
      )}
    </div>
  );
}

type RowProps = { moved: FlagMoved; environments: ReadonlyArray<Environment> };

function FlagRow({ moved, environments }: RowProps) {
  const on = environments.filter(({ key }) => moved.environments.includes(key));
  return (
    <li className={classes.flag} data-quiet={!isServing(moved) || peopleMoved(moved) === 0}>
      <Link to="/flags/$key" params={{ key: moved.flag.key }} className={classes.key ?? ""}>
        <KeyText text={moved.flag.key} />
      </Link>
      <span className={classes.figures}>
        {peopleMoved(moved) === 0 ? (
          <span>nobody moves</span>
        ) : (
          flagFigures(moved).map((figure) => <span key={figure}>{figure}</span>)
        )}
      </span>
      <span className={classes.where}>
        {on.map((environment) => (
          <EnvironmentBadge key={environment.key} environment={environment} />
        ))}
        {on.length === 0 && (moved.killed ? "once it is restored" : "once it is switched on")}
      </span>
    </li>
  );
}
