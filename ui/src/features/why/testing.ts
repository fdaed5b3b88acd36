// Explanations for tests: what a test does not name is plain.
import type {
  AudienceTrace,
  ConditionTrace,
  EvaluationRow,
  Flag,
  Flip,
  JsonValue,
  Operator,
  Past,
  Reason,
  Rule,
  RuleTrace,
  VersionMark,
  Why,
} from "@/contract";
import { plainText } from "../flag/model/phrase";
import { flag, rule } from "../flag/testing";
import { explain } from "./explanation";

export const NOW = new Date("2026-06-15T12:00:00Z");

export function leaf(
  attribute: string,
  operator: Operator,
  value: JsonValue,
  rowValue: JsonValue,
  holds: boolean,
): ConditionTrace {
  return { leaf: { attribute, operator, value }, rowValue, holds };
}
export const planIsFree = leaf("plan", "equals", "enterprise", "free", false);
export const noBeta = leaf("tags", "contains_any", ["beta"], [], false);

export function audience(id: string, name: string, condition: ConditionTrace): AudienceTrace {
  return { audienceId: id, name, member: condition.holds, condition, problem: null };
}

/** Of somebody who is not in the customers table. */
export function unreadAudience(id: string, name: string, fields: Partial<AudienceTrace> = {}): AudienceTrace {
  return { audienceId: id, name, member: false, condition: null, problem: null, ...fields };
}

type Case = {
  rules: ReadonlyArray<[Rule, Omit<RuleTrace, "ruleId">]>;
  reason: Reason;
  value?: JsonValue;
  bucket?: number;
  audiences?: Array<AudienceTrace>;
  known?: boolean;
  unread?: string | null;
  switched?: VersionMark | null;
  fields?: Partial<Flag>;
  flips?: Array<Flip>;
  past?: Past | null;
};

export function whyOf({
  rules,
  reason,
  value = false,
  bucket = 37_120,
  audiences = [],
  known = true,
  unread = null,
  switched = null,
  fields = {},
  flips = [],
  past = null,
}: Case): Why {
  return {
    flag: flag({ rules: rules.map(([each]) => each), ...fields }),
    environment: "production",
    entityId: "ALFKI",
    customer: known ? { entityId: "ALFKI", name: "Maria Anders", email: null, fields: [] } : null,
    unread,
    evaluation: { value, variationIndex: 0, reason },
    switched,
    trace: {
      isActive: !(reason.kind === "OFF" && reason.offBy === "KILL_SWITCH"),
      environmentOn: !(reason.kind === "OFF" && reason.offBy === "ENVIRONMENT"),
      bucket,
      rules: rules.map(([each, trace]) => ({ ruleId: each.id, ...trace })),
    },
    audiences,
    flips,
    past,
  };
}

export function read(why: Why) {
  const { headline, reasons, more } = explain(why, "Production", NOW);
  return {
    headline: plainText(headline),
    reasons: reasons.map(plainText),
    more,
  };
}

export const missAudience = (
  id: string,
  audienceId: string,
  fields: Partial<Rule> = {},
): [Rule, Omit<RuleTrace, "ruleId">] => [
  rule(id, { audienceId, ...fields }),
  { audienceMatched: false, threshold: null, outcome: "audience_no" },
];
export const missBucket = (
  id: string,
  percentage: number,
  fields: Partial<Rule> = {},
): [Rule, Omit<RuleTrace, "ruleId">] => [
  rule(id, { percentage, ...fields }),
  { audienceMatched: null, threshold: percentage * 1000, outcome: "percentage_no" },
];

export function logged(fields: Partial<EvaluationRow> = {}): EvaluationRow {
  return {
    id: "e1-0",
    callId: "e1",
    at: "2026-06-14T14:02:11.123456Z",
    environment: "production",
    entityId: "ALFKI",
    source: "evaluate",
    sdk: "halyard-js/1.0",
    stale: false,
    flagKey: "new-dashboard",
    flagVersion: 7,
    value: false,
    reason: "FALLTHROUGH",
    offBy: null,
    errorKind: null,
    ruleIndex: null,
    ruleId: null,
    ...fields,
  };
}

/** Yesterday, explained by a logged call of then. */
export function pastOf(fields: Partial<Past> = {}): Past {
  return {
    at: "2026-06-14T14:03:00Z",
    version: { version: 7, at: "2026-06-10T08:00:00Z", actor: "Ada", note: "ramp" },
    basis: "logged",
    logged: logged(),
    loggedExplained: true,
    differences: [],
    now: flag({ rules: [rule("a"), rule("b")] }),
    evaluationNow: { value: false, variationIndex: 0, reason: { kind: "FALLTHROUGH" } },
    ...fields,
  };
}
