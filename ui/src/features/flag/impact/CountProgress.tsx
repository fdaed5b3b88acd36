// How far a long count is, with a way to call it off; and what stands there when somebody did.
import { Button, Progress } from "@mantine/core";
import type { Counted, CountName } from "@/api";
import classes from "./CountProgress.module.css";
import { progressText } from "./model";

/** The part of a count that is shown here. */
type Shown = Pick<Counted<CountName>, "progress" | "cancelled" | "cancel" | "retry">;

/** Nothing while a count is quick. */
export function CountProgress({ progress, cancelled, cancel, retry }: Shown) {
  if (progress) {
    const { seen, estimated } = progress;
    return (
      <span className={classes.progress}>
        <Progress.Root className={classes.bar ?? ""} size={6}>
          <Progress.Section
            value={estimated ? (seen / estimated) * 100 : 100}
            animated={estimated === null}
            aria-label="Customers counted"
          />
        </Progress.Root>
        <span className={classes.text}>counting {progressText(progress)}</span>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={cancel}>
          Cancel the count
        </Button>
      </span>
    );
  }
  if (!cancelled) return null;
  return (
    <span className={classes.progress} role="status">
      <span className={classes.text}>Not counted: it was called off.</span>
      <Button size="compact-xs" variant="subtle" onClick={retry}>
        Count after all
      </Button>
    </span>
  );
}
