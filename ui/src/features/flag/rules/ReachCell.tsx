// Customers and share of all, at the end of a row. Says when it is being counted and when it could not be.
import { formatCount, formatShare } from "@/components/format";
import classes from "./ReachCell.module.css";

type Props = {
  /** null: not counted. */
  customers: number | null;
  of: number;
  counting: boolean;
};

export function ReachCell({ customers, of, counting }: Props) {
  if (customers === null) {
    return (
      <span className={classes.cell}>
        <span className={classes.none}>{counting ? "counting…" : "not counted"}</span>
      </span>
    );
  }
  return (
    <span className={classes.cell} data-counting={counting} data-testid="reach">
      <strong className={classes.customers} data-nobody={customers === 0}>
        {formatCount(customers)}
      </strong>
      <span className={classes.share}>{formatShare(customers, of)}</span>
    </span>
  );
}
