// The customer's row, as the audiences see it.
import { CopyButton } from "@/components";
import type { Why } from "@/contract";
import classes from "./Card.module.css";
import { rowText } from "./condition-words";
import { customerLabel } from "./explanation";

export function CustomerCard({ why, now }: { why: Why; now: Date }) {
  const { customer, entityId } = why;
  return (
    <section className={classes.card}>
      <h2 className={classes.title}>
        <span className={classes.name}>{customerLabel(why)}</span>
        <CopyButton text={entityId} what="id" />
      </h2>
      {why.past !== null && customer !== null && (
        <p className={classes.todays}>! Today's row; what it held then is not kept</p>
      )}
      {why.unread !== null ? (
        <p className={classes.absent}>
          The customers table cannot be read now, so what this customer&apos;s row holds is not known.{" "}
          {why.unread}
        </p>
      ) : customer === null ? (
        <p className={classes.absent}>
          <code>{entityId}</code> is not in the customers table. It is in no audience, and has a bucket all
          the same.
        </p>
      ) : (
        <dl className={classes.fields} data-selectable>
          <div className={classes.field}>
            <dt>id</dt>
            <dd>{entityId}</dd>
          </div>
          {customer.fields
            .filter(({ value }) => String(value) !== entityId)
            .map(({ attribute, value }) => (
              <div key={attribute} className={classes.field}>
                <dt title={attribute}>{attribute}</dt>
                <dd
                  title={typeof value === "string" ? value : JSON.stringify(value)}
                  data-absent={value === null}
                >
                  {rowText(value, now)}
                </dd>
              </div>
            ))}
        </dl>
      )}
    </section>
  );
}
