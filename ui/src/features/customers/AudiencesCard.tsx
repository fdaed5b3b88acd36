// The audiences that a customer is in, those that cannot be computed, and those that they are not in.
import { Link } from "@tanstack/react-router";
import { formatCount, StateGlyph } from "@/components";
import type { CustomerAudience } from "@/contract";
import classes from "./CustomerPage.module.css";

export function AudiencesCard({ audiences }: { audiences: ReadonlyArray<CustomerAudience> }) {
  const isIn = audiences.filter(({ member }) => member === true);
  const unknown = audiences.filter(({ member }) => member === null);
  const isOut = audiences.filter(({ member }) => member === false);
  return (
    <section className={classes.card} aria-label="Audiences">
      <h2 className={classes.cardTitle}>
        Audiences{" "}
        <span className={classes.quiet}>
          in {formatCount(isIn.length)} of {formatCount(audiences.length)}
        </span>
      </h2>
      {audiences.length === 0 && <p className={classes.quiet}>There are no audiences yet.</p>}
      <ul className={classes.audiences}>
        {isIn.map((audience) => (
          <li key={audience.id}>
            <span className={classes.mark} role="img" aria-label="In">
              ✓
            </span>
            <Name of={audience} />
          </li>
        ))}
        {unknown.map((audience) => (
          <li key={audience.id}>
            <StateGlyph state="warning" label="Unknown" />
            <Name of={audience} />
            <span className={classes.problem} title={audience.problem ?? ""}>
              {audience.problem ?? "It cannot be computed."}
            </span>
          </li>
        ))}
      </ul>
      {isOut.length > 0 && (
        <details className={classes.others} open={isIn.length === 0 && unknown.length === 0}>
          <summary>Not in {formatCount(isOut.length)}</summary>
          <ul className={classes.audiences}>
            {isOut.map((audience) => (
              <li key={audience.id}>
                <span className={classes.mark} role="img" aria-label="Not in">
                  –
                </span>
                <Name of={audience} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Name({ of: { id, name } }: { of: CustomerAudience }) {
  return (
    <Link to="/audiences/$id" params={{ id }} className={classes.audience} title={name} dir="auto">
      {name}
    </Link>
  );
}
