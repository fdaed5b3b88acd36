// Why a customer gets a value, in sentences, from the engine's trace and the audiences' traces alone.
// Decides nothing by itself: what matched is what the trace says. Pure.

import { absoluteTime, formatCounted } from "@/components/format";
import type { AudienceTrace, ErrorKind, Rule, RuleTrace, VersionMark, Why } from "@/contract";
import { code, type Phrase, strong } from "../flag/model/phrase";
import { valueLabel } from "../flag/model/value";
import { explainedMoment, isPast, type PastWhy, quoted, span } from "./past";
import { audienceName, matchReason, missReasons } from "./reasons";

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
/** A call so near to the moment asked about is of that moment. */
const NEAR_MS = 60_000;

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
  const past = isPast(why);
  const [verb, was] = past ? ["got", "was"] : ["gets", "is"];
  const probably = past && why.past.basis === "today" ? "probably " : "";
  const lead: Phrase = past ? [`${whenWords(why)}, `] : [];
  const gets: Phrase = [...lead, `${who} ${probably}${verb} `, code(valueLabel(value, 40))];
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
      if (reason.errorKind === "EXCEPTION") return [...gets, ", the default: the evaluation failed."];
      if (past && why.past.basis === "today") return [...lead, `what ${who} got is not known.`];
      return [...gets, `, the default: ${unavailableWords(why)}.`];
  }
}

/** "On 22 Nov 2026, 14:03:00 UTC", of a call far from the moment asked about with how far. */
function whenWords(why: PastWhy): string {
  const at = explainedMoment(why);
  const apart = at.getTime() - new Date(why.past.at).getTime();
  const on = `n ${absoluteTime(at)}`;
  if (Math.abs(apart) <= NEAR_MS) return `O${on}`;
  return `${span(Math.abs(apart))} ${apart < 0 ? "before" : "after"} that moment, o${on}`;
}

/** Of the rule that nothing can be said of. */
function unavailableWords(why: Why): string {
  const blocked = explainedRules(why).find(({ trace }) => trace.outcome === "not_reached");
  const audience = blocked ? `the audience of rule ${blocked.number}` : "an audience";
  if (isPast(why)) return `${audience} could not be read`;
  return why.unread === null ? `${audience} cannot be computed` : "the customers table cannot be read now";
}

function reasonsFor(
  why: Why,
  rules: ReadonlyArray<ExplainedRule>,
  missed: ReadonlyArray<ExplainedRule>,
  environmentName: string,
  now: Date,
): { reasons: Array<Phrase>; left: number } {
  const { reason } = why.evaluation;
  if (reason.kind === "OFF")
    return { reasons: offReasons(why, reason.offBy === "KILL_SWITCH", environmentName), left: 0 };
  if (reason.kind === "RULE_MATCH") {
    const match = rules.find(({ rule }) => rule.id === reason.ruleId);
    return { reasons: match ? [matchReason(match, why)] : [], left: missed.length };
  }
  if (reason.kind === "ERROR") return { reasons: errorReasons(why, reason.errorKind), left: 0 };
  if (rules.length === 0) {
    const [has, gets] = isPast(why) ? ["had", "got"] : ["has", "gets"];
    return { reasons: [[`The flag ${has} no rules, so everyone ${gets} the default.`]], left: 0 };
  }
  const named = [...missed].sort((a, b) => nearness(a) - nearness(b)).slice(0, MAXIMUM_REASONS);
  named.sort((a, b) => a.number - b.number);
  return { reasons: missReasons(named, why, now), left: missed.length - named.length };
}

/** Who switched it off and when, and what that means for everybody. */
function offReasons(why: Why, killed: boolean, environmentName: string): Array<Phrase> {
  const [is, gets, has] = isPast(why) ? ["was", "got", "had"] : ["is", "gets", "has"];
  const { killedAt, killedBy } = why.flag;
  const switched = switchedBy(why);
  const note = (text: string) => (text === "" ? "" : `: ${quoted(text)}`);
  if (killed) {
    const mark = switched && killedAt !== null && sameMoment(switched.at, killedAt) ? switched : null;
    const who: Array<Phrase> =
      killedAt === null || killedBy === null
        ? []
        : [[strong(killedBy), ` killed it on ${absoluteTime(new Date(killedAt))}${note(mark?.note ?? "")}.`]];
    const until = isPast(why) ? "" : ", until it is restored";
    return [...who, [`While it ${is} killed, everyone ${gets} the default, in every environment${until}.`]];
  }
  const who: Array<Phrase> =
    switched === null
      ? []
      : switched.version === 1
        ? [[`It ${has} not been switched on there yet.`]]
        : [
            [
              strong(switched.actor),
              ` switched it off on ${absoluteTime(new Date(switched.at))}${note(switched.note)}.`,
            ],
          ];
  return [...who, [`While it ${is} off in ${environmentName}, everyone ${gets} the default there.`]];
}

function sameMoment(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) < 1_000;
}

function errorReasons(why: Why, kind: ErrorKind): Array<Phrase> {
  if (kind === "FLAG_NOT_FOUND") return [];
  if (kind === "EXCEPTION") return [["The log of the server that answered says what went wrong."]];
  const blocked = explainedRules(why).find(({ trace }) => trace.outcome === "not_reached");
  if (!blocked) return [];
  const rule: Phrase = [
    strong(`Rule ${blocked.number}`),
    ` ${isPast(why) ? "took" : "takes"} `,
    strong(audienceName(blocked)),
  ];
  if (isPast(why) && why.past.basis === "logged")
    return [[...rule, ". The database did not answer, and nothing was known of this customer from before."]];
  if (why.unread !== null)
    return isPast(why)
      ? [[...rule, ", and the customers table cannot be read now."]]
      : [[...rule, "; servers that have served this customer before go by what they knew then."]];
  const problem = blocked.audience?.problem;
  return [
    [...rule, problem ? `, which cannot be computed now: ${problem}` : ", which cannot be computed now."],
  ];
}

/** Those that failed by the percentage alone came nearest, the largest of them first. */
function nearness({ trace, number }: ExplainedRule): number {
  return trace.outcome === "percentage_no" ? -(trace.threshold ?? 0) : number;
}

/** The version that switched the flag as it is or was; null where that is not known. */
export function switchedBy(why: Why): VersionMark | null {
  // Logs that were made up or brought from elsewhere may be older than the flag.
  const later = isPast(why) && why.switched !== null && new Date(why.switched.at) > explainedMoment(why);
  return later ? null : why.switched;
}
