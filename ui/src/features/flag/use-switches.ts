// Switching a flag on and off in environments, with the guard before production.
import { useState } from "react";
import { announce } from "@/app/announcements";
import { useNotedMutation } from "@/app/noted";
import type { Environment, Flag } from "@/contract";
import type { CommandFailure } from "@/platform";
import { valueLabel } from "./model/value";

export type Switches = {
  /** The environment whose switch is on its way. */
  busyKey: string | null;
  failure: CommandFailure | null;
  /** Production that waits for a confirmation to be switched on. */
  exposing: Environment | null;
  flip: (environment: Environment) => void;
  close: () => void;
  done: (announcement: string) => void;
};

export function useSwitches(flag: Flag): Switches {
  const set = useNotedMutation("flag_set_environment");
  const [exposing, setExposing] = useState<Environment | null>(null);
  const flip = (environment: Environment, enabled: boolean) => {
    if (enabled && environment.production) return setExposing(environment);
    const where = `${flag.key} is ${enabled ? "on" : "off"} in ${environment.name}`;
    set.mutate(
      { flag: flag.id, environment: environment.key, enabled },
      {
        onSuccess: () =>
          announce(
            enabled
              ? { text: `${where}.` }
              : {
                  text: `${where}: everyone there gets ${valueLabel(flag.defaultValue, 24)}.`,
                  undo: { label: "Switch on", run: () => flip(environment, true) },
                },
          ),
      },
    );
  };
  return {
    busyKey: set.isPending ? set.variables.environment : null,
    failure: set.error,
    exposing,
    flip: (environment) => flip(environment, flag.environments[environment.key] !== true),
    close: () => setExposing(null),
    done: (text) => {
      setExposing(null);
      announce({ text });
    },
  };
}
