// What leads to an open workspace: choosing one, opening it, what is wrong with it, and who is there.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CommandFailure } from "@/api";
import { ErrorNote } from "@/components";
import type { WorkspaceStatus } from "@/contract";
import { ConnectForm } from "./ConnectForm";
import { Frame } from "./Frame";
import { Opening } from "./Opening";
import { PasswordNeeded } from "./PasswordNeeded";
import { SourceStep } from "./SourceStep";
import { Unavailable } from "./Unavailable";
import { Welcome } from "./Welcome";
import { WhoAreYou } from "./WhoAreYou";

type Props = {
  status: WorkspaceStatus | null;
  /** Why the state is not known. */
  failure: CommandFailure | null;
};

export function FirstStart({ status, failure }: Props) {
  const [connecting, setConnecting] = useState(false);
  /** What is left to say about customers: after a schema was made it is asked even if the app has a guess. */
  const [source, setSource] = useState<"if unknown" | "ask" | "done">("if unknown");
  const client = useQueryClient();

  if (!status) {
    return (
      <Frame title="Halyard is not answering">
        <ErrorNote
          title="The state of the workspace could not be read."
          failure={failure}
          onRetry={() => void client.invalidateQueries()}
        />
      </Frame>
    );
  }
  switch (status.state) {
    case "none":
      return connecting ? (
        <ConnectForm onBack={() => setConnecting(false)} onSchemaCreated={() => setSource("ask")} />
      ) : (
        <Welcome status={status} onConnect={() => setConnecting(true)} />
      );
    case "opening":
      return <Opening progress={status.progress} name={status.workspace?.name ?? null} />;
    case "unavailable":
      return status.problem?.code === "permission_denied" ? (
        <PasswordNeeded key={status.workspace?.id} status={status} />
      ) : (
        <Unavailable status={status} />
      );
    case "ready":
      return source !== "done" && status.workspace?.kind === "connected" ? (
        <SourceStep always={source === "ask"} onDone={() => setSource("done")} />
      ) : (
        <WhoAreYou status={status} />
      );
  }
}
