// The span of time as two fields, for those who type and for what a brush is too coarse for.
import { IconX } from "@tabler/icons-react";
import { useId, useState } from "react";
import { IconButton, MOMENT_EXAMPLES, MomentField, zoneName } from "@/components";
import classes from "./SpanFields.module.css";

export type OpenSpan = {
  /** null: from the oldest. */
  from: number | null;
  /** null: to now. */
  to: number | null;
};

type Props = { span: OpenSpan; onChange: (span: OpenSpan) => void };
type Edge = "from" | "to";

export function SpanFields({ span, onChange }: Props) {
  const id = useId();
  const [unreadable, setUnreadable] = useState<ReadonlySet<Edge>>(new Set());
  /** What was typed last, where it makes the span end before it begins. */
  const [backwards, setBackwards] = useState(false);
  const settle = (next: OpenSpan) => {
    const wrong = next.from !== null && next.to !== null && next.from >= next.to;
    setBackwards(wrong);
    if (!wrong) onChange(next);
  };
  const readable = (edge: Edge, is: boolean) => {
    if (is === !unreadable.has(edge)) return;
    const next = new Set(unreadable);
    if (is) next.delete(edge);
    else next.add(edge);
    setUnreadable(next);
  };
  const problem =
    unreadable.size > 0
      ? `Write it as ${MOMENT_EXAMPLES}.`
      : backwards
        ? "“From” must be before “to”."
        : null;
  const isSet = span.from !== null || span.to !== null;
  return (
    <fieldset className={classes.fields} aria-label="Time to show">
      <label htmlFor={`${id}from`}>From</label>
      <MomentField
        id={`${id}from`}
        at={span.from}
        aria-invalid={backwards}
        onReadable={(is) => readable("from", is)}
        onSettle={(from) => settle({ ...span, from })}
      />
      <label htmlFor={`${id}to`}>to</label>
      <MomentField
        id={`${id}to`}
        at={span.to}
        edge="end"
        aria-invalid={backwards}
        onReadable={(is) => readable("to", is)}
        onSettle={(to) => settle({ ...span, to })}
      />
      <span className={classes.zone}>{zoneName(span.from ?? Date.now())}</span>
      {isSet && (
        <IconButton label="Show all time" size="small" onClick={() => settle({ from: null, to: null })}>
          <IconX size={14} stroke={2} />
        </IconButton>
      )}
      {problem && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
