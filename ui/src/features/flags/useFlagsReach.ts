// How many customers get which value of every flag: asked again while it is still being counted.
import { useCommandQuery } from "@/api";
import type { FlagsReach } from "@/contract";

/** How often to look whether the count is ready, in milliseconds. */
const COUNTING_POLL_MS = 500;

export function useFlagsReach(): FlagsReach | undefined {
  return useCommandQuery(
    "flags_reach",
    {},
    { refetchInterval: (last) => (last?.state === "counting" ? COUNTING_POLL_MS : false) },
  ).data;
}
