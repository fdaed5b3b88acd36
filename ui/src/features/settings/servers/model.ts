// Running evaluators as settings show them: whether they are heard of, and whether they serve what is live. Pure.
import type { Evaluator } from "@/contract";

/** An evaluator reports every 5 s; one that is silent for so long may be gone. */
export const SILENT_MS = 10_000;

export function isSilent({ silentMs }: Evaluator): boolean {
  return silentMs > SILENT_MS;
}

/** Whether it serves an older configuration than the live one. */
export function isBehind(evaluator: Evaluator, configVersion: number | undefined): boolean {
  return configVersion !== undefined && evaluator.configVersion < configVersion;
}

export function evaluatorGroups(
  evaluators: ReadonlyArray<Evaluator>,
): ReadonlyArray<{ id: string; name: string; evaluators: ReadonlyArray<Evaluator> }> {
  const groups = [
    { id: "server", name: "Servers" },
    { id: "desktop", name: "Local endpoints of desktop apps" },
  ];
  return groups
    .map((group) => ({ ...group, evaluators: evaluators.filter(({ kind }) => kind === group.id) }))
    .filter(({ evaluators }) => evaluators.length > 0);
}

/** "4 s ago", from the milliseconds since it was heard of: relative times of the page are not so exact. */
export function heardOf(silentMs: number): string {
  const seconds = Math.max(0, Math.round(silentMs / 1000));
  return seconds < 2 ? "just now" : `${seconds} s ago`;
}

/** What waits or was lost of its log, in words; null when all is stored. */
export function logTrouble({ queued, spooled, dropped }: Evaluator): string | null {
  const parts = [
    ...(spooled > 0 ? [`${count(spooled)} on disk`] : []),
    ...(dropped > 0 ? [`${count(dropped)} lost`] : []),
  ];
  if (parts.length === 0) return null;
  return [...(queued > 0 ? [`${count(queued)} waiting`] : []), ...parts].join(", ");
}

function count(calls: number): string {
  return calls.toLocaleString("en-US");
}
