// The splits among a flag's rules, each as its bar.
import { useMemo } from "react";
import type { JsonValue, Rule } from "@/contract";
import { audienceName, type Names } from "../model/changes";
import { sameValue } from "../model/value";
import { findSplits, type Split, withShares } from "./model";
import { SplitBar } from "./SplitBar";

type Props = {
  rules: ReadonlyArray<Rule>;
  saved: ReadonlyArray<Rule>;
  /** The flag's values, default first: the position is the colour. */
  values: ReadonlyArray<JsonValue>;
  names: Names;
  disabled: boolean;
  onChange: (rules: Array<Rule>) => void;
};

export function Splits({ rules, saved, values, names, disabled, onChange }: Props) {
  const splits = useMemo(() => findSplits(rules), [rules]);
  const before = useMemo(() => findSplits(saved), [saved]);
  return splits.map((split) => (
    <SplitBar
      key={split.arms[0]?.ruleId}
      split={split}
      saved={before.find((one) => sameArms(one, split)) ?? null}
      audience={audienceName(split.audienceId, names)}
      variation={(arm) => values.findIndex((value) => sameValue(value, split.arms[arm]?.value))}
      disabled={disabled}
      onChange={(shares) => onChange(withShares(rules, split, shares))}
    />
  ));
}

function sameArms(a: Split, b: Split): boolean {
  return (
    a.audienceId === b.audienceId &&
    a.arms.length === b.arms.length &&
    a.arms.every(({ ruleId, value }, index) => {
      const other = b.arms[index];
      return other !== undefined && ruleId === other.ruleId && sameValue(value, other.value);
    })
  );
}
