// Percentages as people type, drag and read them: 0 to 100 with at most three decimals.
// A stored null means "everyone who passed the audience" and shows as 100.

import { formatPercentage } from "@/components/format";

export const MAXIMUM_DECIMALS = 3;

export type ParsedPercentage = { ok: true; value: number } | { ok: false; error: string };

/** Reads "25", "25 %", "0.125" or "0,125". More than three decimals is an error, never rounded. */
export function parsePercentage(text: string): ParsedPercentage {
  const typed = text.replace(/%\s*$/, "").trim();
  if (typed === "") return { ok: false, error: "Type a percentage from 0 to 100." };
  const match = /^([+-]?)(\d*)(?:[.,](\d*))?$/.exec(typed);
  const whole = match?.[2] ?? "";
  const decimals = match?.[3] ?? "";
  if (!match || (whole === "" && decimals === "")) {
    return { ok: false, error: `“${shortened(typed)}” is not a number. Type a percentage from 0 to 100.` };
  }
  const value = Number(`${match[1]}${whole || "0"}.${decimals || "0"}`);
  if (value < 0 || value > 100) return { ok: false, error: "A percentage is between 0 and 100." };
  if (decimals.replace(/0+$/, "").length > MAXIMUM_DECIMALS) {
    return { ok: false, error: "At most three decimals: 0.001 % is the smallest step." };
  }
  return { ok: true, value: value === 0 ? 0 : value };
}

function shortened(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}

/** 25 → "25", 0.125 → "0.125"; what the number box shows. */
export function percentageText(percentage: number | null): string {
  return String(percentage ?? 100);
}

/** 25 → "25 %"; absent reads as all of them. */
export function percentageLabel(percentage: number | null): string {
  return formatPercentage(percentage ?? 100);
}

/** Slider position (0 to 1) to a whole percentage; the number box is there for decimals. */
export function percentageAt(position: number): number {
  return Math.round(Math.min(1, Math.max(0, position)) * 100);
}

/** A percentage to its slider position, 0 to 1. */
export function positionOf(percentage: number | null): number {
  return (percentage ?? 100) / 100;
}

/** One step by key: 1, with Shift 10; clamped, and free of floating-point crumbs. */
export function steppedPercentage(percentage: number | null, direction: 1 | -1, shift: boolean): number {
  const next = (percentage ?? 100) + direction * (shift ? 10 : 1);
  return Math.min(100, Math.max(0, Math.round(next * 1000) / 1000));
}

/** The smallest percentage that includes a bucket (0 to 99,999), as "37.121". */
export function smallestIncluding(bucket: number): number {
  return (bucket + 1) / 1000;
}

/** A bucket (0 to 99,999) on the percentage scale, always with three decimals: 37120 → "37.120". */
export function bucketLabel(bucket: number): string {
  return (bucket / 1000).toFixed(3);
}
