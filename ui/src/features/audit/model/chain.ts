// What is known of the chain, in words. Pure.
import { formatCount, formatCounted } from "@/components/format";
import type { VerificationStatus } from "@/contract";

/** "entry 417", "entry 401, or one of those until entry 450". */
export function brokenWhere({ brokenAt, brokenThrough }: VerificationStatus): string {
  if (brokenAt === null) return "an entry";
  if (brokenThrough === null || brokenThrough === brokenAt) return `entry ${formatCount(brokenAt)}`;
  return `one of the entries ${formatCount(brokenAt)} to ${formatCount(brokenThrough)}`;
}

/** In a few words, for the badge. */
export function chainWords(status: VerificationStatus): string {
  switch (status.state) {
    case "running":
      return `Verifying ${formatCount(status.checked)} of ${formatCount(status.of)}…`;
    case "intact":
      return `Intact: ${formatCounted(status.of, "entry", "entries")}`;
    case "broken":
      return `Broken at ${brokenWhere(status)}`;
    case "idle":
      return status.problem === null ? "Not verified" : "Could not be verified";
  }
}
