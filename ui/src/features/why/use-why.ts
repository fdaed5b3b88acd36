// Asks the engine why; nothing is asked before flag, customer and environment are chosen.
import { useCommandQuery } from "@/api";

/** How long, in milliseconds, an answer is good: the customer's row changes without telling us. */
const FRESH_MS = 10_000;

export function useWhy(
  flag: string | undefined,
  entityId: string | undefined,
  environment: string | undefined,
  /** A moment of the past; null: now. */
  at: string | null = null,
) {
  return useCommandQuery(
    "why",
    {
      flag: flag ?? "",
      entityId: entityId ?? "",
      environment: environment ?? "",
      ...(at === null ? {} : { at }),
    },
    {
      enabled: flag !== undefined && entityId !== undefined && environment !== undefined,
      staleTime: FRESH_MS,
    },
  );
}
