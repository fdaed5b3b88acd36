// An audience that cannot be computed: why, what that means for the flags that use it, and what to do.
import { Link } from "@tanstack/react-router";
import { KeyText, StateGlyph } from "@/components";
import type { BrokenAudience } from "@/contract";
import classes from "./BrokenNote.module.css";
import { brokenReason } from "./broken";

export function BrokenNote({ broken }: { broken: BrokenAudience }) {
  const { usedBy } = broken;
  return (
    <section className={classes.note} aria-label="Broken">
      <StateGlyph state="warning" label="Broken" />
      <div className={classes.body} data-selectable>
        <p className={classes.title}>It cannot be computed, so nobody knows who is in it.</p>
        <p>{brokenReason(broken)}</p>
        {usedBy.length === 0 ? (
          <p className="muted">No flag uses it. Change the condition, or bring the column back.</p>
        ) : (
          <p className="muted">
            Where an evaluation comes to its rule, the default value is served with the error
            AUDIENCE_UNAVAILABLE. Change the condition, or bring the column back. Concerned:{" "}
            {usedBy.map(({ id, key }, index) => (
              <span key={id}>
                {index > 0 && ", "}
                <Link to="/flags/$key" params={{ key }} className={classes.flag ?? ""}>
                  <KeyText text={key} />
                </Link>
              </span>
            ))}
          </p>
        )}
      </div>
    </section>
  );
}
