import { describe, expect, it } from "vitest";
import { formatPercentage } from "@/components/format";
import {
  bucketLabel,
  parsePercentage,
  percentageAt,
  percentageLabel,
  percentageText,
  smallestIncluding,
  steppedPercentage,
} from "./percentage";

describe("typed percentages", () => {
  it.each([
    ["25", 25],
    ["25 %", 25],
    ["25%", 25],
    [" 0.125 ", 0.125],
    ["0,125", 0.125],
    [".5", 0.5],
    ["5.", 5],
    ["0", 0],
    ["-0", 0],
    ["100", 100],
    ["100.000", 100],
    ["1.5000", 1.5],
  ])("reads %j as %d", (text, value) => {
    expect(parsePercentage(text)).toEqual({ ok: true, value });
  });

  it.each([
    ["", "from 0 to 100"],
    [".", "not a number"],
    ["abc", "not a number"],
    ["1e1", "not a number"],
    ["1,000.5", "not a number"],
    ["NaN", "not a number"],
    ["100.001", "between 0 and 100"],
    ["-1", "between 0 and 100"],
    ["0.0001", "three decimals"],
    ["33.3333", "three decimals"],
  ])("refuses %j, saying %s", (text, error) => {
    const parsed = parsePercentage(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? "" : parsed.error).toContain(error);
  });
});

it("an absent percentage shows as 100", () => {
  expect(percentageText(null)).toBe("100");
  expect(percentageLabel(0.125)).toBe(formatPercentage(0.125));
});

it("the slider gives whole percentages and stays inside its track", () => {
  expect([-0.2, 0, 0.254, 0.5, 1.3].map(percentageAt)).toEqual([0, 0, 25, 50, 100]);
});

it("keys step by 1, with shift by 10, without crumbs", () => {
  expect(steppedPercentage(10, 1, false)).toBe(11);
  expect(steppedPercentage(95, 1, true)).toBe(100);
  expect(steppedPercentage(0.1, -1, false)).toBe(0);
  expect(steppedPercentage(16.1, 1, false)).toBe(17.1);
  expect(steppedPercentage(null, -1, false)).toBe(99);
});

it("the smallest percentage that includes a bucket is one step above it", () => {
  expect(smallestIncluding(37_120)).toBe(37.121);
  expect(smallestIncluding(99_999)).toBe(100);
  expect(bucketLabel(37_120)).toBe("37.120");
});
