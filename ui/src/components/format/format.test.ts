import { describe, expect, test } from "vitest";
import { formatCount, formatCounted, formatDuration, formatPercentage, formatShare } from "./count";
import { shortenMiddle, splitForMiddle } from "./shorten";
import { absoluteTime, clockTime, relativeTime } from "./time";

describe("counts", () => {
  test("thousands are separated", () => {
    expect(formatCount(0)).toBe("0");
    expect(formatCount(50_000)).toBe("50,000");
    expect(formatCount(1_284_031)).toBe("1,284,031");
  });

  test("one is singular", () => {
    expect(formatCounted(1, "customer")).toBe("1 customer");
    expect(formatCounted(0, "customer")).toBe("0 customers");
    expect(formatCounted(2, "reply", "replies")).toBe("2 replies");
  });

  test("percentages keep up to three decimals and drop needless zeros", () => {
    expect(formatPercentage(25)).toBe("25 %");
    expect(formatPercentage(12.5)).toBe("12.5 %");
    expect(formatPercentage(33.333)).toBe("33.333 %");
    expect(formatPercentage(0.1 + 0.2)).toBe("0.3 %");
  });

  test("a share is 0 or 100 only when it is", () => {
    expect(formatShare(0, 50_000)).toBe("0 %");
    expect(formatShare(1, 50_000)).toBe("< 0.1 %");
    expect(formatShare(6_050, 50_000)).toBe("12.1 %");
    expect(formatShare(49_999, 50_000)).toBe("> 99.9 %");
    expect(formatShare(50_000, 50_000)).toBe("100 %");
    expect(formatShare(0, 0)).toBe("–");
  });

  test("durations are short", () => {
    expect(formatDuration(38)).toBe("38 ms");
    expect(formatDuration(200)).toBe("0.2 s");
    expect(formatDuration(1_234)).toBe("1.2 s");
  });
});

describe("times", () => {
  const now = new Date(2026, 10, 22, 15, 0, 0);
  const check = (ago: number, expected: string) =>
    expect(relativeTime(new Date(now.getTime() - ago * 1000), now)).toBe(expected);

  test("relative times grow coarser with age", () => {
    check(0, "just now");
    check(59, "just now");
    check(60, "1 min ago");
    check(59 * 60, "59 min ago");
    check(3 * 3600, "3 h ago");
    check(14 * 3600, "14 h ago");
    check(16 * 3600, "yesterday");
    check(3 * 86_400, "3 d ago");
    check(8 * 86_400, "1 w ago");
    check(45 * 86_400, "1 mo ago");
    check(364 * 86_400, "11 mo ago");
    check(800 * 86_400, "2 y ago");
  });

  test("late last evening is hours away, not yesterday", () => {
    const night = new Date(2026, 10, 22, 0, 30);
    expect(relativeTime(new Date(2026, 10, 21, 23, 0), night)).toBe("1 h ago");
  });

  test("a clock that runs a little ahead is no future", () => {
    check(-5, "just now");
    check(-3 * 3600, "in 3 h");
  });

  test("the absolute time shows its zone", () => {
    expect(absoluteTime(new Date("2026-11-22T15:59:58.204Z"), "UTC")).toBe("22 Nov 2026, 15:59:58 UTC");
    expect(clockTime(new Date("2026-11-22T15:59:58.204Z"), "UTC")).toBe("15:59:58.204");
  });
});

describe("long names", () => {
  test("both ends of a long key stay", () => {
    expect(shortenMiddle("checkout-v2", 20)).toBe("checkout-v2");
    expect(shortenMiddle("checkout-one-page-rollout-v2", 15)).toBe("checkou…lout-v2");
    expect(shortenMiddle("checkout", 1)).toBe("…");
    expect(shortenMiddle("checkout", 2)).toBe("c…");
  });

  test("a short key is not split", () => {
    expect(splitForMiddle("checkout-v2")).toEqual(["checkout-v2", ""]);
    expect(splitForMiddle("checkout-one-page-rollout-v2")).toEqual(["checkout-one-page-ro", "llout-v2"]);
  });
});
