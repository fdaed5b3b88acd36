// What an edited condition changes for the customers, by every flag that uses the audience.
import { useMemo } from "react";
import { type Counted, useCommandQuery, useCount } from "@/api";
import { servedIn, useNoteRequired } from "@/app/note-guard";
import type { Audience, Condition, Environment } from "@/contract";

const NOT_ARCHIVED = { archived: false };

/** `condition` is null while there is nothing to compare. */
export function useAudienceImpact(
  audience: Audience | null,
  condition: Condition | null,
): Counted<"audience_impact"> {
  return useCount(
    "audience_impact",
    { id: audience?.id ?? "", condition: condition ?? { all: [] } },
    { enabled: audience !== null && condition !== null, keepPrevious: true },
  );
}

/** The environments that ask for a note with every change of the audience: a flag that uses it is on there. */
export function useGuarded(audience: Audience | null): ReadonlyArray<Environment> {
  const { data } = useCommandQuery("flags_list", NOT_ARCHIVED, {
    enabled: audience !== null && audience.usedBy.length > 0,
  });
  const keys = useMemo(() => {
    const users = new Set(audience?.usedBy.map(({ id }) => id));
    const served = (data?.flags ?? []).filter(({ id }) => users.has(id)).flatMap(servedIn);
    return [...new Set(served)];
  }, [data, audience]);
  return useNoteRequired(keys);
}
