// The open workspace, for every page inside it.
import { createContext, useContext } from "react";
import type { WorkspaceInfo } from "@/contract";

export type OpenWorkspace = WorkspaceInfo & {
  /** Who the audit says makes the changes. */
  actor: string;
};

export const WorkspaceContext = createContext<OpenWorkspace | null>(null);

export function useWorkspace(): OpenWorkspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("useWorkspace needs an open workspace around it");
  return workspace;
}
