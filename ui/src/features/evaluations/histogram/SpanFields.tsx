// The span of time as two fields, for those who type and for what a brush is too coarse for.
import { useEffect, useId, useState } from "react";
import { fieldMoment, fieldText } from "./bars";
import classes from "./Histogram.module.css";

export type OpenSpan = {
  /** null: from the oldest. */
  from: number | null;
  /** null: to now. */
  to: number | null;
};

type Props = { span: OpenSpan; onChange: (span: OpenSpan) => void };

export function SpanFields({ span, onChange }: Props) {
  const id = useId();
  const [from, setFrom] = useState(fieldText(span.from));
  const [to, setTo] = useState(fieldText(span.to));
  useEffect(() => setFrom(fieldText(span.from)), [span.from]);
  useEffect(() => setTo(fieldText(span.to)), [span.to]);

  const fromAt = fieldMoment(from);
  const toAt = fieldMoment(to);
  const backwards = fromAt !== null && toAt !== null && fromAt >= toAt;
  const settle = (next: OpenSpan) => {
    if (next.from !== null && next.to !== null && next.from >= next.to) return;
    if (next.from !== span.from || next.to !== span.to) onChange(next);
  };
  const commit = () => settle({ from: fromAt, to: toAt });
  return (
    <fieldset
      className={classes.fields}
      aria-label="Time to show"
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    >
      <label htmlFor={`${id}from`}>From</label>
      <input
        id={`${id}from`}
        type="datetime-local"
        step={60}
        value={from}
        aria-invalid={backwards}
        onChange={(event) => setFrom(event.currentTarget.value)}
        onBlur={commit}
      />
      <label htmlFor={`${id}to`}>to</label>
      <input
        id={`${id}to`}
        type="datetime-local"
        step={60}
        value={to}
        aria-invalid={backwards}
        onChange={(event) => setTo(event.currentTarget.value)}
        onBlur={commit}
      />
      {backwards && (
        <span className={classes.problem} role="alert">
          “From” must be before “to”.
        </span>
      )}
    </fieldset>
  );
}
