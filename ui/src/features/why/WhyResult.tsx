// The sentence first, then the ladder of steps, then what would change it; the customer's row beside.
import { IconBolt } from "@tabler/icons-react";
import { useNow } from "@/components";
import type { Environment, Why } from "@/contract";
import { plainText } from "../flag/model/phrase";
import { Phrase } from "../flag/Phrase";
import { CustomerCard } from "./CustomerCard";
import { explain } from "./explanation";
import { Ladder } from "./Ladder";
import { ServedBefore } from "./ServedBefore";
import classes from "./WhyResult.module.css";

export function WhyResult({ why, environment }: { why: Why; environment: Environment }) {
  const now = new Date(useNow());
  const { headline, reasons, more, changes } = explain(why, environment.name, now);
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
          </section>
          <Ladder why={why} environment={environment} now={now} />
          {changes.length > 0 && (
            <ul className={classes.changes} aria-label="What would change it" data-selectable>
              {changes.map((change) => (
                <li key={plainText(change)}>
                  <IconBolt size={16} stroke={1.75} aria-hidden className={classes.bolt} />
                  <span>
                    <Phrase of={change} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <aside className={classes.side} aria-label="The customer">
          <CustomerCard why={why} now={now} />
          <ServedBefore why={why} />
        </aside>
      </div>
    </div>
  );
}
