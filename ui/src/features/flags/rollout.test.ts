import { describe, expect, test } from "vitest";
import type { FlagsReach, ValueShare } from "@/contract";
import { defaultInWords, exposure, rollout } from "./rollout";
import { summary } from "./testing";

const production = { key: "production", name: "Production" };
const counted = (...shares: Array<ValueShare>): FlagsReach => ({
  state: "ready",
  problem: null,
  customers: shares.reduce((sum, { customers }) => sum + customers, 0),
  countedAt: "2026-01-01T00:00:00Z",
  durationMs: 10,
  flags: { f1: shares },
});
const flag = (fields = {}) => summary({ id: "f1", ...fields });

describe("the caption of the rollout bar", () => {
  const check = (shares: Array<ValueShare>, caption: string) =>
    expect(rollout(flag(), production, counted(...shares)).caption).toBe(caption);

  test("names the share of the only other value", () => {
    check(
      [
        { value: false, customers: 43_950 },
        { value: true, customers: 6_050 },
      ],
      "12.1 % true",
    );
    check(
      [
        { value: false, customers: 0 },
        { value: true, customers: 50_000 },
      ],
      "100 % true",
    );
    check(
      [
        { value: 60, customers: 962 },
        { value: 600, customers: 38 },
      ],
      "600 for 3.8 %",
    );
  });

  test("counts several values", () => {
    check(
      [
        { value: "a", customers: 1 },
        { value: "b", customers: 1 },
        { value: "c", customers: 1 },
      ],
      "3 values",
    );
  });

  test("says when the rules reach nobody", () => {
    check(
      [
        { value: false, customers: 50_000 },
        { value: true, customers: 0 },
      ],
      "all get false",
    );
    check([], "no customers");
  });

  test("says why everyone gets the default", () => {
    const of = (fields: object) => rollout(flag(fields), production, undefined);
    expect(of({ isActive: false, type: "string", defaultPreview: '"bm25"' })).toMatchObject({
      caption: "killed · all get “bm25”",
      tone: "killed",
    });
    expect(of({ environments: {} }).caption).toBe("off in Production");
    expect(of({ ruleCount: 0 }).caption).toBe("all get false");
  });

  test("waits for the count, and says when it failed", () => {
    expect(rollout(flag(), production, undefined).caption).toBe("counting…");
    expect(rollout(flag(), production, { ...counted(), state: "failed", flags: {} }).caption).toBe(
      "not counted",
    );
  });

  test("a default text that was cut in the list still reads as a text", () => {
    expect(defaultInWords({ type: "string", defaultPreview: `"${"x".repeat(79)}` })).toBe(
      `“${"x".repeat(23)}…”`,
    );
    expect(defaultInWords({ type: "json", defaultPreview: '{"a":1}' })).toBe('{"a":1}');
  });
});

describe("what switching on does", () => {
  test("says how many customers get what, and who keeps the default", () => {
    expect(
      exposure(flag(), counted({ value: false, customers: 188 }, { value: true, customers: 49_812 })),
    ).toEqual(["49,812 customers (99.6 %) get true.", "188 customers keep false."]);
    expect(exposure(flag(), counted({ value: false, customers: 0 }, { value: true, customers: 1 }))).toEqual([
      "1 customer (all) gets true.",
    ]);
  });

  test("says when nothing changes", () => {
    expect(exposure(flag({ ruleCount: 0 }), undefined)[0]).toMatch(
      /no rules, so everyone keeps getting false/,
    );
    expect(
      exposure(flag(), counted({ value: false, customers: 5 }, { value: true, customers: 0 }))[0],
    ).toMatch(/No customer matches/);
  });

  test("says that a killed flag waits for its restoration", () => {
    expect(exposure(flag({ isActive: false, ruleCount: 0 }), undefined)[1]).toMatch(/when it is restored/);
  });

  test("never invents a count", () => {
    expect(exposure(flag({ ruleCount: 3 }), undefined)[0]).toBe(
      "Still counting. Its 3 rules will decide who gets what.",
    );
  });
});
