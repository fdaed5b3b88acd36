import { describe, expect, it } from "vitest";
import type { Rule } from "@/contract";
import { rule } from "../testing";
import {
  findSplits,
  movedBetween,
  rulesOfSplit,
  type Split,
  sharesByWeight,
  WHOLE,
  withShareOf,
  withShares,
  withThumbAt,
} from "./model";

const sum = (shares: ReadonlyArray<number>) => shares.reduce((total, share) => total + share, 0);
const sharesOf = (split: Split) => split.arms.map(({ share }) => share);
const VALUES = ["a", "b", "c", "d", "e", "f", "g"];

/** Repeatable chance: numbers from 0 to 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

let ids = 0;
const newId = () => `rule-${ids++}`;

function rulesWith(shares: ReadonlyArray<number>): Array<Rule> {
  const arms = shares.map((share, index) => ({ value: VALUES[index] ?? "z", share }));
  return rulesOfSplit("aud", arms, newId);
}

/** Splits of two to seven arms, some of them empty, half of them with a rest. */
function someSplits(count: number): Array<Split> {
  const next = chance(7);
  return Array.from({ length: count }, () => {
    const weights = Array.from({ length: 2 + Math.floor(next() * 6) }, () => Math.floor(next() * 6));
    const whole = next() < 0.5 ? WHOLE : 1 + Math.floor(next() * (WHOLE - 1));
    // The first arm ends before 100 %, or it would be no split.
    const shares = sharesByWeight([...weights.slice(0, -1), (weights.at(-1) ?? 0) + 1], whole);
    return findSplits(rulesWith(shares))[0];
  }).filter((split): split is Split => split !== undefined);
}

/** Which arm each bucket in steps gets, straight from the rules as the engine reads them. */
function arms(rules: ReadonlyArray<Rule>, buckets: ReadonlyArray<number>): Array<number> {
  return buckets.map((bucket) => rules.findIndex(({ percentage }) => bucket < (percentage ?? 100) * 1000));
}

describe("a split as rules", () => {
  it("nests: 50/30/20 is 50 %, 80 % and everyone", () => {
    expect(rulesWith([50_000, 30_000, 20_000]).map(({ percentage }) => percentage)).toEqual([50, 80, null]);
  });

  it("is found again with the same shares", () => {
    const splits = someSplits(300);
    expect(splits.length).toBeGreaterThan(250);
    for (const split of splits) {
      const again = findSplits(
        rulesOfSplit(
          split.audienceId,
          split.arms.map(({ value, share }) => ({ value, share })),
          newId,
        ),
      );
      expect(again).toHaveLength(1);
      expect(again[0] && sharesOf(again[0])).toEqual(sharesOf(split));
      expect(sum(sharesOf(split)) + split.rest).toBe(WHOLE);
    }
  });

  it("divides evenly without losing a bucket", () => {
    expect(sharesByWeight([1, 1, 1])).toEqual([33_334, 33_333, 33_333]);
    expect(sharesByWeight([5, 3, 2])).toEqual([50_000, 30_000, 20_000]);
    const next = chance(3);
    for (let round = 0; round < 300; round++) {
      const weights = Array.from({ length: 2 + Math.floor(next() * 19) }, () => next() * 10);
      expect(sum(sharesByWeight(weights))).toBe(WHOLE);
    }
  });
});

describe("what is no split", () => {
  it.each<[string, Array<Rule>]>([
    ["one rule", [rule("a", { percentage: 10, value: "x" })]],
    [
      "percentages that fall",
      [rule("a", { percentage: 25, value: "x" }), rule("b", { percentage: 10, value: "y" })],
    ],
    [
      "another audience",
      [rule("a", { audienceId: "p", percentage: 25, value: "x" }), rule("b", { percentage: 50, value: "y" })],
    ],
    [
      "the same value",
      [rule("a", { percentage: 25, value: "x" }), rule("b", { percentage: 50, value: "x" })],
    ],
    ["rules below one that takes all", [rule("a", { value: "x" }), rule("b", { value: "y" })]],
    [
      "rules at nothing",
      [rule("a", { percentage: 0, value: "x" }), rule("b", { percentage: 0, value: "y" })],
    ],
  ])("%s", (_, rules) => {
    expect(findSplits(rules)).toEqual([]);
  });

  it("stands above and below one without joining it", () => {
    const rules = [
      rule("top", { audienceId: "p", value: "z" }),
      rule("a", { percentage: 25, value: "x" }),
      rule("b", { percentage: 50, value: "y" }),
      rule("last", { percentage: 10, value: "w" }),
    ];
    expect(findSplits(rules)).toMatchObject([
      { start: 1, arms: [{ ruleId: "a" }, { ruleId: "b" }], rest: 50_000 },
    ]);
  });
});

describe("changing one arm", () => {
  it("gives it its share, keeps all others but those it takes from, and moves no more than necessary", () => {
    const next = chance(11);
    for (const split of someSplits(300)) {
      const arm = Math.floor(next() * split.arms.length);
      const share = Math.floor(next() * (WHOLE + 1));
      const before = sharesOf(split);
      const after = withShareOf(split, arm, share);
      expect(after[arm]).toBe(share);
      expect(Math.min(...after)).toBeGreaterThanOrEqual(0);
      expect(sum(after)).toBeLessThanOrEqual(WHOLE);
      if (split.rest === 0) expect(sum(after)).toBe(WHOLE);
      // Nobody can gain or lose so much without that many moving.
      expect(movedBetween(before, after)).toBe(Math.abs(share - (before[arm] ?? 0)));
    }
  });

  it("moves exactly those buckets that the rules serve differently", () => {
    const next = chance(5);
    const buckets = Array.from({ length: 2_000 }, (_, index) => index * 50);
    for (const split of someSplits(40)) {
      const rules = rulesWith(sharesOf(split));
      const own = findSplits(rules)[0];
      if (!own) continue;
      const shares = withShareOf(own, Math.floor(next() * own.arms.length), Math.floor(next() * 2_000) * 50);
      const [then, now] = [arms(rules, buckets), arms(withShares(rules, own, shares), buckets)];
      const moved = then.filter((arm, index) => arm !== now[index]).length * 50;
      expect(Math.abs(moved - movedBetween(sharesOf(own), shares))).toBeLessThanOrEqual(
        50 * own.arms.length * 2,
      );
    }
  });

  it("by its thumb changes its neighbour alone, and stops at the next thumb", () => {
    const split = findSplits(rulesWith([50_000, 30_000, 20_000]))[0] as Split;
    expect(withThumbAt(split, 0, 60_000)).toEqual([60_000, 20_000, 20_000]);
    expect(withThumbAt(split, 0, 99_000)).toEqual([80_000, 0, 20_000]);
    expect(withThumbAt(split, 1, 10_000)).toEqual([50_000, 0, 50_000]);
  });

  it("leaves the ids, values and descriptions of its rules, and all other rules", () => {
    const rules = [...rulesWith([50_000, 50_000]), rule("below", { audienceId: "x", value: "q" })];
    const split = findSplits(rules)[0] as Split;
    const after = withShares(rules, split, [20_000, 80_000]);
    expect(after.map(({ percentage }) => percentage)).toEqual([20, null, null]);
    expect(after.map(({ id, value }) => [id, value])).toEqual(rules.map(({ id, value }) => [id, value]));
    expect(after[2]).toBe(rules[2]);
  });
});
