// The whole explanation as text, for whoever waits for it in a ticket. Pure.

import { absoluteTime, formatCount } from "@/components/format";
import type { Why } from "@/contract";
import { bucketLabel, percentageLabel } from "../flag/model/percentage";
import { plainText } from "../flag/model/phrase";
import { valueLabel } from "../flag/model/value";
import { conditionRows } from "./condition-rows";
import { leafLabel, requirement, rowText } from "./condition-words";
import { customerLabel, type ExplainedRule, explain, explainedRules, switchedBy } from "./explanation";
import { flipLines, noFlip } from "./flips";
import { differenceLine, isPast, knowledge, type PastWhy } from "./past";
import { audienceName } from "./reasons";

/** Longest value, in characters, that a ticket gets whole. */
const WHOLE_VALUE = 2_000;
/** Characters of a value within a line. */
const IN_LINE = 80;

export function forTicket(why: Why, environmentName: string, now: Date): string {
  const { headline, reasons, more } = explain(why, environmentName, now);
  const sentence = [...reasons.map(plainText), ...(more ? [more] : [])].join(" ");
  const parts = [
    [about(why, environmentName)],
    [plainText(headline), ...(sentence === "" ? [] : [sentence])],
    wholeValue(why),
    steps(why, environmentName, now),
    ...(isPast(why) ? past(why, environmentName) : [whatWouldChange(why, environmentName)]),
    [
      `Flag ${why.flag.key} v${why.flag.version} · ${environmentName} · customer ${why.entityId}`,
      ...(isPast(why) ? [`Asked about ${absoluteTime(new Date(why.past.at))}`] : []),
      `Explained by Halyard on ${absoluteTime(now)}`,
    ],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** "Why: new-dashboard in Production for Maria Anders (ALFKI)". */
function about(why: Why, environmentName: string): string {
  const name = customerLabel(why);
  const id = name === why.entityId ? "" : ` (${why.entityId})`;
  return `Why: ${why.flag.key} in ${environmentName} for ${name}${id}`;
}

/** The value served, where the sentence had to cut it. */
function wholeValue({ evaluation: { value } }: Why): Array<string> {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (valueLabel(value, 40) === text.replace(/\s+/g, " ")) return [];
  const left = text.length - WHOLE_VALUE;
  return [
    "The value:",
    left > 0 ? `${text.slice(0, WHOLE_VALUE)} … ${formatCount(left)} more characters` : text,
  ];
}

function past(why: PastWhy, environmentName: string): Array<Array<string>> {
  const items = knowledge(why).map(
    ({ known, phrase }) => `${known ? "Known" : "Not known"}: ${plainText(phrase)}`,
  );
  return [[plainText(differenceLine(why, environmentName))], items];
}

function whatWouldChange(why: Why, environmentName: string): Array<string> {
  const nothing = noFlip(why, environmentName);
  const lines = flipLines(why, environmentName, why.flips.length).map(plainText);
  return nothing === null ? lines : [nothing];
}

function steps(why: Why, environmentName: string, now: Date): Array<string> {
  const { isActive, environmentOn, bucket } = why.trace;
  const { reason } = why.evaluation;
  const notFound = reason.kind === "ERROR" && reason.errorKind === "FLAG_NOT_FOUND";
  const served = reason.kind === "RULE_MATCH" || notFound ? "not reached" : "served";
  const switched = switchedBy(why);
  const since = switched === null ? "" : `, since ${absoluteTime(new Date(switched.at))}, ${switched.actor}`;
  return [
    why.flag.archivedAt !== null
      ? `Archived${since}`
      : `${isActive ? "Not killed" : "Killed"}, ${environmentOn ? "on" : "off"} in ${environmentName}${since}`,
    ...(why.flag.clientVisible ? [] : ["Client keys cannot see this flag"]),
    ...(bucket === null ? [] : [`Bucket ${bucketLabel(bucket)} of 100`]),
    ...explainedRules(why).flatMap((each) => ruleLines(each, why, now)),
    `Otherwise ${valueLabel(why.flag.defaultValue, IN_LINE)}: ${served}`,
  ];
}

const OUTCOMES = {
  matched: "served",
  audience_no: "not in the audience",
  percentage_no: "bucket outside",
  not_reached: "not reached",
} as const;

function ruleLines(each: ExplainedRule, why: Why, now: Date): Array<string> {
  const { number, rule, trace, audience } = each;
  const share = rule.percentage === null ? "" : `, ${percentageLabel(rule.percentage)}`;
  const line = `Rule ${number} (${audienceName(each)}${share}) → ${valueLabel(rule.value, IN_LINE)}: ${OUTCOMES[trace.outcome]}`;
  if (!audience?.condition || trace.outcome === "not_reached") return [line];
  const today = why.past === null ? "" : " today";
  const rows = conditionRows(audience.condition).map((row) => {
    const indent = "  ".repeat(row.depth + 1);
    if (row.kind === "group") return `${indent}${row.holds ? "✓" : "✕"} ${row.words}:`;
    const { leaf, rowValue, holds } = row.leaf;
    const mark = holds !== row.negated ? "✓" : "✕";
    const needed = plainText(requirement(leaf, row.negated));
    return `${indent}${mark} ${leafLabel(leaf)}: ${rowText(rowValue, now)}${today} (${needed})`;
  });
  return [line, ...rows];
}
