// Audiences that do not fit the customers' table any more: asked anew whenever a page opens, for the table changes
// without telling.
import { useCommandQuery } from "@/api";
import type { BrokenAudience } from "@/contract";

const NONE: ReadonlyArray<BrokenAudience> = [];
const AGAIN_MS = 30_000;

export function useBroken(): ReadonlyArray<BrokenAudience> {
  return useCommandQuery("audiences_broken", {}, { staleTime: 0, refetchInterval: AGAIN_MS }).data ?? NONE;
}

/** Why an audience cannot be computed, in sentences. */
export function brokenReason({ violations }: BrokenAudience): string {
  return [...new Set(violations.map(({ message }) => message))].join(" ");
}
