import { describe, expect, it } from "vitest";
import type { Rule } from "@/contract";
import { flag, rule } from "../testing";
import { type Edits, movedRule, withoutRule, withRule } from "./draft";
import { type Choice, canKeepBoth, changedForDraft, conflicts, merged } from "./merge";

const rules = [rule("a", { percentage: 10 }), rule("b", { percentage: 20 }), rule("c", { percentage: 30 })];
const base = flag({ rules });
const percentages = (list: ReadonlyArray<Rule> | undefined) =>
  list?.map(({ id, percentage }) => `${id}${percentage}`);

function merge(edits: Edits, theirs: Parameters<typeof flag>[0], choices: Record<string, Choice> = {}) {
  const newer = flag({ version: 8, rules, ...theirs });
  return {
    asked: conflicts(base, edits, newer),
    edits: merged(base, edits, newer, choices, () => "new"),
  };
}

describe("what merges silently", () => {
  it("edits of different rules", () => {
    const { asked, edits } = merge(
      { rules: withRule(rules, "a", { percentage: 11 }) },
      { rules: withRule(rules, "c", { percentage: 33 }) },
    );
    expect(asked).toEqual([]);
    expect(percentages(edits.rules)).toEqual(["a11", "b20", "c33"]);
  });

  it("my edit of a rule that they moved", () => {
    const { asked, edits } = merge(
      { rules: withRule(rules, "a", { percentage: 11 }) },
      { rules: movedRule(rules, 0, 2) },
    );
    expect(asked).toEqual([]);
    expect(percentages(edits.rules)).toEqual(["b20", "c30", "a11"]);
  });

  it("my move with their edit and their addition", () => {
    const { asked, edits } = merge(
      { rules: movedRule(rules, 0, 2) },
      { rules: [...withRule(rules, "b", { percentage: 22 }), rule("t", { percentage: 1 })] },
    );
    expect(asked).toEqual([]);
    expect(percentages(edits.rules)).toEqual(["b22", "c30", "t1", "a10"]);
  });

  it("rules that both added, and rules that either removed", () => {
    const { asked, edits } = merge(
      { rules: [rule("m", { percentage: 1 }), ...withoutRule(rules, "b")] },
      { rules: [...withoutRule(rules, "c"), rule("t", { percentage: 2 })] },
    );
    expect(asked).toEqual([]);
    expect(percentages(edits.rules)).toEqual(["m1", "a10", "t2"]);
  });

  it("the same edit on both sides, which then is no edit", () => {
    const same = withRule(rules, "a", { percentage: 11 });
    expect(merge({ rules: same, defaultValue: true }, { rules: same, defaultValue: true })).toEqual({
      asked: [],
      edits: {},
    });
  });

  it("different fields", () => {
    const { asked, edits } = merge({ defaultValue: true }, { description: "theirs", tags: ["x"] });
    expect(asked).toEqual([]);
    expect(edits).toEqual({ defaultValue: true });
  });

  it("a kill and a switch", () => {
    const killed = flag({ rules, version: 9, isActive: false, environments: {} });
    expect(changedForDraft(base, killed)).toBe(false);
    expect(conflicts(base, { defaultValue: true }, killed)).toEqual([]);
    expect(changedForDraft(base, flag({ rules: rules.slice(1) }))).toBe(true);
  });
});

describe("what is asked", () => {
  const mine = { rules: withRule(rules, "a", { percentage: 11 }) };
  const theirs = { rules: withRule(rules, "a", { percentage: 99 }) };

  it("the same rule, and nothing else", () => {
    const { asked } = merge(mine, theirs);
    expect(asked).toMatchObject([
      { kind: "rule", ruleId: "a", mine: { percentage: 11 }, theirs: { percentage: 99 } },
    ]);
  });

  it.each([
    ["mine", ["a11", "b20", "c30"]],
    ["both", ["a99", "new11", "b20", "c30"]],
  ] as const)("answered %s", (choice, expected) => {
    expect(percentages(merge(mine, theirs, { "rule:a": choice }).edits.rules)).toEqual(expected);
  });

  it("answered theirs, so that no change is left", () => {
    expect(merge(mine, theirs, { "rule:a": "theirs" }).edits).toEqual({});
  });

  it("a rule that one edited and the other removed, where both is no answer", () => {
    const removed = { rules: withoutRule(rules, "a") };
    const { asked } = merge(mine, removed);
    expect(asked).toMatchObject([{ kind: "rule", ruleId: "a", theirs: null }]);
    expect(asked.every(canKeepBoth)).toBe(false);
    expect(percentages(merge(mine, removed, { "rule:a": "mine" }).edits.rules)).toEqual([
      "a11",
      "b20",
      "c30",
    ]);
    expect(merge(mine, removed, { "rule:a": "theirs" }).edits).toEqual({});
    expect(percentages(merge(removed, theirs, { "rule:a": "mine" }).edits.rules)).toEqual(["b20", "c30"]);
  });

  it("a field that both changed", () => {
    const string = flag({ type: "string", defaultValue: "a" });
    const newer = flag({ type: "string", defaultValue: "c" });
    const edits = { defaultValue: "b" };
    expect(conflicts(string, edits, newer)).toEqual([{ kind: "field", field: "defaultValue" }]);
    expect(merged(string, edits, newer, { defaultValue: "mine" }, () => "")).toEqual(edits);
    expect(merged(string, edits, newer, { defaultValue: "theirs" }, () => "")).toEqual({});
  });

  it("an order that both changed differently", () => {
    const moves = [{ rules: movedRule(rules, 0, 2) }, { rules: movedRule(rules, 2, 0) }] as const;
    expect(merge(moves[0], moves[1]).asked).toEqual([{ kind: "order" }]);
    expect(percentages(merge(moves[0], moves[1], { order: "mine" }).edits.rules)).toEqual([
      "b20",
      "c30",
      "a10",
    ]);
    expect(merge(moves[0], moves[1], { order: "theirs" }).edits).toEqual({});
  });
});
