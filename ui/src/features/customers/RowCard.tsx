// The customer's row as the table holds it: every field to be copied, large ones folded.
import { CopyButton } from "@/components";
import type { CustomerField, JsonValue } from "@/contract";
import { rowText } from "@/features/why/condition-words";
import classes from "./CustomerPage.module.css";
import { fieldText, foldedText, isFolded } from "./model";

type Props = { fields: ReadonlyArray<CustomerField>; table: string; now: Date };

export function RowCard({ fields, table, now }: Props) {
  return (
    <section className={classes.card} aria-label="Row">
      <h2 className={classes.cardTitle}>
        Row <span className={classes.quiet}>in {table}</span>
      </h2>
      <dl className={classes.fields} data-selectable>
        {fields.map(({ attribute, type, value }) => (
          <div key={attribute} className={classes.field}>
            <dt title={`${attribute}: ${type}`}>{attribute}</dt>
            <dd>
              <FieldValue value={value} now={now} />
              {value !== null && <CopyButton text={fieldText(value)} what={attribute} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function FieldValue({ value, now }: { value: JsonValue; now: Date }) {
  if (value === null) return <span className="faint">not set</span>;
  if (!isFolded(value)) {
    return (
      <span className={classes.line} title={fieldText(value)} dir="auto">
        {rowText(value, now)}
      </span>
    );
  }
  return (
    <details className={classes.folded}>
      <summary>{foldedText(value)}</summary>
      <pre>{typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
