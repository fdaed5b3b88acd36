// The kills that this window made: by which audit entry, and at which version, so that the proof shows at once and
// Undo is offered for as long as nothing else changed.
import { useSyncExternalStore } from "react";

export type OurKill = {
  flagId: string;
  /** Its audit entry. */
  seq: number;
  /** The flag's version with which it was killed. */
  version: number;
};

let ours: ReadonlyMap<string, OurKill> = new Map();
const listeners = new Set<() => void>();

export function remember(kill: OurKill): void {
  ours = new Map(ours).set(kill.flagId, kill);
  for (const tell of listeners) tell();
}

/** Another workspace has other flags; tests begin with none. */
export function forgetOurs(): void {
  ours = new Map();
}

export function useOurKill(flagId: string): OurKill | null {
  return useSyncExternalStore(subscribe, () => ours.get(flagId) ?? null);
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
