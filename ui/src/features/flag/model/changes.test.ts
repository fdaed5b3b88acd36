import { describe, expect, it } from "vitest";
import type { Rule } from "@/contract";
import { flag, rule } from "../testing";
import { changeSentences, environmentsThatChange, movedRules, ruleMarks } from "./changes";
import { movedRule } from "./draft";
import { plainText } from "./phrase";

const names = {
  audience: (id: string) => ({ ent: "Enterprise", beta: "Beta" })[id] ?? id,
  environment: (key: string) => ({ production: "Production" })[key] ?? key,
};
const rules = [rule("a", { percentage: 50 }), rule("b", { audienceId: "ent" }), rule("c"), rule("d")];
const sentences = (before: Parameters<typeof flag>[0], after: Parameters<typeof flag>[0]) =>
  changeSentences(flag(before), flag(after), names).map(plainText);

describe("marks on rows", () => {
  it("name what a rule was", () => {
    const after = [
      { ...rule("a", { percentage: 25, value: false }) },
      rule("b", { audienceId: "beta" }),
      rule("c"),
      rule("d"),
      rule("e"),
    ];
    const marks = ruleMarks(rules, after, names);
    expect(marks.get("a")).toEqual([
      { kind: "was", field: "percentage", text: "50 %" },
      { kind: "was", field: "value", text: "true" },
    ]);
    expect(marks.get("b")).toEqual([{ kind: "was", field: "audience", text: "Enterprise" }]);
    expect(marks.get("c")).toBeUndefined();
    expect(marks.get("e")).toEqual([{ kind: "new" }]);
  });

  it("mark the one that moved, not those it passed", () => {
    expect([...movedRules(rules, movedRule(rules, 0, 3))]).toEqual(["a"]);
    expect([...movedRules(rules, movedRule(rules, 3, 0))]).toEqual(["d"]);
    expect(ruleMarks(rules, movedRule(rules, 3, 0), names).get("d")).toEqual([{ kind: "moved", from: 4 }]);
  });

  it("mark those that changed places, not the one between them", () => {
    const [a, b, c] = rules as [Rule, Rule, Rule];
    expect([...movedRules([a, b, c], [c, b, a])]).toEqual(["c", "a"]);
  });

  it("a rule above that is removed moves nobody", () => {
    expect(movedRules(rules, rules.slice(1)).size).toBe(0);
    expect(movedRules([], []).size).toBe(0);
  });
});

describe("the list of changes", () => {
  it("says each change once, in words", () => {
    const after = [
      rule("new", { audienceId: "ent", percentage: 25 }),
      rule("a", { percentage: 25 }),
      rule("c"),
      rule("d"),
    ];
    expect(sentences({ rules }, { rules: after, defaultValue: true, name: "Dash" })).toEqual([
      "Rule 1 added: Enterprise · 25 % → `true`",
      "Rule 2: 50 % → 25 %",
      "Former rule 2 removed: Enterprise → `true`",
      "Otherwise serves `true` instead of `false`",
      "Renamed to “Dash”",
    ]);
  });

  it("says a move and an edit of one rule together", () => {
    const moved = movedRule(rules, 3, 0).map((each) => (each.id === "d" ? { ...each, value: false } : each));
    expect(sentences({ rules }, { rules: moved })).toEqual([
      "Rule 1: moved from 4, serves `false` instead of `true`",
    ]);
  });

  it("covers states and details, for the history", () => {
    expect(
      sentences(
        { environments: { production: true }, tags: ["a"], permanent: false },
        {
          environments: {},
          isActive: false,
          archivedAt: "now",
          tags: ["b"],
          permanent: true,
          clientVisible: true,
          description: "x",
        },
      ),
    ).toEqual([
      "Killed",
      "Archived",
      "Production switched off",
      "Description changed",
      "Tagged b",
      "No longer tagged a",
      "Visible to clients",
      "Marked permanent",
    ]);
  });

  it("says nothing when nothing changed", () => {
    expect(sentences({ rules, environments: { staging: false } }, { rules, environments: {} })).toEqual([]);
  });
});

it("names the environments that a save changes, in their order", () => {
  const environments = [{ key: "production" }, { key: "staging" }, { key: "development" }];
  const on = { development: true, production: true };
  expect(environmentsThatChange(flag({ environments: on }), environments)).toEqual({
    effect: "changes",
    keys: ["production", "development"],
  });
  expect(environmentsThatChange(flag({ environments: {} }), environments)).toEqual({ effect: "when_on" });
  expect(environmentsThatChange(flag({ isActive: false }), environments)).toEqual({
    effect: "when_restored",
  });
  expect(environmentsThatChange(flag({ archivedAt: "2026" }), environments)).toEqual({
    effect: "when_unarchived",
  });
});
