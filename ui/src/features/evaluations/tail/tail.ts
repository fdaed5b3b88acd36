// Rows of the live tail as they come in: the newest ones, each once, and what the tail says of them. Pure.
import { formatCount } from "@/components";
import type { EvaluationRow, EvaluationsTail } from "@/contract";
import { sharingValues } from "../model";

/** Rows that the tail holds; older ones are in the list. */
export const HELD_ROWS = 500;
/** Answers without a gap after which everything is shown again: what the rate looks back. */
const WHOLE_ANSWERS = 10;
/** So many calls are counted at most while the rows are held still. */
export const COUNTED_CALLS = 50_000;

export type Tail = {
  /** Newest first. */
  rows: ReadonlyArray<EvaluationRow>;
  cursor: string | null;
  /** Calls a second, over the last ten seconds. */
  rate: number;
  /** More comes in than is shown. */
  sampled: boolean;
  /** Answers since the last one that left some out. */
  whole: number;
  /** Calls that came while the rows were held still, up to `COUNTED_CALLS`. */
  waiting: number;
};

export const NO_TAIL: Tail = { rows: [], cursor: null, rate: 0, sampled: false, whole: 0, waiting: 0 };

export function withAnswer(tail: Tail, answer: EvaluationsTail): Tail {
  const known = new Set(tail.rows.map(({ id }) => id));
  const whole = answer.sampled ? 0 : tail.whole + 1;
  const fresh = sharingValues(answer.evaluations.filter(({ id }) => !known.has(id)));
  return {
    // Nothing new keeps the rows as they are, so that nothing is drawn again.
    rows: fresh.length === 0 ? tail.rows : inOrder([...fresh, ...tail.rows]).slice(0, HELD_ROWS),
    cursor: answer.cursor,
    rate: answer.callsPerSecond,
    // Servers write in batches: that nothing came between two of them does not make it all.
    sampled: answer.sampled || (tail.sampled && whole < WHOLE_ANSWERS),
    whole,
    waiting: answer.waiting,
  };
}

/** "214/s", "0.3/s" */
export function rateWords(rate: number): string {
  if (rate === 0) return "0/s";
  return `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

/** "1 new call", "50,000 or more new calls" */
export function waitingWords(calls: number): string {
  const more = calls >= COUNTED_CALLS ? " or more" : "";
  return `${formatCount(calls)}${more} new ${calls === 1 ? "call" : "calls"}`;
}

/** Servers write in batches: a call may come after one that is younger. Rows of a call stay as they are. */
function inOrder(rows: ReadonlyArray<EvaluationRow>): ReadonlyArray<EvaluationRow> {
  const sorted = rows.every((row, index) => index === 0 || (rows[index - 1] as EvaluationRow).at >= row.at);
  return sorted ? rows : [...rows].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
