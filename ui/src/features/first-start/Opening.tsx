// A workspace is being opened: what is being done, how far it is, and a way out.
import { Button } from "@mantine/core";
import { useCommandMutation } from "@/api";
import type { Progress } from "@/contract";
import { Frame } from "./Frame";
import classes from "./Opening.module.css";

export function Opening({ progress, name }: { progress: Progress | null; name: string | null }) {
  const cancel = useCommandMutation("workspace_close");
  const fraction = progress?.fraction ?? null;
  const percent = fraction === null ? null : Math.round(fraction * 100);
  return (
    <Frame title={name ? `Opening ${name}` : "Opening"} lead={progress?.label ?? "One moment"}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={progress?.label ?? "Opening"}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { "aria-valuenow": percent })}
      >
        <div
          className={classes.bar}
          data-unknown={percent === null}
          style={percent === null ? {} : { width: `${percent}%` }}
        />
      </div>
      <div className={classes.foot}>
        <span className="num muted">{percent === null ? "" : `${percent} %`}</span>
        <Button onClick={() => cancel.mutate({})} loading={cancel.isPending}>
          Cancel
        </Button>
      </div>
    </Frame>
  );
}
