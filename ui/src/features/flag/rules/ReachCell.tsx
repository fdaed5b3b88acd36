// Customers and share of all, at the end of a row. A count that could not be made is said, never shown as 0.
import { formatCount, formatShare } from "@/components/format";
import classes from "./ReachCell.module.css";

type Props = {
  /** null: not counted. */
  customers: number | null;
  of: number;
  /** What stands there instead, as in "not counted". */
  uncounted: string;
  /** Nobody is worth a warning: on a rule, not on the default. */
  warnOfNobody?: boolean;
};

export function ReachCell({ customers, of, uncounted, warnOfNobody = false }: Props) {
  if (customers === null) {
    return (
      <span className={classes.cell}>
        <span className={classes.none}>{uncounted}</span>
      </span>
    );
  }
  return (
    <span className={classes.cell} data-testid="reach">
      <strong className={classes.customers} data-nobody={warnOfNobody && customers === 0}>
        {formatCount(customers)}
      </strong>
      <span className={classes.share}>{formatShare(customers, of)}</span>
    </span>
  );
}
