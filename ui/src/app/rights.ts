// What the person may do, as the database answered: controls that it would refuse are disabled and say why.
// Unknown counts as allowed, for the database decides in any case.
import type { MouseEvent } from "react";
import { useCommandQuery } from "@/api";
import { useHint } from "@/components/hint";
import type { Rights } from "@/contract";

export type Right = keyof Rights["may"];

/** What one who lacks a right cannot do, and the least role that can. */
const LACKS: Record<Right, { verb: string; role: string }> = {
  readEvaluations: { verb: "see evaluations of individuals", role: "support" },
  readCustomers: { verb: "see customers", role: "support" },
  kill: { verb: "kill or restore", role: "operator" },
  switch: { verb: "switch environments", role: "operator" },
  editFlags: { verb: "change flags", role: "editor" },
  editAudiences: { verb: "change audiences", role: "editor" },
  editEnvironments: { verb: "change environments", role: "editor" },
  editKeys: { verb: "make or revoke keys", role: "admin" },
  editSource: { verb: "change where customers are", role: "admin" },
  editSettings: { verb: "change settings", role: "admin" },
  erase: { verb: "erase customers", role: "admin" },
  endSessions: { verb: "end database sessions", role: "admin" },
};

/** "Your database role, viewer, cannot kill or restore. Ask for the role operator." */
export function denial(rights: Rights, right: Right): string | null {
  if (rights.may[right]) return null;
  const { verb, role } = LACKS[right];
  const name = rights.role ?? rights.dbRole;
  return `Your database role, ${name}, cannot ${verb}. Ask for the role ${role}.`;
}

/** "operator and above" */
export function whoMay(right: Right): string {
  const { role } = LACKS[right];
  return role === "admin" ? "admin" : `${role} and above`;
}

/** null until the database said. */
export function useRights(): Rights | null {
  return useCommandQuery("workspace_status", {}).data?.rights ?? null;
}

/** Why the person may not; null: they may, or it is not known. */
export function useDenied(right: Right): string | null {
  const rights = useRights();
  return rights ? denial(rights, right) : null;
}

/**
 * Props for a button that needs a right, given last: without it the button looks disabled, stays reachable, says
 * why on hover and focus, and does nothing.
 */
export function useGate(right: Right) {
  const denied = useDenied(right);
  const hint = useHint(denied ?? "");
  if (denied === null) return {};
  return {
    ...hint,
    "aria-disabled": true,
    "data-disabled": true,
    onClick: (event: MouseEvent) => {
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** The same for an entry of a menu. */
export function useEntryGate(right: Right): { disabled?: true; reason?: string } {
  const denied = useDenied(right);
  return denied === null ? {} : { disabled: true, reason: denied };
}
