// The workspace's database cannot be reached: it is tried again by itself, and nothing is lost meanwhile.
import { Button } from "@mantine/core";
import { useCommandMutation } from "@/api";
import { ErrorNote } from "@/components";
import type { WorkspaceStatus } from "@/contract";
import { CommandFailure } from "@/platform";
import { Frame } from "./Frame";
import classes from "./forms.module.css";

export function Unavailable({ status: { workspace, problem } }: { status: WorkspaceStatus }) {
  const open = useCommandMutation("workspace_open");
  const close = useCommandMutation("workspace_close");
  return (
    <Frame
      title={workspace ? `${workspace.name} cannot be reached` : "The workspace cannot be reached"}
      lead={workspace ? `Database ${workspace.database} on ${workspace.host}:${workspace.port}` : undefined}
    >
      <ErrorNote
        title="Nothing can be seen or changed until the database is back."
        failure={open.error ?? (problem ? CommandFailure.from(problem) : null)}
      >
        <p className="muted">
          Servers keep serving what they last knew. It is tried again every few seconds.
        </p>
      </ErrorNote>
      <div className={classes.buttons}>
        <Button onClick={() => close.mutate({})}>Other workspaces</Button>
        {workspace && (
          <Button variant="filled" loading={open.isPending} onClick={() => open.mutate({ id: workspace.id })}>
            Try again now
          </Button>
        )}
      </div>
    </Frame>
  );
}
