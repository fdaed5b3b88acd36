import { expect, test } from "vitest";
import type { EvaluationsTail } from "@/contract";
import { evaluation } from "../testing";
import { HELD_ROWS, NO_TAIL, rateWords, waitingWords, withAnswer } from "./tail";

const row = (second: number, id = `e${second}`) =>
  evaluation({ id, at: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z` });
const answer = (fields: Partial<EvaluationsTail>): EvaluationsTail => ({
  evaluations: [],
  cursor: "1",
  callsPerSecond: 3,
  sampled: false,
  waiting: 0,
  ...fields,
});

test("rows come in once and in order, also those that a server wrote late", () => {
  const first = withAnswer(NO_TAIL, answer({ evaluations: [row(3), row(1)] }));
  const second = withAnswer(first, answer({ evaluations: [row(4), row(3), row(2)], cursor: "2" }));
  expect(second.rows.map(({ id }) => id)).toEqual(["e4", "e3", "e2", "e1"]);
  expect(second.cursor).toBe("2");
});

test("nothing new leaves the very same rows", () => {
  const first = withAnswer(NO_TAIL, answer({ evaluations: [row(1)] }));
  expect(withAnswer(first, answer({ evaluations: [row(1)] })).rows).toBe(first.rows);
});

test("however much comes, only the newest are held", () => {
  let tail = NO_TAIL;
  for (let turn = 0; turn < 10; turn += 1) {
    const evaluations = Array.from({ length: 200 }, (_, n) => row(turn, `${turn}-${n}`));
    tail = withAnswer(tail, answer({ evaluations, sampled: true }));
  }
  expect(tail.rows).toHaveLength(HELD_ROWS);
  expect(tail.rows[0]?.id).toBe("9-0");
  expect(tail.sampled).toBe(true);
});

test("the rate is exact where it is small", () => {
  expect([0, 0.34, 9.96, 214.4, 2_000].map(rateWords)).toEqual([
    "0/s",
    "0.3/s",
    "10.0/s",
    "214/s",
    "2,000/s",
  ]);
});

test("calls that wait are counted, as far as they are", () => {
  expect([1, 12_345, 50_000].map(waitingWords)).toEqual([
    "1 new call",
    "12,345 new calls",
    "50,000 or more new calls",
  ]);
});

test("a sample is one until nothing was left out for as long as the rate looks back", () => {
  let tail = withAnswer(NO_TAIL, answer({ sampled: true }));
  for (let turn = 1; turn < 10; turn += 1) tail = withAnswer(tail, answer({}));
  expect(tail.sampled).toBe(true);
  expect(withAnswer(tail, answer({})).sampled).toBe(false);
  expect(withAnswer(NO_TAIL, answer({})).sampled).toBe(false);
});
