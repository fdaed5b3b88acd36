// Asked once a workspace: the name that the audit writes beside every change.
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { ErrorNote } from "@/components";
import type { WorkspaceStatus } from "@/contract";
import { Frame } from "./Frame";
import classes from "./forms.module.css";

export function WhoAreYou({ status }: { status: WorkspaceStatus }) {
  const [actor, setActor] = useState(status.suggestedActor);
  const [tried, setTried] = useState(false);
  const save = useCommandMutation("actor_set");
  const role = status.workspace?.role;
  const missing = actor.trim() === "" ? "The audit needs a name to write." : null;
  const refused = save.error?.code === "invalid" ? save.error.violations[0]?.message : null;
  return (
    <Frame title="Who are you?" lead="The audit trail writes this name beside every change you make.">
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!missing) save.mutate({ actor: actor.trim() });
        }}
      >
        <TextInput
          label="Name or e-mail"
          description={role ? `Shown together with the database role ${role}.` : undefined}
          value={actor}
          autoFocus
          maxLength={200}
          error={(tried && missing) || refused || undefined}
          onChange={(event) => setActor(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
        />
        {save.error && !refused && <ErrorNote title="The name was not saved." failure={save.error} />}
        <div className={classes.buttons}>
          <Button type="submit" variant="filled" loading={save.isPending}>
            Continue
          </Button>
        </div>
      </form>
    </Frame>
  );
}
