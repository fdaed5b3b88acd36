// What reverting to an earlier version makes of a flag. Pure.
import { servedIn } from "@/app/note-guard";
import type { Environment, Flag } from "@/contract";

/**
 * The flag as it would be: everything of then, but for what only restore and unarchive undo, and without
 * environments that are gone meanwhile.
 */
export function reverted(now: Flag, then: Flag, environments: ReadonlyArray<Pick<Environment, "key">>): Flag {
  const kept = Object.entries(then.environments).filter(([key]) =>
    environments.some((one) => one.key === key),
  );
  return {
    ...then,
    environments: Object.fromEntries(kept),
    isActive: now.isActive,
    archivedAt: now.archivedAt,
    version: now.version,
  };
}

/** Keys of the environments where something live changes: those that it serves in before or after. */
export function touched(before: Flag, after: Flag): ReadonlyArray<string> {
  return [...new Set([...servedIn(before), ...servedIn(after)])];
}
