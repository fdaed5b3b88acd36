import { describe, expect, test } from "vitest";
import type { AttributeCondition, Condition } from "@/contract";
import { leafProblems, problemsOf } from "./check";
import { ATTRIBUTES, PLAN, tree } from "./testing";
import { type EventTest, emptyLeaf, emptyTree, fromCondition, leavesOf } from "./tree";

const of = (condition: AttributeCondition) => {
  const [leaf] = leavesOf(fromCondition(condition));
  if (!leaf) throw new Error("a condition has a leaf");
  return leafProblems(leaf, ATTRIBUTES);
};
const problem = (condition: AttributeCondition) => Object.entries(of(condition))[0];

describe("what is finished has no problem", () => {
  const fine: Array<AttributeCondition> = [
    PLAN,
    { attribute: "plan", operator: "equals", value: "" },
    { attribute: "plan", operator: "is_not_set" },
    { attribute: "plan", operator: "in", value: ["a"] },
    { attribute: "mrr", operator: "between", value: [1, 1] },
    { attribute: "mrr", operator: "in", value: [1, 2.5] },
    { attribute: "signed_up", operator: "before", value: "2026-01-31" },
    {
      attribute: "last_seen_at",
      operator: "between",
      value: ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
    },
    { attribute: "last_seen_at", operator: "within_last_days", value: 1 },
    { attribute: "settings", path: ["a"], type: "number", operator: "equals", value: 0 },
  ];
  test.each(fine)("%j", (condition) => {
    expect(of(condition)).toEqual({});
  });
});

describe("what is missing is said of its field", () => {
  const cases: Array<[AttributeCondition, string, RegExp]> = [
    [{ attribute: "", operator: "equals" }, "attribute", /Choose an attribute/],
    [{ attribute: "gone", operator: "equals" }, "attribute", /no attribute “gone”/],
    [{ attribute: "location", operator: "equals" }, "attribute", /cannot be used/],
    [{ attribute: "plan", operator: "equals" }, "value", /Enter a text/],
    [{ attribute: "plan", operator: "contains", value: "" }, "value", /Enter a text/],
    [{ attribute: "plan", operator: "in", value: [] }, "value", /at least one/],
    [{ attribute: "plan", operator: "in", value: Array(1001).fill("a") }, "value", /at most 1,000/],
    [{ attribute: "mrr", operator: "equals", value: "12x" }, "value", /“12x” is not a number/],
    [{ attribute: "mrr", operator: "equals" }, "value", /Enter a number/],
    [{ attribute: "mrr", operator: "in", value: [1, "two"] }, "value", /“two” is not a number/],
    [{ attribute: "mrr", operator: "between", value: [1, null] }, "value", /both numbers/],
    [{ attribute: "mrr", operator: "between", value: [2, 1] }, "value", /must not be larger/],
    [{ attribute: "last_seen_at", operator: "within_last_days", value: 0 }, "value", /from 1 to 36,500/],
    [{ attribute: "last_seen_at", operator: "within_last_days", value: 1.5 }, "value", /whole number/],
    [{ attribute: "signed_up", operator: "between", value: ["2026-02-01", "2026-01-01"] }, "value", /later/],
    [{ attribute: "signed_up", operator: "after" }, "value", /Choose a date/],
    [{ attribute: "signed_up", operator: "after", value: "2026-02-30" }, "value", /no date that there is/],
    [{ attribute: "last_seen_at", operator: "after", value: "soon" }, "value", /such as 2026-01-31 09:30/],
    [
      { attribute: "signed_up", operator: "between", value: ["2026-02-01", "soon"] },
      "value",
      /“soon” is no date/,
    ],
    [{ attribute: "mrr", operator: "in", value: ["9007199254740993"] }, "value", /more digits/],
    [{ attribute: "settings", path: [""], type: "text", operator: "is_set" }, "path", /path is empty/],
  ];
  test.each(cases)("%j", (condition, field, sentence) => {
    const [found, message] = problem(condition) ?? [];
    expect(found).toBe(field);
    expect(message).toMatch(sentence);
  });
});

describe("a test of events", () => {
  const event = (more: Partial<EventTest>) =>
    leafProblems(
      { ...emptyLeaf(), event: { event: "checkout", operator: "performed", ...more } },
      ATTRIBUTES,
    );
  test("is finished with a name alone", () => {
    expect(event({})).toEqual({});
    expect(event({ event: "*", times: 3, withinDays: 30 })).toEqual({});
  });
  test("says which of its fields is missing or wrong", () => {
    expect(event({ event: "" }).event).toMatch(/Choose an event/);
    for (const wrong of [0, 1.5, "", "many", null, 1_000_001]) {
      expect(event({ times: wrong }).times).toMatch(/from 1 to 1,000,000/);
      expect(event({ withinDays: wrong }).withinDays).toMatch(/from 1 to 36,500/);
    }
  });
});

test("a group without conditions is a problem of the group", () => {
  const empty = { ...emptyTree(), children: [] };
  expect(problemsOf(empty, ATTRIBUTES).get(empty.id)?.[""]).toMatch(/never means everyone/);
});
test("too deep and too many are said of the whole", () => {
  const nested = (depth: number): Condition => (depth === 0 ? PLAN : { all: [nested(depth - 1)] });
  const deep = tree(nested(6));
  expect(problemsOf(deep, ATTRIBUTES).get(deep.id)?.[""]).toMatch(/6 deep/);
  const many = tree({ any: Array(101).fill(PLAN) });
  expect(problemsOf(many, ATTRIBUTES).get(many.id)?.[""]).toMatch(/101 conditions/);
});
