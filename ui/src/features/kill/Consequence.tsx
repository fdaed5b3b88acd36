// How many customers a kill gives another value, counted in the background: the hold never waits for it, and what
// is not known is said to be unknown.
import { useCount } from "@/api";
import { EnvironmentBadge } from "@/components";
import type { Environment } from "@/contract";
import { Phrase } from "../flag/Phrase";
import classes from "./Consequence.module.css";
import { killInWords } from "./model/consequence";
import { type KillTarget, onIn } from "./model/target";

type Props = { target: KillTarget; environments: ReadonlyArray<Environment> };

export function Consequence({ target, environments }: Props) {
  const on = onIn(target, environments);
  const production = on.filter((one) => one.production);
  // Customers are in production; only where it is on nowhere there, the others are worth a count.
  const shown = production.length > 0 ? production : on.slice(0, 1);
  if (on.length === 0)
    return <p className={classes.line}>It is off everywhere: nobody's value changes now.</p>;
  return shown.map((environment) => (
    <InEnvironment key={environment.key} target={target} environment={environment} />
  ));
}

function InEnvironment({ target, environment }: { target: KillTarget; environment: Environment }) {
  const { count, failure, cancelled } = useCount("kill_consequence", {
    flag: target.id,
    environment: environment.key,
  });
  return (
    <p className={classes.line} aria-live="polite" data-selectable>
      <EnvironmentBadge environment={environment} square />
      <span>
        {count ? (
          <Phrase of={killInWords(count, environment.name)} />
        ) : failure || cancelled ? (
          `How many customers that changes is not known. ${failure?.message ?? ""}`
        ) : (
          "Counting the customers whose value changes…"
        )}
      </span>
    </p>
  );
}
