// What a customer gets of every flag, a reason on one line each. Pure.
import { formatPercentage } from "@/components/format";
import type { WhyFlag } from "@/contract";
import { bucketLabel } from "../flag/model/percentage";

export type Tone = "plain" | "killed" | "warning";

/** "Rule 2: 25 % of Enterprise, bucket 12.004", "none of 3 rules matched, bucket 37.120", "killed", … */
export function reasonLine(flag: WhyFlag, environmentName: string): { text: string; tone: Tone } {
  const { reason } = flag.evaluation;
  const bucket = `bucket ${bucketLabel(flag.bucket)}`;
  switch (reason.kind) {
    case "OFF":
      return reason.offBy === "KILL_SWITCH"
        ? { text: "killed", tone: "killed" }
        : { text: `off in ${environmentName}`, tone: "plain" };
    case "ERROR":
      return { text: "an audience cannot be computed", tone: "warning" };
    case "FALLTHROUGH":
      return {
        text:
          flag.ruleCount === 0
            ? "no rules"
            : flag.ruleCount === 1
              ? `rule 1 did not match, ${bucket}`
              : `none of ${flag.ruleCount} rules matched, ${bucket}`,
        tone: "plain",
      };
    case "RULE_MATCH": {
      const who = flag.audienceName ?? "everyone";
      const share = flag.rule?.percentage ?? null;
      const takes = share === null || share === 100 ? who : `${formatPercentage(share)} of ${who}, ${bucket}`;
      return { text: `rule ${reason.ruleIndex + 1}: ${takes}`, tone: "plain" };
    }
  }
}

/** Those whose key, value or reason contains the text. */
export function matchingFlags(
  flags: ReadonlyArray<WhyFlag>,
  search: string,
  environmentName: string,
): ReadonlyArray<WhyFlag> {
  const words = search.trim().toLowerCase();
  if (words === "") return flags;
  return flags.filter((flag) =>
    `${flag.key} ${JSON.stringify(flag.evaluation.value)} ${reasonLine(flag, environmentName).text}`
      .toLowerCase()
      .includes(words),
  );
}
