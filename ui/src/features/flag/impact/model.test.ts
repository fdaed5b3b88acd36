import { describe, expect, it } from "vitest";
import type { JsonValue, RuleImpact, ServedNow } from "@/contract";
import { plainText } from "../model/phrase";
import {
  customersMoved,
  figures,
  figureText,
  largestFirst,
  moveLabel,
  newRuleSentence,
  progressText,
  takenByRules,
} from "./model";

const text = (given: ReturnType<typeof figures>) =>
  given.map((figure) => `${figureText(figure)} ${plainText(figure.words)}`);

const shares = (...values: Array<JsonValue>) => values.map((value) => ({ value, now: 1, after: 1 }));
const effects = (gained: number, lost: number, changed = 0) => ({ gained, lost, changed });

describe("the figures of an edit", () => {
  it("say who gains and who loses true", () => {
    const moved = {
      type: "boolean" as const,
      defaults: { before: false, after: false },
      distribution: shares(false, true),
    };
    expect(text(figures({ ...moved, ...effects(722, 0) }))).toEqual(["+722 gain `true`", "0 lose `true`"]);
    expect(text(figures({ ...moved, ...effects(0, 1_204) }))).toEqual([
      "0 gain `true`",
      "−1,204 lose `true`",
    ]);
  });

  it("name the one value beside the default", () => {
    const moved = {
      type: "string" as const,
      defaults: { before: "a", after: "a" },
      distribution: shares("a", "b"),
    };
    expect(text(figures({ ...moved, ...effects(3, 2) }))).toEqual(["+3 gain `b`", "−2 lose `b`"]);
  });

  it("tell leaving the default from changing between other values", () => {
    const moved = {
      type: "string" as const,
      defaults: { before: "a", after: "a" },
      distribution: shares("a", "b", "c"),
    };
    expect(text(figures({ ...moved, ...effects(10, 2, 5) }))).toEqual([
      "+10 leave the default",
      "−2 fall back to it",
      "5 change value",
    ]);
  });

  it("name no value when the default itself changes", () => {
    const moved = {
      type: "number" as const,
      defaults: { before: 1, after: 2 },
      distribution: shares(1, 2),
    };
    expect(text(figures({ ...moved, ...effects(0, 0, 900) }))).toEqual([
      "0 leave the default",
      "0 fall back to it",
      "900 change value",
    ]);
  });
});

it("moves are summed, named and put in order", () => {
  expect(customersMoved(effects(1, 2, 3))).toBe(6);
  const moves = [
    { from: "a", to: "b", customers: 1 },
    { from: "b", to: "a", customers: 3 },
  ];
  expect(largestFirst(moves).map((move) => moveLabel(move))).toEqual(["b → a", "a → b"]);
});

it("progress says of how many, where that is known", () => {
  expect(progressText({ running: true, seen: 120_000, estimated: 1_000_000 })).toBe(
    "120,000 of about 1,000,000",
  );
  expect(progressText({ running: true, seen: 7, estimated: null })).toBe("7 so far");
});

describe("a new rule", () => {
  const rule = (
    id: string,
    audienceId: string | null,
    percentage: number | null,
    value: JsonValue = true,
  ) => ({
    id,
    audienceId,
    percentage,
    value,
    description: "",
  });
  const below = rule("old", null, 10);
  const reach = (servedNow: Array<ServedNow>, netNow: number | null = null): RuleImpact => ({
    ruleId: "new",
    inAudience: 4_816,
    inPercentage: 1_204,
    net: 1_204,
    netNow,
    takenBy: [],
    servedNow,
  });
  const saved = { rules: [below], defaultValue: false };
  const say = (
    servedNow: Array<ServedNow>,
    draft = [rule("new", "a", 25), below],
    netNow: number | null = null,
  ) => {
    const sentence = newRuleSentence(0, { rules: draft }, saved, { rules: [reach(servedNow, netNow)] });
    return sentence && plainText(sentence);
  };

  it("says who gains, and who had it already by which rule", () => {
    const both = [
      { ruleId: "old", customers: 482 },
      { ruleId: null, customers: 722 },
    ];
    expect(say(both)).toBe(
      "Rule 1 serves 1,204 of 4,816: 722 gain `true`, 482 had it already by the 10 % rule below.",
    );
    expect(say(both, [rule("new", "a", 25)])).toContain("482 had it already by a rule that is deleted");
    expect(say([{ ruleId: "old", customers: 1_204 }])).toBe(
      "Rule 1 serves 1,204 of 4,816: nobody gains `true`, 1,204 had it already by the 10 % rule below.",
    );
  });

  it("is not one that was saved before", () => {
    expect(say([{ ruleId: null, customers: 1_204 }], undefined, 700)).toBeNull();
  });
});

describe("a rule that reaches nobody", () => {
  it("names the rules above that took its people, in their order", () => {
    const taken = [
      { ruleId: "y", customers: 82 },
      { ruleId: "x", customers: 400 },
    ];
    expect(takenByRules(taken, ["x", "y", "z"])).toBe("rules 1 and 2 take all 482.");
    expect(takenByRules(taken.slice(0, 1), ["x", "y", "z"])).toBe("rule 2 takes all 82.");
  });

  it("names none when none took anybody, or the count is of other rules", () => {
    expect(takenByRules([], ["x"])).toBeNull();
    expect(takenByRules([{ ruleId: "gone", customers: 3 }], ["x"])).toBeNull();
  });
});
