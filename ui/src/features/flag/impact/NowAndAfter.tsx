// Who gets what, now and after saving, as two bars; beside each the share of the value that matters most.
import { DistributionBar, formatCount, formatShare } from "@/components";
import type { FlagReach, JsonValue } from "@/contract";
import { sameValue, valueLabel } from "../model/value";
import type { Reach } from "../use-reach";
import classes from "./NowAndAfter.module.css";

export function NowAndAfter({ now, after }: { now: Reach; after: Reach }) {
  const values = allValues(now.count, after.count);
  const main = mainValue(after.count ?? now.count);
  return (
    <div className={classes.bars}>
      <Line label="now" reach={now} values={values} main={main} before={null} />
      <Line label="after" reach={after} values={values} main={main} before={now.count} />
    </div>
  );
}

type LineProps = {
  label: string;
  reach: Reach;
  values: ReadonlyArray<JsonValue>;
  main: JsonValue | undefined;
  before: FlagReach | null;
};

function Line({ label, reach, values, main, before }: LineProps) {
  const { count, counting, failure } = reach;
  if (!count) {
    return (
      <div className={classes.line}>
        <span className={classes.label}>{label}</span>
        <span className="faint">{failure ? "could not be counted" : "counting…"}</span>
      </div>
    );
  }
  const of = (from: FlagReach, value: JsonValue) =>
    from.distribution.find((share) => sameValue(share.value, value))?.customers ?? 0;
  const difference = before && main !== undefined ? of(count, main) - of(before, main) : 0;
  return (
    <div className={classes.line} data-counting={counting}>
      <span className={classes.label}>{label}</span>
      <DistributionBar
        size="big"
        shares={values.map((value) => ({ label: valueLabel(value, 24), customers: of(count, value) }))}
      />
      <span className={classes.share}>
        {main !== undefined && (
          <>
            {formatShare(of(count, main), count.customers)} <code>{valueLabel(main, 16)}</code>
            {difference !== 0 && (
              <span className={classes.difference}>
                {" "}
                {difference > 0 ? "+" : "−"}
                {formatCount(Math.abs(difference))}
              </span>
            )}
          </>
        )}
      </span>
    </div>
  );
}

/** The values of both, so that one colour means one value in both bars. */
function allValues(now: FlagReach | null, after: FlagReach | null): Array<JsonValue> {
  const values: Array<JsonValue> = [];
  for (const { value } of [...(after?.distribution ?? []), ...(now?.distribution ?? [])]) {
    if (!values.some((known) => sameValue(known, value))) values.push(value);
  }
  return values;
}

/** The value most customers get besides the default, which comes first; the default when there is no other. */
function mainValue(count: FlagReach | null): JsonValue | undefined {
  const [first, ...others] = count?.distribution ?? [];
  const largest = others.reduce<(typeof others)[number] | undefined>(
    (best, share) => (best && best.customers >= share.customers ? best : share),
    undefined,
  );
  return (largest ?? first)?.value;
}
