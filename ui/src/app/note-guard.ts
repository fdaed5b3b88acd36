// Where a change needs a note: the environments whose guard it would come under. The database decides; this says
// it before the change is sent, and knows its refusal.
import { useMemo } from "react";
import type { Environment, Flag } from "@/contract";
import { CommandFailure } from "@/platform";
import { useEnvironments } from "./environment";

/** Those of `environments` that are among `keys` and ask for a note. */
export function guardedAmong(
  environments: ReadonlyArray<Environment>,
  keys: ReadonlyArray<string>,
): ReadonlyArray<Environment> {
  return environments.filter((one) => one.noteRequired && keys.includes(one.key));
}

/** Where a flag serves: changing it anyhow changes these. Empty while it is killed or archived. */
export function servedIn(
  flag: Pick<Flag, "isActive" | "environments" | "archivedAt">,
): ReadonlyArray<string> {
  if (!flag.isActive || flag.archivedAt !== null) return [];
  return Object.keys(flag.environments).filter((key) => flag.environments[key] === true);
}

/** The guarded environments among `keys`; empty: no note is required. */
export function useNoteRequired(keys: ReadonlyArray<string>): ReadonlyArray<Environment> {
  const environments = useEnvironments();
  const joined = keys.join(" ");
  return useMemo(() => guardedAmong(environments, joined.split(" ")), [environments, joined]);
}

/** Whether the database refused a change for want of a note. */
export function wantsNote(failure: unknown): failure is CommandFailure {
  return failure instanceof CommandFailure && failure.code === "note_required";
}
