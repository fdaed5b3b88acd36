// Rows that are on their way, in the place where they will be.
import classes from "./SkeletonRows.module.css";

export function SkeletonRows({ rows = 8, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} aria-busy>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={classes.row} aria-hidden>
          <span className={classes.block} data-width={row % 4} />
          <span className={classes.block} data-width="short" />
        </div>
      ))}
    </div>
  );
}
