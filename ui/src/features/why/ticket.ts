// The whole explanation as text, for whoever waits for it in a ticket. Pure.

import { absoluteTime } from "@/components/format";
import type { Why } from "@/contract";
import { bucketLabel, percentageLabel } from "../flag/model/percentage";
import { plainText } from "../flag/model/phrase";
import { valueLabel } from "../flag/model/value";
import { conditionRows } from "./condition-rows";
import { leafLabel, requirement, rowText } from "./condition-words";
import { type ExplainedRule, explain, explainedRules } from "./explanation";
import { flipLines, noFlip } from "./flips";
import { differenceLine, isPast, knowledge } from "./past";

export function forTicket(why: Why, environmentName: string, now: Date): string {
  const { headline, reasons, more } = explain(why, environmentName, now);
  const sentence = [...reasons.map(plainText), ...(more ? [more] : [])].join(" ");
  const nothing = noFlip(why, environmentName);
  const after = isPast(why)
    ? [
        plainText(differenceLine(why, environmentName)),
        "",
        ...knowledge(why).map(
          ({ known, phrase }) => `${known ? "Known" : "Not known"}: ${plainText(phrase)}`,
        ),
      ]
    : [
        ...flipLines(why, environmentName, why.flips.length).map(plainText),
        ...(nothing === null ? [] : [nothing]),
      ];
  return [
    plainText(headline),
    ...(sentence === "" ? [] : [sentence]),
    "",
    ...steps(why, environmentName, now),
    "",
    ...after,
    "",
    `Flag ${why.flag.key} v${why.flag.version} · ${environmentName} · customer ${why.entityId}`,
    ...(isPast(why) ? [`Asked about ${absoluteTime(new Date(why.past.at))}`] : []),
    `Explained by Halyard on ${absoluteTime(now)}`,
  ].join("\n");
}

function steps(why: Why, environmentName: string, now: Date): Array<string> {
  const { isActive, environmentOn, bucket } = why.trace;
  const served = why.evaluation.reason.kind === "RULE_MATCH" ? "not reached" : "served";
  return [
    why.flag.archivedAt !== null
      ? "Archived"
      : `${isActive ? "Not killed" : "Killed"}, ${environmentOn ? "on" : "off"} in ${environmentName}`,
    ...(bucket === null ? [] : [`Bucket ${bucketLabel(bucket)} of 100`]),
    ...explainedRules(why).flatMap((each) => ruleLines(each, why, now)),
    `Otherwise ${valueLabel(why.flag.defaultValue, 80)}: ${served}`,
  ];
}

const OUTCOMES = {
  matched: "served",
  audience_no: "not in the audience",
  percentage_no: "bucket outside",
  not_reached: "not reached",
} as const;

function ruleLines({ number, rule, trace, audience }: ExplainedRule, why: Why, now: Date): Array<string> {
  const who = rule.audienceId === null ? "everyone" : (audience?.name ?? "an audience");
  const share = rule.percentage === null ? "" : `, ${percentageLabel(rule.percentage)}`;
  const line = `Rule ${number} (${who}${share}) → ${valueLabel(rule.value, 80)}: ${OUTCOMES[trace.outcome]}`;
  if (!audience || why.customer === null || trace.outcome === "not_reached") return [line];
  const today = why.past === null ? "" : " (today's row)";
  const rows = conditionRows(audience.condition).flatMap((row) => {
    if (row.kind === "group") return [];
    const { leaf, rowValue, holds } = row.leaf;
    const mark = holds !== row.negated ? "✓" : "✕";
    return [
      `  ${mark} ${leafLabel(leaf)}: ${rowText(rowValue, now)}, ${plainText(requirement(leaf, row.negated))}${today}`,
    ];
  });
  return [line, ...rows];
}
