// The open workspace: its name, who is in it, where its database is, and leaving it.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { useDraftedFlags } from "@/app/drafts";
import { type OpenWorkspace, useWorkspace } from "@/app/workspace";
import { ConfirmDialog, CopyButton, ErrorNote, formatCounted } from "@/components";
import { Section } from "../Section";
import { KillNotifications } from "./KillNotifications";
import { RightsSection } from "./RightsSection";
import { TextSetting } from "./TextSetting";
import classes from "./Workspace.module.css";

const LONGEST_NAME = 100;
const LONGEST_ACTOR = 200;

export function WorkspaceSection() {
  const workspace = useWorkspace();
  const rename = useCommandMutation("workspace_rename");
  const introduce = useCommandMutation("actor_set");
  return (
    <>
      <Section title="Workspace">
        <TextSetting
          label="Workspace name"
          description="As this computer calls it; others may call it something else."
          value={workspace.name}
          maximum={LONGEST_NAME}
          missing="Give the workspace a name."
          busy={rename.isPending}
          failure={rename.error}
          disabled={false}
          onEdit={rename.reset}
          onSave={(name, done) =>
            rename.mutate(
              { name },
              {
                onSuccess: () => {
                  done();
                  announce({ text: `The workspace is called ${name}.` });
                },
              },
            )
          }
        />
        <TextSetting
          label="Who are you?"
          description={`The audit writes this name beside every change you make, together with the database role ${workspace.role}.`}
          value={workspace.actor}
          maximum={LONGEST_ACTOR}
          missing="The audit needs a name to write."
          busy={introduce.isPending}
          failure={introduce.error}
          disabled={false}
          onEdit={introduce.reset}
          onSave={(actor, done) =>
            introduce.mutate(
              { actor },
              {
                onSuccess: () => {
                  done();
                  announce({ text: `From now on the audit writes ${actor}.` });
                },
              },
            )
          }
        />
      </Section>
      <Section
        title="Database"
        lead={
          workspace.kind === "embedded"
            ? "A Postgres of its own on this computer, with sample data. It runs while the workspace is open."
            : "The password is never shown. It is kept in this computer's keychain, or for this session only."
        }
      >
        <Facts workspace={workspace} />
      </Section>
      <Section title="Notifications">
        <KillNotifications />
      </Section>
      <RightsSection />
      <Section title="Close or forget">
        <Leaving workspace={workspace} />
      </Section>
    </>
  );
}

function Facts({ workspace }: { workspace: OpenWorkspace }) {
  const { host, port, database, role, serverVersion } = workspace;
  return (
    <dl className={classes.facts} data-selectable>
      <dt>Server</dt>
      <dd>
        <code>
          {host}:{port}
        </code>
        <CopyButton text={`${host}:${port}`} what="server" />
      </dd>
      <dt>Database</dt>
      <dd>
        <code>{database}</code>
        <CopyButton text={database} what="database" />
      </dd>
      <dt>Role</dt>
      <dd>
        <code>{role}</code>
      </dd>
      <dt>Version</dt>
      <dd>{serverVersion === "" ? "not known until connected" : `Postgres ${serverVersion}`}</dd>
    </dl>
  );
}

function Leaving({ workspace }: { workspace: OpenWorkspace }) {
  const [forgetting, setForgetting] = useState(false);
  const drafts = useDraftedFlags().size;
  const close = useCommandMutation("workspace_close");
  const forget = useCommandMutation("workspace_forget");
  const embedded = workspace.kind === "embedded";
  return (
    <div className={classes.leaving}>
      <div className={classes.way}>
        <div>
          <p className={classes.wayName}>Close</p>
          <p className={classes.hint}>
            Back to the list of workspaces. Unsaved drafts are kept; servers keep serving.
          </p>
        </div>
        <Button loading={close.isPending} onClick={() => close.mutate({})}>
          Close workspace
        </Button>
      </div>
      {close.error && <ErrorNote title="The workspace was not closed." failure={close.error} />}
      <div className={classes.way}>
        <div>
          <p className={classes.wayName}>Forget</p>
          <p className={classes.hint}>
            {embedded
              ? "Takes it off this computer's list. Its data stays on the disk."
              : "Takes it off this computer's list, with its password. The database is not touched."}
          </p>
        </div>
        <Button onClick={() => setForgetting(true)}>Forget workspace…</Button>
      </div>
      {forgetting && (
        <ConfirmDialog
          title={`Forget ${workspace.name}`}
          confirmLabel="Forget workspace"
          tone={drafts > 0 ? "warning" : "plain"}
          busy={forget.isPending}
          failure={forget.error}
          failureTitle={`${workspace.name} was not forgotten.`}
          onCancel={() => setForgetting(false)}
          onConfirm={() => forget.mutate({ id: workspace.id })}
        >
          {embedded ? (
            <p>
              The sample workspace closes and leaves the list. Its flags and customers stay on this computer:
              “Explore with sample data” opens them again.
            </p>
          ) : (
            <p>
              The workspace closes, and this computer forgets its address and password. Flags, audiences and
              audit stay in <code>{workspace.database}</code>, and servers keep serving: connect to it again
              to come back.
            </p>
          )}
          {drafts > 0 && (
            <p>
              <strong>{formatCounted(drafts, "unsaved draft")}</strong> of its flags may be lost.
            </p>
          )}
        </ConfirmDialog>
      )}
    </div>
  );
}
