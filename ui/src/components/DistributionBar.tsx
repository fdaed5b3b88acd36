// Who gets what: one bar, each value its share and its colour (v0, the default, first).

import classes from "./DistributionBar.module.css";
import { formatCount, formatShare } from "./format";

export type Share = {
  /** As the value is written, for those who cannot see the bar. */
  label: string;
  customers: number;
};

type Props = {
  /** By value, the default first; the position is the colour. */
  shares: ReadonlyArray<Share>;
  size?: "row" | "big";
  /** Not counted yet, or without effect now. */
  dimmed?: boolean;
};

export function DistributionBar({ shares, size = "row", dimmed = false }: Props) {
  const total = shares.reduce((sum, { customers }) => sum + customers, 0);
  const label =
    total === 0
      ? "Not counted"
      : shares
          .filter(({ customers }) => customers > 0)
          .map(
            (share) =>
              `${share.label} ${formatShare(share.customers, total)} (${formatCount(share.customers)})`,
          )
          .join(", ");
  return (
    <span
      className={classes.bar}
      data-size={size}
      data-dimmed={dimmed}
      role="img"
      aria-label={label}
      title={label}
    >
      {total > 0 &&
        shares.map((share, index) =>
          share.customers > 0 ? (
            <span
              key={index}
              className={classes.share}
              data-variation={index === 0 ? 0 : ((index - 1) % 4) + 1}
              style={{ flexGrow: share.customers / total }}
            />
          ) : null,
        )}
    </span>
  );
}
