// Customers and share of all, at the end of a row. Says when it is being counted and when it could not be.
import { formatCount, formatShare } from "@/components/format";
import classes from "./ReachCell.module.css";

type Props = {
  /** null: not counted. */
  customers: number | null;
  of: number;
  counting: boolean;
  /** Nobody is worth a warning: on a rule, not on the default. */
  warnOfNobody?: boolean;
};

export function ReachCell({ customers, of, counting, warnOfNobody = false }: Props) {
  if (customers === null) {
    return (
      <span className={classes.cell}>
        <span className={classes.none}>{counting ? "counting…" : "not counted"}</span>
      </span>
    );
  }
  return (
    <span className={classes.cell} data-counting={counting} data-testid="reach">
      <strong className={classes.customers} data-nobody={warnOfNobody && customers === 0}>
        {formatCount(customers)}
      </strong>
      <span className={classes.share}>{formatShare(customers, of)}</span>
    </span>
  );
}
