// A flag's value on one line, with the square of its variation (0 is the default).
import type { JsonValue } from "@/contract";
import { valueLabel } from "@/features/flag/model/value";
import classes from "./ValueChip.module.css";

type Props = {
  value: JsonValue;
  /** Position among the flag's values; no square without. */
  variation?: number | null;
  /** Characters before it is cut. */
  limit?: number;
};

export function ValueChip({ value, variation, limit = 40 }: Props) {
  const full = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <span className={classes.chip} title={full}>
      {variation !== undefined && variation !== null && (
        <span
          className={classes.square}
          data-variation={variation === 0 ? 0 : ((variation - 1) % 4) + 1}
          aria-hidden
        />
      )}
      <code className={classes.text}>{valueLabel(value, limit)}</code>
    </span>
  );
}
