// The name that the program gave, beside the role that the database saw; where the two do not fit, a warning.
import { StateGlyph, useHint } from "@/components";
import type { AuditEntry } from "@/contract";
import classes from "./AuditPage.module.css";
import { claimOf, type Habits } from "./model/claim";

export function Who({ entry, habits }: { entry: AuditEntry; habits: Habits }) {
  const { actor, dbRole } = entry;
  const claim = claimOf(entry, habits);
  const hint = useHint(
    claim.kind === "direct"
      ? `Done as the database role ${dbRole}, without naming a person`
      : claim.kind === "odd"
        ? claim.because
        : `${actor}, logged in as the database role ${dbRole}`,
  );
  return (
    <span className={classes.who} {...hint}>
      {claim.kind === "odd" && <StateGlyph state="warning" label="Name and role do not fit" />}
      <span className={classes.text} dir="auto">
        {claim.kind === "direct" ? <code>{dbRole}</code> : actor}{" "}
        {claim.kind === "direct" ? (
          <span className={classes.role}>in the database</span>
        ) : (
          <span className={classes.role}>{dbRole}</span>
        )}
      </span>
    </span>
  );
}
