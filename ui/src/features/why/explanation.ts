// Why a customer gets a value, in sentences, from the engine's trace and the audiences' traces alone.
// Decides nothing by itself: what matched is what the trace says. Pure.

import { formatCounted } from "@/components/format";
import type { AudienceTrace, Rule, RuleTrace, Why } from "@/contract";
import { bucketLabel, percentageLabel, smallestIncluding } from "../flag/model/percentage";
import { code, type Phrase, plainText, strong } from "../flag/model/phrase";
import { sameValue, valueLabel } from "../flag/model/value";
import { decisiveLeaves, firstFailure, need, rowText } from "./condition-words";

export type Explanation = {
  /** "Maria Anders gets `false`, the default." */
  headline: Phrase;
  /** At most two. */
  reasons: ReadonlyArray<Phrase>;
  /** "17 more did not match", or null. */
  more: string | null;
  /** Single changes that would flip the value, simplest first. */
  changes: ReadonlyArray<Phrase>;
};

/** One rule with what the traces say of it; `number` counts from 1. */
export type ExplainedRule = {
  number: number;
  rule: Rule;
  trace: RuleTrace;
  audience: AudienceTrace | null;
};

const MAXIMUM_REASONS = 2;
const MAXIMUM_CHANGES = 3;

export function explain(why: Why, environmentName: string, now: Date): Explanation {
  const rules = explainedRules(why);
  const missed = rules.filter(
    ({ trace }) => trace.outcome === "audience_no" || trace.outcome === "percentage_no",
  );
  const { reasons, left } = reasonsFor(why, rules, missed, environmentName, now);
  return {
    headline: headline(why, environmentName),
    reasons,
    more: left > 0 ? moreWords(why, left) : null,
    changes: changesFor(why, missed, environmentName),
  };
}

export function explainedRules(why: Why): Array<ExplainedRule> {
  return why.trace.rules.flatMap((trace, index) => {
    const rule = why.flag.rules.find(({ id }) => id === trace.ruleId);
    if (!rule) return [];
    const audience = why.audiences.find(({ audienceId }) => audienceId === rule.audienceId) ?? null;
    return [{ number: index + 1, rule, trace, audience }];
  });
}

/** What to call the customer: name, else e-mail, else id. */
export function customerLabel({ customer, entityId }: Pick<Why, "customer" | "entityId">): string {
  return customer?.name ?? customer?.email ?? entityId;
}

function moreWords(why: Why, left: number): string {
  if (why.evaluation.reason.kind === "RULE_MATCH")
    return `${formatCounted(left, "rule")} above it did not match.`;
  return `${formatCounted(left, "more rule", "more")} did not match.`;
}

function headline(why: Why, environmentName: string): Phrase {
  const { reason, value } = why.evaluation;
  const who = customerLabel(why);
  const gets: Phrase = [`${who} gets `, code(valueLabel(value, 40))];
  switch (reason.kind) {
    case "OFF":
      return reason.offBy === "KILL_SWITCH"
        ? [...gets, ": the flag is killed."]
        : [...gets, `: the flag is off in ${environmentName}.`];
    case "RULE_MATCH":
      return [...gets, ` from rule ${reason.ruleIndex + 1}.`];
    case "FALLTHROUGH":
      return [...gets, ", the default."];
    case "ERROR":
      return reason.errorKind === "FLAG_NOT_FOUND"
        ? [`${who} gets the app's own fallback: the flag is archived.`]
        : [...gets, ", the default, because audiences cannot be read now."];
  }
}

function reasonsFor(
  why: Why,
  rules: ReadonlyArray<ExplainedRule>,
  missed: ReadonlyArray<ExplainedRule>,
  environmentName: string,
  now: Date,
): { reasons: Array<Phrase>; left: number } {
  const { reason } = why.evaluation;
  if (reason.kind === "OFF") {
    const every = "everyone gets the default";
    return reason.offBy === "KILL_SWITCH"
      ? { reasons: [[`While it is killed, ${every}, in every environment, until it is restored.`]], left: 0 }
      : { reasons: [[`While it is off in ${environmentName}, ${every} there.`]], left: 0 };
  }
  if (reason.kind === "RULE_MATCH") {
    const match = rules.find(({ rule }) => rule.id === reason.ruleId);
    return { reasons: match ? [matchReason(match, why)] : [], left: missed.length };
  }
  if (reason.kind === "ERROR") return { reasons: [], left: 0 };
  if (rules.length === 0)
    return { reasons: [["The flag has no rules, so everyone gets the default."]], left: 0 };
  const named = [...missed].sort((a, b) => nearness(a) - nearness(b)).slice(0, MAXIMUM_REASONS);
  named.sort((a, b) => a.number - b.number);
  return { reasons: named.map((rule) => missReason(rule, why, now)), left: missed.length - named.length };
}

/** Those that failed by the percentage alone came nearest. */
function nearness({ trace, number }: ExplainedRule): number {
  return (trace.outcome === "percentage_no" ? 0 : 1_000) + number;
}

function matchReason({ number, rule, audience }: ExplainedRule, why: Why): Phrase {
  const who: Phrase =
    rule.audienceId === null ? ["takes everyone"] : ["takes ", strong(audience?.name ?? "its audience")];
  if (rule.percentage === null) {
    return rule.audienceId === null
      ? [strong(`Rule ${number}`), " takes everyone."]
      : [strong(`Rule ${number}`), " ", ...who, ", and this customer is in it."];
  }
  const share = rule.audienceId === null ? "everyone" : strong(audience?.name ?? "its audience");
  return [
    strong(`Rule ${number}`),
    ` takes ${percentageLabel(rule.percentage)} of `,
    share,
    ", and this customer's bucket is ",
    strong(bucketLabel(why.trace.bucket ?? 0)),
    ".",
  ];
}

function missReason({ number, rule, trace, audience }: ExplainedRule, why: Why, now: Date): Phrase {
  if (trace.outcome === "percentage_no") {
    const share = rule.audienceId === null ? "everyone" : (audience?.name ?? "its audience");
    return [
      strong(`Rule ${number}`),
      ` takes ${percentageLabel(rule.percentage)} of ${share}, and this customer's bucket is `,
      strong(bucketLabel(why.trace.bucket ?? 0)),
      ".",
    ];
  }
  if (why.customer === null) {
    const name = audience?.name ?? "an audience";
    return [
      strong(`Rule ${number}`),
      ` needs ${name}, and `,
      code(why.entityId),
      " is not in the customers table.",
    ];
  }
  const failure = audience ? firstFailure(audience.condition) : null;
  if (!failure) {
    return [
      strong(`Rule ${number}`),
      " needs ",
      strong(audience?.name ?? "its audience"),
      "; this customer is not in it.",
    ];
  }
  const { leaf, negated, others } = failure;
  const alternative = others > 0 ? ` (or ${formatCounted(others, "alternative")})` : "";
  return [
    strong(`Rule ${number}`),
    " needs ",
    strong(need(leaf.leaf, negated)),
    `${alternative}; `,
    ...("event" in leaf.leaf
      ? ["this customer did so ", strong(`${rowText(leaf.rowValue, now)}×`), "."]
      : leaf.rowValue === null
        ? ["this customer has none."]
        : ["this customer's is ", strong(rowText(leaf.rowValue, now)), "."]),
  ];
}

function changesFor(why: Why, missed: ReadonlyArray<ExplainedRule>, environmentName: string): Array<Phrase> {
  const { reason } = why.evaluation;
  if (reason.kind === "OFF") {
    if (why.flag.rules.length === 0) return [];
    return reason.offBy === "KILL_SWITCH"
      ? [["The rules would decide again once it is restored."]]
      : [[`The rules would decide if ${environmentName} were switched on.`]];
  }
  const ways: Array<{ value: string; way: Phrase }> = [];
  const others = missed.filter(({ rule }) => !sameValue(rule.value, why.evaluation.value));
  for (const each of others)
    ways.push(...customerWays(each, why).map((way) => ({ value: valueLabel(each.rule.value, 40), way })));
  for (const each of others) {
    const way = percentageWay(each, why);
    if (way) ways.push({ value: valueLabel(each.rule.value, 40), way });
  }
  const changes: Array<Phrase> = [];
  const named = ways.slice(0, MAXIMUM_CHANGES);
  for (const value of new Set(named.map((way) => way.value))) {
    const phrases = named.filter((way) => way.value === value).map(({ way }) => way);
    changes.push(["Would get ", code(value), " ", ...alternatives(phrases), "."]);
  }
  const leaving = leavingWay(why);
  if (leaving && changes.length < MAXIMUM_CHANGES) changes.push(leaving);
  return changes;
}

/** "with plan = enterprise": single facts about the customer that would make the rule match. */
function customerWays({ rule, trace, audience, number }: ExplainedRule, why: Why): Array<Phrase> {
  if (trace.outcome !== "audience_no" || !audience || why.customer === null) return [];
  const outside = trace.threshold !== null && (why.trace.bucket ?? 0) >= trace.threshold;
  if (outside || rule.percentage === 0) return [];
  const [first] = decisiveLeaves(audience.condition);
  return first ? [["with ", strong(need(first.leaf.leaf, first.negated)), ` (rule ${number})`]] : [];
}

/** "with rule 3 at 37.121 % or more": the smallest percentage that includes the bucket. */
function percentageWay({ trace, number }: ExplainedRule, why: Why): Phrase | null {
  if (trace.outcome !== "percentage_no" || why.trace.bucket === null) return null;
  const percentage = smallestIncluding(why.trace.bucket);
  const more = percentage === 100 ? "" : " or more";
  return [`with rule ${number} at `, strong(`${percentage.toFixed(3)} %`), more];
}

/** How far the percentage of the rule that matched can fall before the customer leaves it. */
function leavingWay(why: Why): Phrase | null {
  const { reason } = why.evaluation;
  if (reason.kind !== "RULE_MATCH" || why.trace.bucket === null) return null;
  const threshold = why.trace.rules[reason.ruleIndex]?.threshold ?? null;
  if (threshold === null) return null;
  return [
    `Would leave rule ${reason.ruleIndex + 1} with it at `,
    strong(`${bucketLabel(why.trace.bucket)} %`),
    " or less.",
  ];
}

function alternatives(ways: ReadonlyArray<Phrase>): Phrase {
  return ways.flatMap((way, index) => (index === 0 ? [...way] : [", or ", ...way]));
}

/** The whole explanation as text for a ticket. */
export function forTicket(why: Why, environmentName: string, now: Date): string {
  const { headline: first, reasons, more, changes } = explain(why, environmentName, now);
  const lines = [
    plainText(first),
    [...reasons.map(plainText), ...(more ? [more] : [])].join(" "),
    ...changes.map(plainText),
    "",
    `Flag ${why.flag.key} v${why.flag.version} · ${environmentName} · customer ${why.entityId}`,
    `${now.toISOString()}`,
  ];
  return lines.filter((line, index) => line !== "" || index > 1).join("\n");
}
