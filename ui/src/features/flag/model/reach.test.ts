import { describe, expect, it } from "vitest";
import { formatCount } from "@/components/format";
import type { FlagReach } from "@/contract";
import { rule } from "../testing";
import { plainText } from "./phrase";
import { exposure, nobodyBecause, takenAbove } from "./reach";

const reach = (inAudience: number, inPercentage: number, net: number) => ({
  ruleId: "a",
  inAudience,
  inPercentage,
  net,
  netNow: null,
  takenBy: inPercentage > net ? [{ ruleId: "above", customers: inPercentage - net }] : [],
  servedNow: [],
});

it("a nested percentage says what rules above took", () => {
  expect(takenAbove(rule("a", { percentage: 10 }), reach(50_000, 4_885, 4_403), formatCount)).toBe(
    "4,885 in its 10 %, rules above took 482",
  );
  expect(takenAbove(rule("a"), reach(10, 10, 10), formatCount)).toBeNull();
});

describe("a rule that reaches nobody says why", () => {
  it.each([
    [rule("a", { percentage: 0 }), reach(10, 0, 0), "0 %"],
    [rule("a", { audienceId: "x" }), reach(0, 0, 0), "no customer is in its audience"],
    [rule("a", { audienceId: "x", percentage: 1 }), reach(3, 0, 0), "none of its audience"],
    [rule("a"), reach(10, 10, 0), "rule 1 takes all 10."],
  ])("%o", (given, counts, reason) => {
    expect(nobodyBecause(given, counts, ["above", "a"])).toContain(reason);
  });

  it("and nothing when it reaches somebody", () => {
    expect(nobodyBecause(rule("a"), reach(1, 1, 1), ["a"])).toBeNull();
  });
});

describe("exposing", () => {
  const of = (distribution: FlagReach["distribution"], customers = 50_000): FlagReach => ({
    customers,
    rules: [],
    otherwise: 0,
    distribution,
    countedAt: "",
    durationMs: 1,
  });

  it("names how many get what", () => {
    const some = of([
      { value: false, customers: 188 },
      { value: true, customers: 49_812 },
    ]);
    expect(plainText(exposure(some, false))).toBe(
      "49,812 customers get `true`; all others get `false`, the default.",
    );
    expect(plainText(exposure(of([{ value: "b", customers: 50_000 }]), "a"))).toBe(
      "50,000 customers get `b`.",
    );
    expect(plainText(exposure(of([{ value: 1, customers: 50_000 }]), 1))).toBe(
      "No customer gets anything but `1`, the default.",
    );
  });
});
