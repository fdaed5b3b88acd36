// Where a customer's bucket falls on the scale of percentages, beside what the rule takes of it.
import { bucketLabel } from "../flag/model/percentage";
import classes from "./BucketScale.module.css";

type Props = {
  /** 0 to 99,999. */
  bucket: number;
  /** In thousandths of a percent, 0 to 100,000: buckets below it are included. */
  threshold: number;
};

export function BucketScale({ bucket, threshold }: Props) {
  const at = bucket / 1000;
  const until = threshold / 1000;
  const inside = bucket < threshold;
  return (
    <div
      className={classes.scale}
      role="img"
      aria-label={`Bucket ${bucketLabel(bucket)} is ${inside ? "inside" : "outside"} the first ${until} %`}
    >
      <span className={classes.track}>
        <span className={classes.taken} style={{ width: `${until}%` }} />
      </span>
      <span className={classes.marker} data-end={at > 80} style={{ left: `${at}%` }}>
        <span className={classes.label}>{bucketLabel(bucket)}</span>
      </span>
    </div>
  );
}
