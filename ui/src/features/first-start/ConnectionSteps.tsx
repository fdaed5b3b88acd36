// The steps of a connection with what came of each, and what to do where one failed.
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { StateGlyph } from "@/components";
import type { ConnectionStep } from "@/contract";
import classes from "./ConnectionSteps.module.css";
import { STEP_NAMES } from "./connection";

const ORDER = ["reach", "tls", "login", "rights", "schema"] as const;
const OUTCOMES: Record<ConnectionStep["outcome"], string> = {
  ok: "done",
  failed: "failed",
  skipped: "not tried",
};

/** null: being tried. */
export function ConnectionSteps({ steps }: { steps: ReadonlyArray<ConnectionStep> | null }) {
  return (
    <ol className={classes.steps} aria-label="Connection" aria-live="polite" aria-busy={steps === null}>
      {ORDER.map((name) => {
        const step = steps?.find((one) => one.step === name);
        const outcome = step?.outcome ?? "trying";
        return (
          <li key={name} className={classes.step} data-outcome={outcome}>
            <span className={classes.sign}>
              {outcome === "ok" && <IconCheck size={16} stroke={2} aria-hidden />}
              {outcome === "failed" && <StateGlyph state="warning" label="failed" size={16} />}
              {outcome === "skipped" && <IconMinus size={16} stroke={2} aria-hidden />}
              {outcome === "trying" && <span className={classes.waiting} />}
            </span>
            <div className={classes.text} data-selectable>
              <p className={classes.name}>
                {STEP_NAMES[name]}
                {step && step.outcome !== "failed" && (
                  <span className="hidden"> {OUTCOMES[step.outcome]}</span>
                )}
              </p>
              {step?.message && <p className={classes.message}>{step.message}</p>}
              {step?.advice && <p>{step.advice}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
