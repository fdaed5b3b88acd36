// What saving would do to the customers: bars now and after, who gains and who loses, and who they are. A count
// that failed or was called off says so; it is never a zero.
import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import type { Flag } from "@/contract";
import { Phrase } from "../Phrase";
import { CountFailed } from "./CountFailed";
import { CountProgress } from "./CountProgress";
import classes from "./ImpactPanel.module.css";
import { customersMoved, figures, figureText, newRuleSentence } from "./model";
import { NowAndAfter } from "./NowAndAfter";
import { SeeWho } from "./SeeWho";
import type { Impact } from "./use-impact";

type Props = { saved: Flag; draft: Flag; impact: Impact };

export function ImpactPanel({ saved, draft, impact }: Props) {
  const [seeing, setSeeing] = useState(false);
  const { count, counting, failure } = impact;
  if (failure) {
    return (
      <div className={classes.failed}>
        <CountFailed
          title="The impact could not be counted."
          failure={failure}
          act="Saving"
          onRetry={impact.retry}
        />
      </div>
    );
  }
  return (
    <div className={classes.panel}>
      {count ? (
        <div className={classes.counts} data-counting={counting} data-testid="impact">
          <NowAndAfter customers={count.customers} distribution={count.distribution} />
          <dl className={classes.figures} aria-label="Customers whose value changes">
            {figures({
              ...count,
              type: saved.type,
              defaults: { before: saved.defaultValue, after: draft.defaultValue },
            }).map((figure) => (
              <div key={figure.sign} className={classes.figure}>
                <dt>
                  <Phrase of={figure.words} />
                </dt>
                <dd>{figureText(figure)}</dd>
              </div>
            ))}
          </dl>
          <Button
            className={classes.who ?? ""}
            leftSection={<IconUsers size={16} stroke={1.75} />}
            disabled={counting || customersMoved(count) === 0}
            onClick={() => setSeeing(true)}
          >
            See who
          </Button>
        </div>
      ) : (
        !impact.cancelled && !impact.progress && <span className="faint">counting…</span>
      )}
      <CountProgress {...impact} />
      {count &&
        draft.rules.map((rule, index) => {
          const sentence = newRuleSentence(index, draft, saved, count);
          return (
            sentence && (
              <p key={rule.id} className={classes.sentence}>
                <Phrase of={sentence} />
              </p>
            )
          );
        })}
      {seeing && count && (
        <SeeWho flag={saved} edit={impact.edit} impact={count} onClose={() => setSeeing(false)} />
      )}
    </div>
  );
}
