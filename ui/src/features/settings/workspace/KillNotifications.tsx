// Whether this computer tells of kills and restores by others in the open workspace.
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { ErrorNote, Switch } from "@/components";
import classes from "./Workspace.module.css";

const LABEL = "Tell me when others kill or restore";

export function KillNotifications() {
  const enabled = useCommandQuery("workspace_status", {}).data?.killNotifications ?? false;
  const set = useCommandMutation("kill_notifications_set");
  const change = (next: boolean) =>
    set.mutate(
      { enabled: next },
      {
        onSuccess: () =>
          announce({
            text: next ? "This computer tells of kills by others." : "Kills are not told any more.",
          }),
      },
    );
  return (
    <div className={classes.leaving}>
      <div className={classes.way}>
        <div>
          <p className={classes.wayName}>{LABEL}</p>
          <p className={classes.hint}>
            A notification of this computer, while Halyard runs: who killed which flag, and why. A click opens
            the kill board.
          </p>
        </div>
        <Switch checked={enabled} label={LABEL} busy={set.isPending} onChange={change} />
      </div>
      {set.error && <ErrorNote title="The setting was not changed." failure={set.error} />}
    </div>
  );
}
