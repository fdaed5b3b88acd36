// The sentence first, then the ladder of steps, then what would change it or what is different now; the customer's row
// beside.
import { FullValue, useNow } from "@/components";
import type { Environment, Why } from "@/contract";
import { plainText } from "../flag/model/phrase";
import { Phrase } from "../flag/Phrase";
import { CustomerCard } from "./CustomerCard";
import { explain } from "./explanation";
import { Flips } from "./Flips";
import { Ladder } from "./Ladder";
import { isPast } from "./past";
import { ServedBefore } from "./ServedBefore";
import { Then } from "./Then";
import classes from "./WhyResult.module.css";

type Props = { why: Why; environment: Environment; onMoment?: (at: string) => void };

export function WhyResult({ why, environment, onMoment }: Props) {
  const now = new Date(useNow());
  const { headline, reasons, more } = explain(why, environment.name, now);
  return (
    <div className={classes.frame}>
      <div className={classes.result}>
        <div className={classes.main}>
          <section className={classes.sentence} aria-live="polite" data-selectable data-testid="why-sentence">
            <h2 className={classes.headline}>
              <Phrase of={headline} />
            </h2>
            {(reasons.length > 0 || more) && (
              <p className={classes.reasons}>
                {reasons.map((reason) => (
                  <span key={plainText(reason)}>
                    <Phrase of={reason} />{" "}
                  </span>
                ))}
                {more && <span>{more}</span>}
              </p>
            )}
            <div className={classes.value}>
              <FullValue value={why.evaluation.value} />
            </div>
          </section>
          {isPast(why) && <Then why={why} environment={environment} />}
          <Ladder why={why} environment={environment} now={now} />
          {!isPast(why) && <Flips why={why} environmentName={environment.name} />}
        </div>
        <aside className={classes.side} aria-label="The customer">
          <CustomerCard why={why} now={now} />
          <ServedBefore why={why} onMoment={onMoment} />
        </aside>
      </div>
    </div>
  );
}
