// Rows of the live tail as they come in: the newest ones, each once, and what the tail says of them. Pure.
import type { EvaluationRow, EvaluationsSince } from "@/contract";

/** Rows that the tail holds; older ones are in the list. */
export const HELD_ROWS = 500;

export type Tail = {
  /** Newest first. */
  rows: ReadonlyArray<EvaluationRow>;
  cursor: string | null;
  /** A second, over the last ten seconds. */
  rate: number;
  /** More comes in than is shown. */
  sampled: boolean;
};

export const NO_TAIL: Tail = { rows: [], cursor: null, rate: 0, sampled: false };

export function withAnswer(tail: Tail, answer: EvaluationsSince): Tail {
  const known = new Set(tail.rows.map(({ id }) => id));
  const fresh = answer.evaluations.filter(({ id }) => !known.has(id));
  return {
    // Nothing new keeps the rows as they are, so that nothing is drawn again.
    rows: fresh.length === 0 ? tail.rows : inOrder([...fresh, ...tail.rows]).slice(0, HELD_ROWS),
    cursor: answer.cursor,
    rate: answer.callsPerSecond,
    sampled: answer.sampled,
  };
}

/** How many of `rows` are not among those `shown`. */
export function waiting(rows: ReadonlyArray<EvaluationRow>, shown: ReadonlyArray<EvaluationRow>): number {
  if (rows === shown) return 0;
  const known = new Set(shown.map(({ id }) => id));
  return rows.reduce((count, { id }) => count + (known.has(id) ? 0 : 1), 0);
}

/** "214/s", "0.3/s" */
export function rateWords(rate: number): string {
  if (rate === 0) return "0/s";
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en")}/s`;
}

/** Servers write in batches: a call may come after one that is younger. Rows of a call stay as they are. */
function inOrder(rows: ReadonlyArray<EvaluationRow>): ReadonlyArray<EvaluationRow> {
  const sorted = rows.every((row, index) => index === 0 || (rows[index - 1] as EvaluationRow).at >= row.at);
  return sorted ? rows : [...rows].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
