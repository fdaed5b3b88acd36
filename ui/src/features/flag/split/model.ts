// A split: customers divided among values by weights, as consecutive rules on one audience whose percentages
// nest. All percentages of a flag are thresholds on one bucket, so 50/30/20 is rules at 50 %, 80 % and 100 %:
// an arm is the piece between the threshold above it and its own. Works in thousandths of a percent, as the
// engine does. Pure.

import type { FlagType, JsonValue, Rule } from "@/contract";
import { sameValue } from "../model/value";

/** All buckets: 100 %. */
export const WHOLE = 100_000;

/** Consecutive rules that divide one audience. */
export type Split = {
  /** Position of its first rule. */
  start: number;
  audienceId: string | null;
  arms: ReadonlyArray<Arm>;
  /** What no arm gets, in thousandths of a percent: it goes on to the rules below. */
  rest: number;
};

export type Arm = {
  ruleId: string;
  value: JsonValue;
  /** What it gets, in thousandths of a percent. */
  share: number;
};

/** A boolean flag has nothing to divide among: a single percentage says it all. */
export function canSplit(type: FlagType): boolean {
  return type !== "boolean";
}

/** The splits among rules: as long as possible, never overlapping, in order. */
export function findSplits(rules: ReadonlyArray<Rule>): Array<Split> {
  const splits: Array<Split> = [];
  for (let start = 0; start < rules.length; ) {
    let end = start + 1;
    while (end < rules.length && continues(rules.slice(start, end), rules[end] as Rule)) end++;
    const run = rules.slice(start, end);
    if (run.length > 1 && threshold(run[run.length - 1] as Rule) > 0) splits.push(splitOf(start, run));
    start = end;
  }
  return splits;
}

/** The next rule of a split has its audience, a percentage no smaller, and a value of its own. */
function continues(run: ReadonlyArray<Rule>, next: Rule): boolean {
  const last = run[run.length - 1] as Rule;
  return (
    next.audienceId === last.audienceId &&
    threshold(next) >= threshold(last) &&
    threshold(last) < WHOLE &&
    run.every(({ value }) => !sameValue(value, next.value))
  );
}

function splitOf(start: number, run: ReadonlyArray<Rule>): Split {
  const thresholds = run.map(threshold);
  return {
    start,
    audienceId: (run[0] as Rule).audienceId,
    arms: run.map(({ id, value }, index) => ({
      ruleId: id,
      value,
      share: (thresholds[index] ?? 0) - (thresholds[index - 1] ?? 0),
    })),
    rest: WHOLE - (thresholds[thresholds.length - 1] ?? 0),
  };
}

/** A rule's percentage in thousandths of a percent. */
function threshold(rule: Rule): number {
  return rule.percentage === null ? WHOLE : Math.round(rule.percentage * 1000);
}

/** Weights of any size to shares that add up to `whole` exactly; what rounding leaves goes to the largest cuts. */
export function sharesByWeight(weights: ReadonlyArray<number>, whole = WHOLE): Array<number> {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (weight / total) * whole);
  const shares = exact.map(Math.floor);
  let left = whole - shares.reduce((sum, share) => sum + share, 0);
  const byCut = exact
    .map((share, index) => ({ index, cut: share - Math.floor(share) }))
    .sort((a, b) => b.cut - a.cut || a.index - b.index);
  for (const { index } of byCut) {
    if (left-- <= 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
  }
  return shares;
}

/** The rules of a split: thresholds in the order of the arms. */
export function rulesOfSplit(
  audienceId: string | null,
  arms: ReadonlyArray<{ value: JsonValue; share: number }>,
  newId: () => string,
): Array<Rule> {
  let end = 0;
  return arms.map(({ value, share }) => {
    end += share;
    return { id: newId(), audienceId, percentage: percentageOf(end), value, description: "" };
  });
}

function percentageOf(end: number): number | null {
  return end === WHOLE ? null : end / 1000;
}

/** Rules with the thresholds of a split's arms, by rule id; all else of them stays. */
export function withShares(
  rules: ReadonlyArray<Rule>,
  split: Split,
  shares: ReadonlyArray<number>,
): Array<Rule> {
  const ends = new Map<string, number>();
  let end = 0;
  for (const [index, { ruleId }] of split.arms.entries()) {
    end += shares[index] ?? 0;
    ends.set(ruleId, end);
  }
  return rules.map((rule) => {
    const its = ends.get(rule.id);
    if (its === undefined || its === threshold(rule)) return rule;
    return { ...rule, percentage: percentageOf(its) };
  });
}

/**
 * Shares after one arm got another: what it gains is taken from the arms right below it, then from the rest,
 * then from those right above; what it loses goes to its neighbour. So exactly those move who must.
 */
export function withShareOf(split: Split, arm: number, share: number): Array<number> {
  const pieces = [...split.arms.map((each) => each.share), split.rest];
  const wanted = Math.min(WHOLE, Math.max(0, Math.round(share)));
  let needed = wanted - (pieces[arm] ?? 0);
  const lastArm = split.arms.length - 1;
  if (needed < 0) {
    // A full split stays full: its last arm has no rest below it to give to.
    const to = arm < lastArm || split.rest > 0 ? arm + 1 : arm - 1;
    pieces[to] = (pieces[to] ?? 0) - needed;
  }
  const below = Array.from({ length: lastArm - arm + 1 }, (_, offset) => arm + 1 + offset);
  const above = Array.from({ length: arm }, (_, offset) => arm - 1 - offset);
  for (const from of [...below, ...above]) {
    const taken = Math.max(0, Math.min(needed, pieces[from] ?? 0));
    pieces[from] = (pieces[from] ?? 0) - taken;
    needed -= taken;
  }
  pieces[arm] = wanted;
  return pieces.slice(0, -1);
}

/** Shares after the thumb below `arm` went to `position`; it stops at the thumbs beside it. */
export function withThumbAt(split: Split, arm: number, position: number): Array<number> {
  const shares = split.arms.map((each) => each.share);
  const from = shares.slice(0, arm).reduce((sum, share) => sum + share, 0);
  const to = from + (shares[arm] ?? 0) + (shares[arm + 1] ?? split.rest);
  const at = Math.min(to, Math.max(from, Math.round(position)));
  shares[arm] = at - from;
  if (arm + 1 < shares.length) shares[arm + 1] = to - at;
  return shares;
}

/** How much of everybody in it gets another arm, in thousandths of a percent. */
export function movedBetween(before: ReadonlyArray<number>, after: ReadonlyArray<number>): number {
  const ends = (shares: ReadonlyArray<number>) => {
    let end = 0;
    return shares.map((share) => (end += share));
  };
  const [old, now] = [ends(before), ends(after)];
  const edges = [...new Set([0, ...old, ...now, WHOLE])].sort((a, b) => a - b);
  const armAt = (thresholds: ReadonlyArray<number>, bucket: number) =>
    thresholds.findIndex((end) => bucket < end);
  return edges.slice(1).reduce((moved, edge, index) => {
    const from = edges[index] ?? 0;
    return armAt(old, from) === armAt(now, from) ? moved : moved + edge - from;
  }, 0);
}
