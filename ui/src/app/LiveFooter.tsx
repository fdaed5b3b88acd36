// Whether the page shows what the database holds now, and how many evaluators were seen in the last minute.
import { Tooltip } from "@mantine/core";
import { useLive } from "@/api";
import { absoluteTime, formatCounted } from "@/components/format";
import { StateGlyph } from "@/components/StateGlyph";
import classes from "./LiveFooter.module.css";

export function LiveFooter() {
  const live = useLive();
  if (!live) return <div className={classes.footer}>Connecting…</div>;
  const text = live.connected ? liveText(live.evaluators) : "Database gone";
  const since = `${live.connected ? "Connected" : "Not reachable"} since ${absoluteTime(new Date(live.since))}`;
  return (
    <Tooltip label={since} position="top-start">
      <div className={classes.footer} role="status">
        <StateGlyph state={live.connected ? "serving" : "warning"} label="" />
        <span className={classes.text}>{text}</span>
      </div>
    </Tooltip>
  );
}

/** An app without servers has nobody to count. */
function liveText(evaluators: number): string {
  return evaluators === 0 ? "Live" : `Live · ${formatCounted(evaluators, "evaluator")}`;
}
