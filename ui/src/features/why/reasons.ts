// Why a rule takes a customer or does not, as a sentence each; two that say the same become one. Pure.

import { formatCounted } from "@/components/format";
import type { Why } from "@/contract";
import { bucketLabel, percentageLabel } from "../flag/model/percentage";
import { code, type Phrase, strong } from "../flag/model/phrase";
import { type Failure, firstFailure, need, rowText } from "./condition-words";
import type { ExplainedRule } from "./explanation";
import { isPast } from "./past";

/** What to call the audience of a rule: its name, while anybody knows it. */
export function audienceName({ rule, audience }: ExplainedRule): string {
  return rule.audienceId === null ? "everyone" : (audience?.name ?? "an audience that is gone");
}

export function matchReason(each: ExplainedRule, why: Why): Phrase {
  const { number, rule } = each;
  if (rule.percentage !== null && rule.percentage < 100) return bucketReason(each, why);
  const head: Phrase = [strong(`Rule ${number}`), ` ${isPast(why) ? "took" : "takes"} `];
  return rule.audienceId === null
    ? [...head, "everyone."]
    : [...head, strong(audienceName(each)), `, and ${isInIt(why)}.`];
}

/** Of at most two rules that did not match, in their order. */
export function missReasons(named: ReadonlyArray<ExplainedRule>, why: Why, now: Date): Array<Phrase> {
  const [one, other] = named;
  if (one && other && isPlain(one, why) && isPlain(other, why)) return [bothPlain(one, other, why)];
  if (one && other && isOutside(one, why) && isOutside(other, why)) return [bothOutside(one, other, why)];
  return named.map((each) => missReason(each, why, now));
}

function missReason(each: ExplainedRule, why: Why, now: Date): Phrase {
  if (each.trace.outcome === "percentage_no") return bucketReason(each, why);
  const failure = isPlain(each, why) ? null : comparedFailure(each, why);
  if (failure) return failureReason(each, failure, why, now);
  return [
    strong(`Rule ${each.number}`),
    ` ${takesOrNeeds(why)} `,
    strong(audienceName(each)),
    ...(isStranger(why)
      ? [", and ", code(why.entityId), ` is not in the customers table${today(why)}.`]
      : [`; this customer ${isPast(why) && why.past.basis !== "today" ? "was" : "is"} not in it.`]),
  ];
}

/** "takes 10 % of everyone, and this customer's bucket is 37.120": the same for those inside and outside. */
function bucketReason(each: ExplainedRule, why: Why): Phrase {
  const { number, rule, trace } = each;
  const head: Phrase = [
    strong(`Rule ${number}`),
    ` ${isPast(why) ? "took" : "takes"} ${percentageLabel(rule.percentage)} of `,
    rule.audienceId === null ? "everyone" : strong(audienceName(each)),
  ];
  if (trace.threshold === 0) return [...head, ", so nobody."];
  const bucket = why.trace.bucket ?? 0;
  const inside = trace.outcome === "matched";
  // As close as can be, percentage and bucket look alike.
  const edge =
    trace.threshold === bucket
      ? ", the first outside"
      : trace.threshold === bucket + 1
        ? ", the last inside"
        : "";
  const member = rule.audienceId !== null && trace.audienceMatched === true;
  return [
    ...head,
    member
      ? `: ${isInIt(why)}, ${inside ? "and" : "but"} their bucket is `
      : ", and this customer's bucket is ",
    strong(bucketLabel(bucket)),
    `${edge}.`,
  ];
}

/** Today's row says it of today alone. */
function isInIt(why: Why): string {
  if (!isPast(why)) return "this customer is in it";
  return why.past.basis === "today" ? "today this customer is in it" : "this customer was in it";
}

/** "Rule 1 needs plan = enterprise; this customer's is free." */
function failureReason({ number }: ExplainedRule, failure: Failure, why: Why, now: Date): Phrase {
  const { leaf, negated, others } = failure;
  const past = isPast(why);
  const alternative = others > 0 ? ` (or ${formatCounted(others, "alternative")})` : "";
  const empty = leaf.rowValue === null || (Array.isArray(leaf.rowValue) && leaf.rowValue.length === 0);
  const what: Phrase =
    "event" in leaf.leaf
      ? leaf.rowValue === 0 || leaf.rowValue === null
        ? ["this customer did not."]
        : [
            "this customer did so ",
            strong(leaf.rowValue === 1 ? "once" : `${rowText(leaf.rowValue, now)} times`),
            ".",
          ]
      : empty
        ? ["this customer has none."]
        : ["this customer's is ", strong(rowText(leaf.rowValue, now)), "."];
  return [
    strong(`Rule ${number}`),
    ` ${past ? "needed" : "needs"} `,
    strong(need(leaf.leaf, negated)),
    `${alternative}; ${past ? "today " : ""}`,
    ...what,
  ];
}

/** A failed test of the row, where it may be given as a reason: today's row is none for what was. */
function comparedFailure({ audience }: ExplainedRule, why: Why): Failure | null {
  if (why.customer === null || (isPast(why) && why.past.basis !== "today")) return null;
  return audience?.condition ? firstFailure(audience.condition) : null;
}

/** Whether all there is to say of a rule is that they are not in its audience. */
function isPlain(each: ExplainedRule, why: Why): boolean {
  return each.trace.outcome === "audience_no" && comparedFailure(each, why) === null;
}

/** Whether the bucket is all there is to say of a rule, and not by a hair. */
function isOutside({ trace }: ExplainedRule, why: Why): boolean {
  const far = trace.threshold !== null && trace.threshold > 0 && trace.threshold !== why.trace.bucket;
  return trace.outcome === "percentage_no" && far;
}

/** "Rule 3 takes 40 % of everyone and rule 4 60 %, and this customer's bucket is 93.628." */
function bothOutside(one: ExplainedRule, other: ExplainedRule, why: Why): Phrase {
  const part = (each: ExplainedRule, of: boolean): Phrase => [
    percentageLabel(each.rule.percentage),
    ...(of ? [" of ", each.rule.audienceId === null ? "everyone" : strong(audienceName(each))] : []),
  ];
  return [
    strong(`Rule ${one.number}`),
    ` ${isPast(why) ? "took" : "takes"} `,
    ...part(one, true),
    " and ",
    strong(`rule ${other.number}`),
    " ",
    ...part(other, one.rule.audienceId !== other.rule.audienceId),
    ", and this customer's bucket is ",
    strong(bucketLabel(why.trace.bucket ?? 0)),
    ".",
  ];
}

/** "Rule 1 took API partners and rule 2 Large companies; this customer was in neither." */
function bothPlain(one: ExplainedRule, other: ExplainedRule, why: Why): Phrase {
  const was = isPast(why) && why.past.basis !== "today" ? "was" : "is";
  const same = one.rule.audienceId === other.rule.audienceId;
  const head: Phrase = same
    ? [
        strong(`Rules ${one.number} and ${other.number}`),
        ` ${isPast(why) ? "took" : isStranger(why) ? "need" : "take"} `,
        strong(audienceName(one)),
      ]
    : [
        strong(`Rule ${one.number}`),
        ` ${takesOrNeeds(why)} `,
        strong(audienceName(one)),
        " and ",
        strong(`rule ${other.number}`),
        " ",
        strong(audienceName(other)),
      ];
  if (isStranger(why))
    return [...head, "; ", code(why.entityId), ` is not in the customers table${today(why)}.`];
  return [...head, `; this customer ${was} in ${same ? "" : "n"}${same ? "it" : "either"}.`];
}

function today(why: Why): string {
  return isPast(why) ? " today" : "";
}

function takesOrNeeds(why: Why): string {
  return isStranger(why) ? (isPast(why) ? "needed" : "needs") : isPast(why) ? "took" : "takes";
}

/** Not in the customers table, and that is why: of the past only the log can say, which is not said of them. */
function isStranger(why: Why): boolean {
  return why.customer === null && why.unread === null && !(isPast(why) && why.past.basis !== "today");
}
