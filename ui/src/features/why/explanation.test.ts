import { describe, expect, it } from "vitest";
import type {
  AudienceTrace,
  ConditionTrace,
  JsonValue,
  Operator,
  Reason,
  Rule,
  RuleTrace,
  Why,
} from "@/contract";
import { plainText } from "../flag/model/phrase";
import { flag, rule } from "../flag/testing";
import { decisiveLeaves, firstFailure, need, requirement, rowText } from "./condition-words";
import { explain, forTicket } from "./explanation";

const NOW = new Date("2026-06-15T12:00:00Z");

function leaf(
  attribute: string,
  operator: Operator,
  value: JsonValue,
  rowValue: JsonValue,
  holds: boolean,
): ConditionTrace {
  return { leaf: { attribute, operator, value }, rowValue, holds };
}
const planIsFree = leaf("plan", "equals", "enterprise", "free", false);
const noBeta = leaf("tags", "contains_any", ["beta"], [], false);

function audience(id: string, name: string, condition: ConditionTrace): AudienceTrace {
  return { audienceId: id, name, member: condition.holds, condition };
}

type Case = {
  rules: ReadonlyArray<[Rule, Omit<RuleTrace, "ruleId">]>;
  reason: Reason;
  value?: JsonValue;
  bucket?: number;
  audiences?: Array<AudienceTrace>;
  known?: boolean;
};

function whyOf({ rules, reason, value = false, bucket = 37_120, audiences = [], known = true }: Case): Why {
  return {
    flag: flag({ rules: rules.map(([each]) => each) }),
    environment: "production",
    entityId: "ALFKI",
    customer: known ? { entityId: "ALFKI", name: "Maria Anders", email: null, fields: [] } : null,
    evaluation: { value, variationIndex: 0, reason },
    trace: {
      isActive: !(reason.kind === "OFF" && reason.offBy === "KILL_SWITCH"),
      environmentOn: !(reason.kind === "OFF" && reason.offBy === "ENVIRONMENT"),
      bucket,
      rules: rules.map(([each, trace]) => ({ ruleId: each.id, ...trace })),
    },
    audiences,
  };
}

function read(why: Why) {
  const { headline, reasons, more, changes } = explain(why, "Production", NOW);
  return {
    headline: plainText(headline),
    reasons: reasons.map(plainText),
    more,
    changes: changes.map(plainText),
  };
}

const missAudience = (
  id: string,
  audienceId: string,
  fields: Partial<Rule> = {},
): [Rule, Omit<RuleTrace, "ruleId">] => [
  rule(id, { audienceId, ...fields }),
  { audienceMatched: false, threshold: null, outcome: "audience_no" },
];
const missBucket = (
  id: string,
  percentage: number,
  fields: Partial<Rule> = {},
): [Rule, Omit<RuleTrace, "ruleId">] => [
  rule(id, { percentage, ...fields }),
  { audienceMatched: null, threshold: percentage * 1000, outcome: "percentage_no" },
];

describe("the sentence", () => {
  it("compares the row with the rule and the bucket with the percentage", () => {
    const why = whyOf({
      rules: [missAudience("a", "ent"), missBucket("b", 10)],
      reason: { kind: "FALLTHROUGH" },
      audiences: [audience("ent", "Enterprise", planIsFree)],
    });
    expect(read(why)).toEqual({
      headline: "Maria Anders gets `false`, the default.",
      reasons: [
        "Rule 1 needs plan = enterprise; this customer's is free.",
        "Rule 2 takes 10 % of everyone, and this customer's bucket is 37.120.",
      ],
      more: null,
      changes: ["Would get `true` with plan = enterprise (rule 1), or with rule 2 at 37.121 % or more."],
    });
  });

  it("names at most two reasons, those that came nearest, and counts the rest", () => {
    const misses = Array.from({ length: 18 }, (_, index) => missAudience(`r${index}`, "ent"));
    const why = whyOf({
      rules: [...misses, missBucket("last", 10)],
      reason: { kind: "FALLTHROUGH" },
      audiences: [audience("ent", "Enterprise", planIsFree)],
    });
    const { reasons, more } = read(why);
    expect(reasons.map((reason) => reason.slice(0, 7))).toEqual(["Rule 1 ", "Rule 19"]);
    expect(more).toBe("17 more did not match.");
  });

  it("says which rule matched, and how far it may fall", () => {
    const why = whyOf({
      rules: [
        missAudience("a", "ent", { value: false }),
        [
          rule("b", { audienceId: "beta", percentage: 50 }),
          { audienceMatched: true, threshold: 50_000, outcome: "matched" },
        ],
      ],
      reason: { kind: "RULE_MATCH", ruleIndex: 1, ruleId: "b" },
      value: true,
      audiences: [
        audience("ent", "Enterprise", planIsFree),
        audience("beta", "Beta", { ...noBeta, holds: true }),
      ],
    });
    expect(read(why)).toEqual({
      headline: "Maria Anders gets `true` from rule 2.",
      reasons: ["Rule 2 takes 50 % of Beta, and this customer's bucket is 37.120."],
      more: "1 rule above it did not match.",
      changes: [
        "Would get `false` with plan = enterprise (rule 1).",
        "Would leave rule 2 with it at 37.120 % or less.",
      ],
    });
  });

  it("killed and off come before every rule", () => {
    const rules = [[rule("a"), { audienceMatched: null, threshold: null, outcome: "not_reached" }]] as const;
    const killed = read(whyOf({ rules: [[...rules[0]]], reason: { kind: "OFF", offBy: "KILL_SWITCH" } }));
    expect(killed.headline).toBe("Maria Anders gets `false`: the flag is killed.");
    expect(killed.changes).toEqual(["The rules would decide again once it is restored."]);
    const off = read(whyOf({ rules: [[...rules[0]]], reason: { kind: "OFF", offBy: "ENVIRONMENT" } }));
    expect(off.headline).toBe("Maria Anders gets `false`: the flag is off in Production.");
    expect(off.changes).toEqual(["The rules would decide if Production were switched on."]);
  });

  it("an id outside the table is in no audience and still has a bucket", () => {
    const why = whyOf({
      rules: [missAudience("a", "ent"), missBucket("b", 10)],
      reason: { kind: "FALLTHROUGH" },
      audiences: [audience("ent", "Enterprise", planIsFree)],
      known: false,
    });
    expect(read(why).headline).toBe("ALFKI gets `false`, the default.");
    expect(read(why).reasons[0]).toBe("Rule 1 needs Enterprise, and `ALFKI` is not in the customers table.");
    expect(read(why).changes).toEqual(["Would get `true` with rule 2 at 37.121 % or more."]);
  });

  it("offers no change that would serve the same value", () => {
    const why = whyOf({ rules: [missBucket("a", 10, { value: false })], reason: { kind: "FALLTHROUGH" } });
    expect(read(why).changes).toEqual([]);
  });

  it("offers no attribute when the bucket would be outside all the same", () => {
    const why = whyOf({
      rules: [
        [
          rule("a", { audienceId: "ent", percentage: 10 }),
          { audienceMatched: false, threshold: 10_000, outcome: "audience_no" },
        ],
      ],
      reason: { kind: "FALLTHROUGH" },
      audiences: [audience("ent", "Enterprise", planIsFree)],
    });
    expect(read(why).changes).toEqual([]);
  });

  it("the last bucket needs 100 percent", () => {
    const why = whyOf({ rules: [missBucket("a", 10)], reason: { kind: "FALLTHROUGH" }, bucket: 99_999 });
    expect(read(why).changes).toEqual(["Would get `true` with rule 1 at 100.000 %."]);
  });

  it("goes into a ticket as text", () => {
    const why = whyOf({ rules: [missBucket("a", 10)], reason: { kind: "FALLTHROUGH" } });
    expect(forTicket(why, "Production", NOW).split("\n")).toEqual([
      "Maria Anders gets `false`, the default.",
      "Rule 1 takes 10 % of everyone, and this customer's bucket is 37.120.",
      "Would get `true` with rule 1 at 37.121 % or more.",
      "",
      "Flag new-dashboard v7 · Production · customer ALFKI",
      "2026-06-15T12:00:00.000Z",
    ]);
  });
});

describe("the leaf to blame", () => {
  const good = leaf("country", "equals", "DE", "DE", true);

  it("is the first that fails in an all", () => {
    expect(firstFailure({ all: [good, planIsFree, noBeta], holds: false })).toMatchObject({
      leaf: planIsFree,
      others: 0,
    });
  });

  it("is any one of an any, with the others counted", () => {
    expect(firstFailure({ any: [planIsFree, noBeta], holds: false })).toMatchObject({
      leaf: planIsFree,
      others: 1,
    });
  });

  it("is the one that holds under a not", () => {
    expect(firstFailure({ not: good, holds: false })).toMatchObject({ leaf: good, negated: true });
    expect(firstFailure({ not: { any: [planIsFree, good], holds: true }, holds: false })).toMatchObject({
      leaf: good,
    });
  });

  it("is nobody when the condition holds", () => {
    expect(firstFailure(good)).toBeNull();
    expect(firstFailure({ not: planIsFree, holds: true })).toBeNull();
  });

  it("decides alone only where nothing else is in the way", () => {
    expect(decisiveLeaves({ all: [good, planIsFree], holds: false })).toEqual([
      { leaf: planIsFree, negated: false },
    ]);
    expect(decisiveLeaves({ all: [planIsFree, noBeta], holds: false })).toEqual([]);
    expect(decisiveLeaves({ any: [planIsFree, noBeta], holds: false })).toHaveLength(2);
    expect(decisiveLeaves({ all: [good, { not: good, holds: false }], holds: false })).toEqual([
      { leaf: good, negated: true },
    ]);
  });
});

describe("words", () => {
  it.each([
    [{ attribute: "plan", operator: "equals", value: "free" }, false, "plan = free", "must equal `free`"],
    [{ attribute: "plan", operator: "equals", value: "free" }, true, "plan ≠ free", "must not equal `free`"],
    [{ attribute: "s", path: ["a", "b"], operator: "is_set" }, false, "s.a.b set", "must be set"],
    [
      { attribute: "seen", operator: "within_last_days", value: 30 },
      false,
      "seen within the last 30 days",
      "must be within the last `30 days`",
    ],
    [
      { attribute: "mrr", operator: "between", value: [1, 5] },
      false,
      "mrr from 1 to 5",
      "must be from `1 to 5`",
    ],
    [
      { attribute: "c", operator: "in", value: ["a", "b", "c", "d", "e"] },
      false,
      "c one of a, b, c … 2 more",
      "must be one of `a, b, c … 2 more`",
    ],
    [
      { attribute: "c", operator: "contains", value: "x", ignoreCase: true },
      false,
      "c containing x",
      "must contain (any case) `x`",
    ],
  ] as const)("%j, negated %s", (condition, negated, short, long) => {
    const given = condition as unknown as Parameters<typeof need>[0];
    expect(need(given, negated)).toBe(short);
    expect(plainText(requirement(given, negated))).toBe(long);
  });

  it("read times as how long ago, and gaps as gaps", () => {
    expect(rowText("2026-06-11T11:00:00Z", NOW)).toBe("4 d ago");
    expect(rowText("2026-06-11 11:00:00+00", NOW)).toBe("4 d ago");
    expect(rowText(null, NOW)).toBe("not set");
    expect(rowText([], NOW)).toBe("[ ]");
    expect(rowText(["a", "b"], NOW)).toBe("a, b");
    expect(rowText("", NOW)).toBe('""');
    expect(rowText("2026-99-99", NOW)).toBe("2026-99-99");
    expect(rowText("2026-06-15T14:00:00Z", NOW)).toBe("in 2 h");
  });
});
