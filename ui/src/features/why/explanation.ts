// Why a customer gets a value, in sentences, from the engine's trace and the audiences' traces alone.
// Decides nothing by itself: what matched is what the trace says. Pure.

import { absoluteTime, formatCounted } from "@/components/format";
import type { AudienceTrace, Rule, RuleTrace, Why } from "@/contract";
import { bucketLabel, percentageLabel } from "../flag/model/percentage";
import { code, type Phrase, strong } from "../flag/model/phrase";
import { valueLabel } from "../flag/model/value";
import { firstFailure, need, rowText } from "./condition-words";
import { explainedMoment, isPast } from "./past";

export type Explanation = {
  /** "Maria Anders gets `false`, the default." */
  headline: Phrase;
  /** At most two. */
  reasons: ReadonlyArray<Phrase>;
  /** "17 more did not match", or null. */
  more: string | null;
};

/** One rule with what the traces say of it; `number` counts from 1. */
export type ExplainedRule = {
  number: number;
  rule: Rule;
  trace: RuleTrace;
  audience: AudienceTrace | null;
};

const MAXIMUM_REASONS = 2;

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
  const served = code(valueLabel(value, 40));
  const past = isPast(why);
  const guessed = past && why.past.basis === "today";
  const verb = past ? (guessed ? "probably got" : "got") : "gets";
  const was = past ? "was" : "is";
  const lead: Phrase = past ? [`On ${absoluteTime(explainedMoment(why))}, `] : [];
  const gets: Phrase = [...lead, `${who} ${verb} `, served];
  switch (reason.kind) {
    case "OFF":
      return reason.offBy === "KILL_SWITCH"
        ? [...gets, `: the flag ${was} killed.`]
        : [...gets, `: the flag ${was} off in ${environmentName}.`];
    case "RULE_MATCH":
      return [...gets, ` from rule ${reason.ruleIndex + 1}.`];
    case "FALLTHROUGH":
      return [...gets, ", the default."];
    case "ERROR":
      if (reason.errorKind === "FLAG_NOT_FOUND")
        return [...lead, `${who} ${verb} the app's own fallback: the flag ${was} archived.`];
      return past
        ? [...gets, ", the default, unless an audience that cannot be read now says otherwise."]
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
  const [is, gets] = isPast(why) ? ["was", "got"] : ["is", "gets"];
  if (reason.kind === "OFF") {
    const every = `everyone ${gets} the default`;
    const until = isPast(why) ? "" : ", until it is restored";
    return reason.offBy === "KILL_SWITCH"
      ? { reasons: [[`While it ${is} killed, ${every}, in every environment${until}.`]], left: 0 }
      : { reasons: [[`While it ${is} off in ${environmentName}, ${every} there.`]], left: 0 };
  }
  if (reason.kind === "RULE_MATCH") {
    const match = rules.find(({ rule }) => rule.id === reason.ruleId);
    return { reasons: match ? [matchReason(match, why)] : [], left: missed.length };
  }
  if (reason.kind === "ERROR") return { reasons: [], left: 0 };
  if (rules.length === 0)
    return {
      reasons: [[`The flag ${isPast(why) ? "had" : "has"} no rules, so everyone ${gets} the default.`]],
      left: 0,
    };
  const named = [...missed].sort((a, b) => nearness(a) - nearness(b)).slice(0, MAXIMUM_REASONS);
  named.sort((a, b) => a.number - b.number);
  return { reasons: named.map((rule) => missReason(rule, why, now)), left: missed.length - named.length };
}

/** Those that failed by the percentage alone came nearest. */
function nearness({ trace, number }: ExplainedRule): number {
  return (trace.outcome === "percentage_no" ? 0 : 1_000) + number;
}

/** The audience of a rule by its name. */
function audienceName({ audience }: ExplainedRule): string {
  return audience?.name ?? "its audience";
}

/** "takes 10 % of everyone, and this customer's bucket is 37.120": the same for those inside and outside. */
function bucketReason({ number, rule, ...rest }: ExplainedRule, why: Why): Phrase {
  const share = rule.audienceId === null ? "everyone" : strong(audienceName({ number, rule, ...rest }));
  return [
    strong(`Rule ${number}`),
    ` ${isPast(why) ? "took" : "takes"} ${percentageLabel(rule.percentage)} of `,
    share,
    ", and this customer's bucket is ",
    strong(bucketLabel(why.trace.bucket ?? 0)),
    ".",
  ];
}

function matchReason(each: ExplainedRule, why: Why): Phrase {
  const { number, rule } = each;
  const [takes, is] = isPast(why) ? ["took", "was"] : ["takes", "is"];
  if (rule.percentage !== null) return bucketReason(each, why);
  return rule.audienceId === null
    ? [strong(`Rule ${number}`), ` ${takes} everyone.`]
    : [
        strong(`Rule ${number}`),
        ` ${takes} `,
        strong(audienceName(each)),
        `, and this customer ${is} in it.`,
      ];
}

function missReason(each: ExplainedRule, why: Why, now: Date): Phrase {
  const { number, trace, audience } = each;
  if (trace.outcome === "percentage_no") return bucketReason(each, why);
  // What the row held then is not kept: nothing of today's is given as a reason for what was.
  if (isPast(why) && why.past.basis !== "today") {
    return [strong(`Rule ${number}`), " took ", strong(audienceName(each)), "; this customer was not in it."];
  }
  const needs = isPast(why) ? "needed" : "needs";
  if (why.customer === null) {
    const name = audience?.name ?? "an audience";
    return [
      strong(`Rule ${number}`),
      ` ${needs} ${name}, and `,
      code(why.entityId),
      " is not in the customers table.",
    ];
  }
  const failure = audience ? firstFailure(audience.condition) : null;
  if (!failure) {
    return [
      strong(`Rule ${number}`),
      ` ${needs} `,
      strong(audienceName(each)),
      "; this customer is not in it.",
    ];
  }
  const { leaf, negated, others } = failure;
  const alternative = others > 0 ? ` (or ${formatCounted(others, "alternative")})` : "";
  const today = isPast(why) ? "today " : "";
  return [
    strong(`Rule ${number}`),
    ` ${needs} `,
    strong(need(leaf.leaf, negated)),
    `${alternative}; ${today}`,
    ...("event" in leaf.leaf
      ? ["this customer did so ", strong(`${rowText(leaf.rowValue, now)}×`), "."]
      : leaf.rowValue === null
        ? ["this customer has none."]
        : ["this customer's is ", strong(rowText(leaf.rowValue, now)), "."]),
  ];
}
