// Who gets what, now and after saving, as two bars; beside each the share of the value that matters most.
import { DistributionBar, formatShare } from "@/components";
import type { FlagImpact, ValueImpact } from "@/contract";
import { valueLabel } from "../model/value";
import classes from "./NowAndAfter.module.css";

type Props = Pick<FlagImpact, "customers" | "distribution">;

export function NowAndAfter({ customers, distribution }: Props) {
  const main = mainValue(distribution);
  return (
    <div className={classes.bars}>
      {(["now", "after"] as const).map((when) => (
        <div key={when} className={classes.line}>
          <span className={classes.label}>{when}</span>
          <DistributionBar
            size="big"
            shares={distribution.map((share) => ({
              label: valueLabel(share.value, 24),
              customers: share[when],
            }))}
          />
          <span className={classes.share}>
            {main && (
              <>
                {formatShare(main[when], customers)} <code>{valueLabel(main.value, 12)}</code>
              </>
            )}
          </span>
        </div>
      ))}
    </div>
  );
}

/** The value that most customers get besides the default, which comes first; the default when there is no other. */
function mainValue([first, ...others]: ReadonlyArray<ValueImpact>): ValueImpact | undefined {
  const [largest] = [...others].sort((a, b) => b.after + b.now - (a.after + a.now));
  return largest ?? first;
}
