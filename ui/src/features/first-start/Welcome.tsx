// The first choice: sample data on this computer, or a Postgres of one's own. Workspaces known from before come first.
import { IconChevronRight, IconDatabase, IconSparkles } from "@tabler/icons-react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { ErrorNote, MenuButton } from "@/components";
import type { WorkspaceStatus } from "@/contract";
import { CommandFailure } from "@/platform";
import { Frame } from "./Frame";
import classes from "./Welcome.module.css";

export function Welcome({ status, onConnect }: { status: WorkspaceStatus; onConnect: () => void }) {
  const explore = useCommandMutation("workspace_explore_sample");
  const open = useCommandMutation("workspace_open");
  const forget = useCommandMutation("workspace_forget");
  const problem = status.problem ? CommandFailure.from(status.problem) : null;
  const failure = explore.error ?? open.error ?? forget.error ?? problem;
  const busy = explore.isPending || open.isPending;
  // While it opens, the state says how far it is.
  useCommandQuery("workspace_status", {}, busy ? { refetchInterval: 200 } : {});
  return (
    <Frame
      width="wide"
      title={status.remembered.length > 0 ? "Open a workspace" : "Welcome to Halyard"}
      lead="Feature flags on your own Postgres: see who gets what, change it, and prove it."
    >
      {failure && (
        <div className={classes.failure}>
          <ErrorNote title="The workspace did not open." failure={failure} />
        </div>
      )}
      {status.remembered.length > 0 && (
        <ul className={classes.remembered}>
          {status.remembered.map(({ id, name, kind, host, database }) => (
            <li key={id} className={classes.known}>
              <button
                type="button"
                className={classes.open}
                disabled={busy}
                onClick={() => open.mutate({ id })}
              >
                <IconDatabase size={18} stroke={1.75} aria-hidden />
                <span className={classes.name}>{name}</span>
                <span className={classes.where}>
                  {kind === "embedded" ? "sample data on this computer" : `${database} on ${host}`}
                </span>
                <IconChevronRight size={16} stroke={1.75} aria-hidden />
              </button>
              <MenuButton
                label={`Actions for ${name}`}
                entries={[{ label: "Forget this workspace", run: () => forget.mutate({ id }) }]}
              />
            </li>
          ))}
        </ul>
      )}
      <div className={classes.choices}>
        <button type="button" className={classes.choice} disabled={busy} onClick={() => explore.mutate({})}>
          <IconSparkles size={22} stroke={1.5} aria-hidden />
          <span className={classes.choiceName}>Explore with sample data</span>
          <span className={classes.means}>
            A company with 50,000 customers on a private database on this computer. Ready in seconds; nothing
            to install.
          </span>
        </button>
        <button type="button" className={classes.choice} disabled={busy} onClick={onConnect}>
          <IconDatabase size={22} stroke={1.5} aria-hidden />
          <span className={classes.choiceName}>Connect to your Postgres</span>
          <span className={classes.means}>
            Postgres 14 to 18. Halyard asks before it creates its own schema, and never writes to your tables.
          </span>
        </button>
      </div>
    </Frame>
  );
}
