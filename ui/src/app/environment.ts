// The environment that the pages look at, chosen in the top bar and remembered for each workspace.
import { useCommandQuery } from "@/api";
import type { Environment } from "@/contract";
import { useStored } from "./stored";
import { useWorkspace } from "./workspace";

const NO_ENVIRONMENTS: ReadonlyArray<Environment> = [];

export type EnvironmentChoice = {
  /** In their order; empty until loaded. */
  environments: ReadonlyArray<Environment>;
  /** The chosen one, or else the first production one; undefined until loaded. */
  current: Environment | undefined;
  select: (key: string) => void;
};

export function useEnvironments(): ReadonlyArray<Environment> {
  return useCommandQuery("environments_list", {}).data ?? NO_ENVIRONMENTS;
}

export function useEnvironment(): EnvironmentChoice {
  const environments = useEnvironments();
  const [chosen, select] = useStored<string>(`halyard.environment.${useWorkspace().id}`, "");
  const current =
    environments.find(({ key }) => key === chosen) ??
    environments.find((one) => one.production) ??
    environments[0];
  return { environments, current, select };
}
