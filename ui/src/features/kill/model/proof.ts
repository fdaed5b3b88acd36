// What is known of the effect of a kill, in words: who confirmed, what the log says, and nothing beyond that. Pure.
import { formatCounted, formatDuration } from "@/components/format";
import type { ConfirmingEvaluator, KillEffect } from "@/contract";

export type Verdict = "confirmed" | "waiting" | "nobody";

export type Proof = {
  verdict: Verdict;
  /** "3 of 3 confirmed in 38 ms" */
  headline: string;
  servers: ReadonlyArray<ConfirmingEvaluator>;
  /** Local endpoints of desktop apps: no customer asks them. */
  desktops: ReadonlyArray<ConfirmingEvaluator>;
  /** Servers that have not confirmed, longest silent first. */
  missing: ReadonlyArray<ConfirmingEvaluator>;
};

/** A server that is silent for longer, in milliseconds, is not only slow. */
export const SILENT_MS = 10_000;

export function proofOf(effect: KillEffect): Proof {
  const servers = effect.evaluators.filter(({ kind }) => kind === "server");
  const desktops = effect.evaluators.filter(({ kind }) => kind !== "server");
  const missing = servers
    .filter(({ confirmedAfterMs }) => confirmedAfterMs === null)
    .sort((a, b) => b.silentMs - a.silentMs);
  const shared = { servers, desktops, missing };
  if (servers.length === 0)
    return { ...shared, verdict: "nobody", headline: "No server is running: nothing to confirm" };
  const confirmed = servers.length - missing.length;
  const slowest = Math.max(0, ...servers.map(({ confirmedAfterMs }) => confirmedAfterMs ?? 0));
  const head = `${confirmed} of ${servers.length} confirmed`;
  return missing.length === 0
    ? { ...shared, verdict: "confirmed", headline: `${head} in ${formatDuration(slowest)}` }
    : { ...shared, verdict: "waiting", headline: head };
}

/** What to say of a server that has not confirmed. */
export function missingInWords({ host, program, silentMs }: ConfirmingEvaluator): string {
  const heard = silentMs < 1_500 ? "just now" : `${formatDuration(silentMs)} ago`;
  return silentMs < SILENT_MS
    ? `${host} (${program}) has not confirmed yet; last heard of ${heard}.`
    : `${host} (${program}) has not confirmed; it was last heard of ${heard} and may still serve the old value.`;
}

/** "the log is 1.2 s behind" */
export function logInWords(behindMs: number | null): string {
  return behindMs === null
    ? "how far the log is behind is not known"
    : `the log is ${formatDuration(behindMs)} behind`;
}

/** "Asked for in the last hour: 4,812 calls (node-server 4,000 calls, …)." */
export function sdksInWords({ sdksLastHour }: KillEffect): string {
  if (sdksLastHour === null) return "Which SDKs asked for it in the last hour is not known.";
  if (sdksLastHour.length === 0) return "No SDK asked for it in the last hour.";
  const calls = sdksLastHour.reduce((sum, { calls: each }) => sum + each, 0);
  const names = sdksLastHour.map(
    ({ sdk, calls: each }) => `${sdk || "unnamed"} ${formatCounted(each, "call")}`,
  );
  const shown = names.slice(0, 3).join(", ");
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `Asked for in the last hour: ${formatCounted(calls, "call")} (${shown}${more}).`;
}
