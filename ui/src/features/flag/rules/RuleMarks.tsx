// What there is to say about a rule below its row: how it differs from what is saved, and what of its
// percentage the rules above took; all of it, then which they are.
import { IconAlertTriangle } from "@tabler/icons-react";
import { formatCount } from "@/components/format";
import type { Rule, RuleImpact } from "@/contract";
import type { RuleMark } from "../model/changes";
import { nobodyBecause, takenAbove } from "../model/reach";
import classes from "./RuleMarks.module.css";

type Props = {
  rule: Rule;
  marks: ReadonlyArray<RuleMark>;
  reach: RuleImpact | null;
  /** The ids of all rules as they stand. */
  order: ReadonlyArray<string>;
};

export function RuleMarks({ rule, marks, reach, order }: Props) {
  const taken = reach && takenAbove(rule, reach, formatCount);
  const nobody = reach && nobodyBecause(rule, reach, order);
  if (marks.length === 0 && !taken && !nobody) return null;
  return (
    <div className={classes.marks}>
      {marks.map((mark) => (
        <span key={markText(mark)} className={classes.mark}>
          {markText(mark)}
        </span>
      ))}
      <span className={classes.space} />
      {nobody ? (
        <span className={classes.nobody}>
          <IconAlertTriangle size={14} stroke={1.75} aria-hidden /> Reaches nobody: {nobody}
        </span>
      ) : (
        taken && <span className={classes.taken}>{taken}</span>
      )}
    </div>
  );
}

function markText(mark: RuleMark): string {
  switch (mark.kind) {
    case "new":
      return "new";
    case "moved":
      return `moved from ${mark.from}`;
    case "described":
      return "description changed";
    case "was":
      return `was ${mark.text}`;
  }
}
