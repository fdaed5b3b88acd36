import { describe, expect, test } from "vitest";
import type { Condition } from "@/contract";
import { copied, edited, step, whyNoMore, whyNot } from "./edit";
import { COUNTRY, counting, MRR, PLAN, SEEN, tree } from "./testing";
import { emptyLeaf, emptyTree, findNode, type Group, leavesOf, sameCondition, toCondition } from "./tree";

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

describe("moving and copying", () => {
  const start = () => tree({ all: [PLAN, { any: [SEEN, MRR] }, COUNTRY] });
  const ids = (group: Group) => leavesOf(group).map(({ id }) => id);

  test("a copy stands right after, with ids of its own", () => {
    const before = start();
    const group = before.children[1] as Group;
    const copy = copied(group, counting());
    const after = edited(before, { edit: "copy", id: group.id, copy });
    expect(toCondition(after)).toEqual({ all: [PLAN, { any: [SEEN, MRR] }, { any: [SEEN, MRR] }, COUNTRY] });
    expect(copy.id).not.toBe(group.id);
  });
  test("a condition steps down through a group and out of it, and back the same way", () => {
    let now = start();
    const [plan = ""] = ids(now);
    const seen: Array<Condition> = [toCondition(now)];
    for (;;) {
      const place = step(now, plan, "down");
      if (place === null) break;
      now = edited(now, { edit: "move", id: plan, ...place });
      seen.push(toCondition(now));
    }
    expect(seen).toEqual([
      { all: [PLAN, { any: [SEEN, MRR] }, COUNTRY] },
      { all: [{ any: [PLAN, SEEN, MRR] }, COUNTRY] },
      { all: [{ any: [SEEN, PLAN, MRR] }, COUNTRY] },
      { all: [{ any: [SEEN, MRR, PLAN] }, COUNTRY] },
      { all: [{ any: [SEEN, MRR] }, PLAN, COUNTRY] },
      { all: [{ any: [SEEN, MRR] }, COUNTRY, PLAN] },
    ]);
    for (const expected of seen.toReversed()) {
      expect(toCondition(now)).toEqual(expected);
      const place = step(now, plan, "up");
      if (place) now = edited(now, { edit: "move", id: plan, ...place });
    }
    expect(step(now, plan, "up")).toBeNull();
  });
  test("the last condition that leaves a group takes the group along", () => {
    const before = tree({ all: [PLAN, { any: [SEEN] }] });
    const [plan = "", last = ""] = ids(before);
    const after = edited(before, { edit: "move", id: last, to: before.id, before: plan });
    expect(toCondition(after)).toEqual({ all: [SEEN, PLAN] });
  });
  test("a group does not go into itself, and what is gone goes nowhere", () => {
    const before = start();
    const group = before.children[1] as Group;
    expect(edited(before, { edit: "move", id: group.id, to: group.id, before: null })).toBe(before);
    expect(edited(before, { edit: "move", id: before.id, to: group.id, before: null })).toBe(before);
    expect(edited(before, { edit: "move", id: "gone", to: group.id, before: null })).toBe(before);
    expect(edited(before, { edit: "move", id: group.id, to: "gone", before: null })).toBe(before);
  });
  test("a condition gets a group of its own, and a group dissolves", () => {
    const before = start();
    const [plan = ""] = ids(before);
    const wrapped = edited(before, { edit: "wrap", id: plan, group: "new" });
    expect(toCondition(wrapped)).toEqual({ all: [{ any: [PLAN] }, { any: [SEEN, MRR] }, COUNTRY] });
    expect(sameCondition(edited(wrapped, { edit: "unwrap", id: "new" }), before)).toBe(true);
    expect(edited(before, { edit: "unwrap", id: before.id })).toBe(before);
  });
});

describe("limits", () => {
  const nested = (depth: number): Condition => (depth === 0 ? PLAN : { all: [nested(depth - 1)] });

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
  test("a step does not lead into a group that would get too deep, but past it", () => {
    const whole = tree({ all: [nested(4), { any: [PLAN] }] });
    const [deep, group] = whole.children;
    expect(step(whole, deep?.id ?? "", "down")).toEqual({ to: whole.id, before: null });
    expect(whyNot(whole, { edit: "move", id: deep?.id ?? "", to: group?.id ?? "", before: null })).toMatch(
      /at most 5 deep/,
    );
  });
  test("what is too deep already may still be moved about, and out", () => {
    const whole = tree(nested(7));
    const [leaf] = leavesOf(whole);
    expect(whyNot(whole, { edit: "move", id: leaf?.id ?? "", to: whole.id, before: null })).toBeNull();
  });
});
