// Whether a flag was edited while it was killed. Pure.
import type { Flag, FlagVersion } from "@/contract";

export type Meanwhile = {
  /** The flag as it was killed. */
  killed: Flag;
  /** Who edited it last, and when. */
  by: string;
  at: string;
};

/** `versions` newest first. Null: what would be served is what was served before the kill. */
export function editedMeanwhile(versions: ReadonlyArray<FlagVersion>, flag: Flag): Meanwhile | null {
  const since = versions.findIndex(({ action }) => action === "flag.killed");
  const killed = versions[since]?.flag;
  const last = versions.slice(0, Math.max(0, since)).find(({ action }) => action !== "flag.restored");
  if (!killed || !last || served(killed) === served(flag)) return null;
  return { killed, by: last.actor, at: last.at };
}

/** What decides who gets what. */
function served({ rules, defaultValue, environments }: Flag): string {
  const on = Object.keys(environments)
    .filter((key) => environments[key])
    .sort();
  const decides = rules.map(({ id, audienceId, percentage, value }) => [id, audienceId, percentage, value]);
  return JSON.stringify([decides, defaultValue, on]);
}
