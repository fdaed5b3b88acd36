// Names for the ids and keys that entries hold; what is gone meanwhile shows as its key.
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import { useEnvironments } from "@/app/environment";
import type { Environment } from "@/contract";
import type { Names } from "@/features/flag/model/changes";

export type EntryNames = Names & { environments: ReadonlyArray<Environment> };

export function useNames(): EntryNames {
  const audiences = useCommandQuery("audiences_list", {}).data;
  const environments = useEnvironments();
  return useMemo(
    () => ({
      audience: (id) =>
        audiences?.find((audience) => audience.id === id)?.name ?? `a deleted audience (${id.slice(0, 8)})`,
      environment: (key) => environments.find((one) => one.key === key)?.name ?? key,
      environments,
    }),
    [audiences, environments],
  );
}
