import { describe, expect, test } from "vitest";
import type { Condition } from "@/contract";
import { COUNTRY, counting, MRR, PLAN, SEEN, tree } from "./testing";
import {
  depthOf,
  edited,
  emptyLeaf,
  emptyTree,
  findNode,
  fromCondition,
  type Group,
  leavesOf,
  nodeAt,
  sameCondition,
  toCondition,
  whyNoMore,
} from "./tree";

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

describe("editing", () => {
  const start = () => tree({ all: [PLAN, { any: [SEEN, MRR] }] });
  const id = (group: Group, index: number) => group.children[index]?.id ?? "";

  test("changing one test leaves the other nodes the very same", () => {
    const before = start();
    const after = edited(before, { edit: "set", id: id(before, 0), changes: { value: "pro" } });
    expect(toCondition(after)).toEqual({ all: [{ ...PLAN, value: "pro" }, { any: [SEEN, MRR] }] });
    expect(after.children[1]).toBe(before.children[1]);
    expect(after.children[0]?.id).toBe(before.children[0]?.id);
  });
  test("a group turns from any to none", () => {
    const before = start();
    const after = edited(before, { edit: "combine", id: id(before, 1), combinator: "none" });
    expect(toCondition(after)).toEqual({ all: [PLAN, { not: { any: [SEEN, MRR] } }] });
  });
  test("adding appends to the group that was named", () => {
    const before = start();
    const leaf = { ...emptyLeaf(), attribute: "trial", operator: "is_true" as const };
    const after = edited(before, { edit: "add", to: id(before, 1), node: leaf });
    expect(toCondition(after)).toEqual({
      all: [PLAN, { any: [SEEN, MRR, { attribute: "trial", operator: "is_true" }] }],
    });
  });
  test("removing the last test of a group inside removes the group", () => {
    const before = tree({ all: [PLAN, { any: [SEEN] }] });
    const inner = findNode(before, id(before, 1)) as Group;
    expect(toCondition(edited(before, { edit: "remove", id: inner.children[0]?.id ?? "" }))).toEqual({
      all: [PLAN],
    });
  });
  test("the outermost group stays when it is empty", () => {
    const before = tree({ all: [PLAN] });
    expect(edited(before, { edit: "remove", id: id(before, 0) })).toMatchObject({
      id: before.id,
      children: [],
    });
  });
  test("an id that is gone changes nothing", () => {
    const before = start();
    expect(edited(before, { edit: "remove", id: "gone" })).toBe(before);
    expect(edited(before, { edit: "set", id: "gone", changes: { value: 1 } })).toBe(before);
  });
  test("ids do not make two conditions differ", () => {
    expect(sameCondition(emptyTree(), emptyTree())).toBe(true);
    expect(sameCondition(start(), tree({ all: [PLAN] }))).toBe(false);
  });
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
  test("a sixth level is refused, a condition in the fifth is not", () => {
    const whole = tree(nested(5));
    let innermost: Group = whole;
    while (innermost.children[0]?.kind === "group") innermost = innermost.children[0];
    expect(whyNoMore(whole, "group", innermost.id)).toMatch(/at most 5 deep/);
    expect(whyNoMore(whole, "leaf", innermost.id)).toBeNull();
    expect(whyNoMore(whole, "group", whole.id)).toBeNull();
  });
  test("the 101st condition is refused", () => {
    const hundred = tree({ all: Array.from({ length: 100 }, () => PLAN) });
    expect(whyNoMore(hundred, "leaf", hundred.id)).toMatch(/at most 100/);
  });
});
