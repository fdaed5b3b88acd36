import { describe, expect, test } from "vitest";
import type { Condition } from "@/contract";
import { COUNTRY, counting, MRR, PLAN, SEEN, tree } from "./testing";
import { depthOf, fromCondition, type Group, leavesOf, nodeAt, toCondition, withSameNodes } from "./tree";

describe("a stored condition comes back as it was", () => {
  const stored: Array<[string, Condition]> = [
    ["all of two", { all: [PLAN, SEEN] }],
    ["any in all", { all: [PLAN, { any: [SEEN, MRR] }] }],
    ["not of one test", { all: [PLAN, { not: COUNTRY }] }],
    ["none of several", { not: { any: [PLAN, MRR] } }],
    ["not all", { not: { all: [PLAN, MRR] } }],
    ["not not", { not: { not: PLAN } }],
    ["five deep", { all: [{ any: [{ all: [{ any: [{ all: [PLAN] }] }] }] }] }],
    [
      "inside json, ignoring case",
      {
        all: [
          {
            attribute: "settings",
            path: ["plan", "tier"],
            type: "text",
            operator: "equals",
            value: "Pro",
            ignoreCase: true,
          },
        ],
      },
    ],
    ["an empty text", { all: [{ attribute: "plan", operator: "equals", value: "" }] }],
    ["zero", { all: [{ attribute: "mrr", operator: "equals", value: 0 }] }],
    ["without value", { all: [{ attribute: "plan", operator: "is_set" }] }],
  ];
  test.each(stored)("%s", (_name, condition) => {
    expect(toCondition(fromCondition(condition))).toEqual(condition);
  });

  test("a sole test is wrapped, and means the same", () => {
    expect(toCondition(fromCondition(PLAN))).toEqual({ all: [PLAN] });
  });
  test("none of one is written as not", () => {
    expect(toCondition(fromCondition({ not: { any: [PLAN] } }))).toEqual({ not: PLAN });
  });
});

test("what was stored and read again keeps its very nodes, but for the one that changed", () => {
  const before = tree({ all: [PLAN, { any: [SEEN, MRR] }] });
  const again = JSON.parse(JSON.stringify(before)) as Group;
  expect(withSameNodes(before, again)).toBe(before);
  const changed = JSON.parse(JSON.stringify(before).replace("enterprise", "pro")) as Group;
  const now = withSameNodes(before, changed);
  expect(toCondition(now)).toEqual({ all: [{ ...PLAN, value: "pro" }, { any: [SEEN, MRR] }] });
  expect(now.children[1]).toBe(before.children[1]);
});

describe("a violation finds its row", () => {
  const whole = fromCondition(
    { all: [PLAN, { any: [SEEN, { not: COUNTRY }] }, { not: { any: [MRR, PLAN] } }] },
    counting(),
  );
  const leaves = leavesOf(whole);
  const at = (path: string) => {
    const found = nodeAt(whole, path);
    return found && [leaves.findIndex(({ id }) => id === found.id), found.field];
  };

  test.each([
    ["condition.all[0].value", [0, "value"]],
    ["condition.all[0].value[3]", [0, "value"]],
    ["changes.condition.all[0].attribute", [0, "attribute"]],
    ["condition.all[1].any[0].operator", [1, "operator"]],
    ["condition.all[1].any[1].not.path[0]", [2, "path"]],
    ["condition.all[2].not.any[1].value", [4, "value"]],
  ])("%s", (path, expected) => {
    expect(at(path)).toEqual(expected);
  });
  test("what is about a group finds the group", () => {
    expect(nodeAt(whole, "condition.all[1].any")).toEqual({ id: whole.children[1]?.id, field: "any" });
    expect(nodeAt(whole, "condition")).toEqual({ id: whole.id, field: "" });
  });
  test("what is about another field finds nothing", () => {
    expect(nodeAt(whole, "name")).toBeNull();
    expect(nodeAt(whole, "conditions")).toBeNull();
  });
});

describe("limits", () => {
  const nested = (depth: number): Condition => (depth === 0 ? PLAN : { all: [nested(depth - 1)] });

  test("none of several counts twice, none of one once", () => {
    expect(depthOf(tree({ not: { any: [PLAN, MRR] } }))).toBe(2);
    expect(depthOf(tree({ not: PLAN }))).toBe(1);
    expect(depthOf(tree(nested(5)))).toBe(5);
  });
});
