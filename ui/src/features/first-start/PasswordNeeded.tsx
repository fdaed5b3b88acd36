// The database refused to log in: its password is not known here, or no longer right.
import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { ErrorNote } from "@/components";
import type { WorkspaceStatus } from "@/contract";
import { CommandFailure } from "@/platform";
import { Frame } from "./Frame";
import classes from "./forms.module.css";

export function PasswordNeeded({ status }: { status: WorkspaceStatus }) {
  const { workspace, problem } = status;
  const [password, setPassword] = useState("");
  const open = useCommandMutation("workspace_open");
  const close = useCommandMutation("workspace_close");
  if (!workspace) return null;
  return (
    <Frame
      title={`Log in to ${workspace.name}`}
      lead={`${workspace.role || "The database user"} on ${workspace.host}, database ${workspace.database}`}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          open.mutate({ id: workspace.id, password });
        }}
      >
        {problem && (
          <ErrorNote
            title="The database did not let you in."
            failure={open.error ?? CommandFailure.from(problem)}
          />
        )}
        <PasswordInput
          label="Password"
          value={password}
          data-autofocus
          autoFocus
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <div className={classes.buttons}>
          <Button onClick={() => close.mutate({})}>Other workspaces</Button>
          <Button type="submit" variant="filled" loading={open.isPending}>
            Log in
          </Button>
        </div>
      </form>
    </Frame>
  );
}
