import { describe, expect, it } from "vitest";
import { plainText } from "../flag/model/phrase";
import { rule } from "../flag/testing";
import { decisiveLeaves, firstFailure, need, requirement, rowText } from "./condition-words";
import { audience, leaf, missAudience, missBucket, NOW, noBeta, planIsFree, read, whyOf } from "./testing";

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
      reasons: ["Rule 2 takes 50 % of Beta: this customer is in it, and their bucket is 37.120."],
      more: "1 rule above it did not match.",
    });
  });

  it("killed and off come before every rule", () => {
    const rules = [[rule("a"), { audienceMatched: null, threshold: null, outcome: "not_reached" }]] as const;
    const killed = read(whyOf({ rules: [[...rules[0]]], reason: { kind: "OFF", offBy: "KILL_SWITCH" } }));
    expect(killed.headline).toBe("Maria Anders gets `false`: the flag is killed.");
    const off = read(whyOf({ rules: [[...rules[0]]], reason: { kind: "OFF", offBy: "ENVIRONMENT" } }));
    expect(off.headline).toBe("Maria Anders gets `false`: the flag is off in Production.");
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
