// Who holds a flag, in a sentence. Pure.
import { absoluteTime, formatDuration, relativeTime } from "@/components/format";
import type { Blocker } from "@/contract";

/** "psql as ada from 10.0.0.3, idle in transaction, since 2 min ago (22 Nov 2026, 15:59:58 UTC)." */
export function holderInWords(blocker: Blocker, now = new Date()): string {
  const { application, role, client, state, since } = blocker;
  const who = `${application === "" ? "A program without a name" : application} as ${role}`;
  const from = client === null ? "" : ` from ${client}`;
  const does = state === null ? "" : `, ${state}`;
  return `${who}${from}${does}, ${since === null ? "since when is not shown to your role" : sinceWords(since, now)}.`;
}

function sinceWords(since: string, now: Date): string {
  const at = new Date(since);
  const age = Math.max(0, now.getTime() - at.getTime());
  const ago = age < 60_000 ? `${formatDuration(Math.max(age, 1_000))} ago` : relativeTime(at, now);
  return `open since ${ago} (${absoluteTime(at)})`;
}
