// What the counts propose about a flag: at most one sentence with one thing to do, never a guess. Pure.
import type { Flag, UsageState } from "@/contract";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** For so long a dismissed hint stays away. */
export const DISMISSED_FOR_MS = 30 * DAY_MS;
/** A flag that is younger is still being built. */
const YOUNG_MS = 7 * DAY_MS;

export type Hint = {
  kind: "never" | "idle" | "same_value" | "unknown";
  title: string;
  text: string;
  /** null: nothing is proposed. */
  action: "code" | "archive" | "copy_key" | null;
};

/** null: there is nothing to say. */
export function hintOf(
  flag: Pick<Flag, "permanent" | "createdAt" | "archivedAt">,
  state: UsageState,
  now: number,
): Hint | null {
  if (flag.permanent || flag.archivedAt !== null) return null;
  switch (state.kind) {
    case "never":
      return now - Date.parse(flag.createdAt) < YOUNG_MS
        ? {
            kind: "never",
            title: "Not evaluated yet.",
            text: "No app has asked for this flag so far.",
            action: "code",
          }
        : {
            kind: "never",
            title: "Never evaluated.",
            text: "No app ever asked for this flag. If its code will not ship, it can go.",
            action: "archive",
          };
    case "idle":
      return {
        kind: "idle",
        title: "Not evaluated for 30 days.",
        text: "No app asks for this flag any more. Archived, it is out of the way and can come back.",
        action: "archive",
      };
    case "same_value":
      return {
        kind: "same_value",
        title: `Everyone got ${shown(state.value)} for 30 days.`,
        text: "The flag has done its work: write that value into the code, then archive the flag.",
        action: "copy_key",
      };
    case "bulk_only":
      return {
        kind: "unknown",
        title: "Usage unknown.",
        text: "Apps only fetch this flag together with all others: nobody can tell whether they read it.",
        action: null,
      };
    default:
      return null;
  }
}

/** Whether the hint was dismissed less than 30 days ago. */
export function isDismissed(dismissedAt: number | undefined, now: number): boolean {
  return dismissedAt !== undefined && now - dismissedAt < DISMISSED_FOR_MS;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `“${value}”` : JSON.stringify(value);
}
