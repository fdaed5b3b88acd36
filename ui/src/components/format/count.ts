// Counts and shares as people read them.

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 50,000 */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** "1 customer", "50,000 customers" */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A percentage from 0 to 100 with at most 3 decimals and no needless zeros: "12.5 %". */
export function formatPercentage(percentage: number): string {
  return `${Number(percentage.toFixed(3))} %`;
}

/** The share of `part` in `whole` with one decimal, honest at both ends: never 0 or 100 unless it is. */
export function formatShare(part: number, of: number): string {
  if (of === 0) return "–";
  const share = (part / of) * 100;
  if (share === 0) return "0 %";
  if (share === 100) return "100 %";
  if (share < 0.1) return "< 0.1 %";
  if (share > 99.9) return "> 99.9 %";
  return `${share.toFixed(1)} %`;
}

/** 1234 ms as "1.2 s", 200 ms as "0.2 s", 38 ms as "38 ms". */
export function formatDuration(milliseconds: number): string {
  return milliseconds < 100 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
