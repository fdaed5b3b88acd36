// Where the flag is on: a card with a switch for each environment. Off is one step; on in production asks first.
import { useDenied } from "@/app/rights";
import { EnvironmentBadge, ErrorNote, Switch } from "@/components";
import type { Environment, Flag } from "@/contract";
import classes from "./EnvironmentCards.module.css";
import { ExposeDialog } from "./ExposeDialog";
import type { Switches } from "./use-switches";

type Props = {
  flag: Flag;
  environments: ReadonlyArray<Environment>;
  switches: Switches;
};

export function EnvironmentCards({ flag, environments, switches }: Props) {
  const denied = useDenied("switch");
  return (
    <>
      <div className={classes.cards} role="group" aria-label="Environments">
        {environments.map((environment) => {
          const on = flag.environments[environment.key] === true;
          return (
            <div key={environment.key} className={classes.card}>
              <EnvironmentBadge environment={environment} />
              <span className={classes.state} data-on={on && flag.isActive}>
                {on ? "on" : "off"}
              </span>
              <Switch
                checked={on}
                label={`${flag.key} in ${environment.name}`}
                dimmed={!flag.isActive}
                disabled={flag.archivedAt !== null || denied !== null}
                busy={switches.busyKey === environment.key}
                title={denied ?? (flag.isActive ? "" : "Without effect while the flag is killed")}
                onChange={() => switches.flip(environment)}
              />
            </div>
          );
        })}
      </div>
      {switches.failure && <ErrorNote title="The switch was not changed." failure={switches.failure} />}
      {switches.exposing && (
        <ExposeDialog
          flag={flag}
          environment={switches.exposing}
          onClose={switches.close}
          onDone={switches.done}
        />
      )}
    </>
  );
}
