// How the saved customer source is doing: audiences that it breaks, indexes and rights that it lacks. Halyard changes
// nothing of the tenant's tables itself: it shows the statements.
import { formatCounted, SqlStatements, StateGlyph } from "@/components";
import type { CustomerSourceStatus, IndexAdvice } from "@/contract";
import { AudienceFlags } from "./AudienceFlags";
import classes from "./CustomerSourceForm.module.css";

type Props = Pick<CustomerSourceStatus, "advice" | "brokenAudiences" | "missingGrants">;

export function SourceHealth({ advice, brokenAudiences, missingGrants }: Props) {
  return (
    <>
      {brokenAudiences.length > 0 && (
        <div className={classes.warning} role="alert">
          <StateGlyph state="warning" label="Problem" />
          <div>
            <strong>
              {formatCounted(brokenAudiences.length, "audience does", "audiences do")} not fit these tables.
            </strong>{" "}
            Rules on them cannot be decided: those customers get the default value with an error, unless a
            rule above matches.
            <ul className={classes.lost}>
              {brokenAudiences.map(({ id, name, violations, usedBy }) => (
                <li key={id}>
                  <a href={`#/audiences/${id}`}>{name}</a>: {violations[0]?.message.replace(/\.$/, "")}
                  <AudienceFlags keys={usedBy.map(({ key }) => key)} />
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {advice.map((each) => (
        <div key={each.statement} className={classes.warning} role="status">
          <StateGlyph state="warning" label="Advice" />
          <div>
            <strong>
              {each.schema}.{each.table} has no index on {each.column}.
            </strong>{" "}
            {CONSEQUENCES[each.use]} Somebody who may change the table can make it; it stays in use meanwhile.
            <SqlStatements statements={[each.statement]} what="the statement" />
          </div>
        </div>
      ))}
      {missingGrants.length > 0 && (
        <div className={classes.warning} role="status">
          <StateGlyph state="warning" label="Advice" />
          <div>
            <strong>Not every role may read these tables.</strong> Somebody who owns them can allow it.
            <SqlStatements statements={missingGrants} what="the statements" />
          </div>
        </div>
      )}
    </>
  );
}

const CONSEQUENCES: { readonly [use in IndexAdvice["use"]]: string } = {
  customer_id: "Every evaluation with an audience reads the whole table to find its customer.",
  event_customer_id: "Every condition on events reads the whole table to find a customer's.",
};
