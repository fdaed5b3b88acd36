// The kill board's own window while no workspace is open: what is missing, and what can be done meanwhile. It opens
// none itself: that is for the main window, which may.
import { Button } from "@mantine/core";
import type { CommandFailure } from "@/api";
import { ErrorNote } from "@/components";
import type { WorkspaceStatus } from "@/contract";
import { CommandFailure as Failure, platform } from "@/platform";
import { Frame } from "../first-start/Frame";
import classes from "../first-start/forms.module.css";
import { ByHand } from "../kill/ByHand";

type Props = {
  status: WorkspaceStatus | null;
  /** Why the state is not known. */
  failure: CommandFailure | null;
  /** The key of the flag that the window was opened for. */
  flag: string | null;
};

export function BoardClosed({ status, failure, flag }: Props) {
  const workspace = status?.workspace;
  const openHalyard = (
    <div className={classes.buttons}>
      <Button variant="filled" onClick={() => platform().openWindow("main")}>
        Open Halyard
      </Button>
    </div>
  );
  if (!status) {
    return (
      <Frame title="Halyard is not answering">
        <ErrorNote title="The state of the workspace could not be read." failure={failure} />
      </Frame>
    );
  }
  switch (status.state) {
    case "opening":
      return (
        <Frame title="Kill board" lead={`Opening ${workspace?.name ?? "the workspace"}…`} children={null} />
      );
    case "none":
      return (
        <Frame
          title="Kill board"
          lead="No workspace is open. Open one in Halyard, and its board appears here."
        >
          {openHalyard}
        </Frame>
      );
    case "ready":
      return (
        <Frame
          title="Kill board"
          lead="Halyard has yet to ask who you are: the audit writes it beside a kill."
        >
          {openHalyard}
        </Frame>
      );
    case "unavailable":
      return (
        <Frame
          title={workspace ? `${workspace.name} cannot be reached` : "The workspace cannot be reached"}
          lead={
            workspace ? `Database ${workspace.database} on ${workspace.host}:${workspace.port}` : undefined
          }
          width="wide"
        >
          <ErrorNote
            title="Nothing can be killed from here until the database is back."
            failure={status.problem ? Failure.from(status.problem) : null}
          >
            <p className="muted">
              Servers keep serving what they last knew. It is tried again every second, and the board appears
              here.
            </p>
          </ErrorNote>
          {flag !== null && <ByHand flag={flag} />}
          {openHalyard}
        </Frame>
      );
  }
}
