// What is known of a moment of the past and what is not, and in one line what is different now.
import { IconArrowRight, IconCheck, IconQuestionMark } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Environment } from "@/contract";
import { plainText } from "../flag/model/phrase";
import { Phrase } from "../flag/Phrase";
import { differenceLine, knowledge, type PastWhy } from "./past";
import classes from "./Then.module.css";

export function Then({ why, environment }: { why: PastWhy; environment: Environment }) {
  return (
    <section className={classes.then} aria-label="Then and now" data-selectable>
      <p className={classes.difference} data-testid="why-difference">
        <IconArrowRight size={16} stroke={1.75} aria-hidden className={classes.icon} />
        <span>
          <Phrase of={differenceLine(why, environment.name)} />{" "}
          <Link
            to="/why"
            search={{ flag: why.past.now.key, entity: why.entityId, environment: why.environment }}
            className={classes.link}
          >
            Why now
          </Link>{" "}
          <Link
            to="/flags/$key"
            params={{ key: why.past.now.key }}
            search={{ tab: "history" }}
            className={classes.link}
          >
            History
          </Link>
        </span>
      </p>
      <ul className={classes.items} aria-label="What is known of that moment">
        {knowledge(why).map(({ known, phrase }) => (
          <li key={plainText(phrase)} data-known={known}>
            <span role="img" aria-label={known ? "known" : "not known"} className={classes.icon}>
              {known ? <IconCheck size={16} stroke={2} /> : <IconQuestionMark size={16} stroke={1.75} />}
            </span>
            <span>
              <Phrase of={phrase} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
