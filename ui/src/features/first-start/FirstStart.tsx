// What leads to an open workspace.

import type { CommandFailure } from "@/api";
import type { WorkspaceStatus } from "@/contract";

export function FirstStart({
  status,
  failure,
}: {
  status: WorkspaceStatus | null;
  failure: CommandFailure | null;
}) {
  return <p>{failure?.message ?? status?.state}</p>;
}
