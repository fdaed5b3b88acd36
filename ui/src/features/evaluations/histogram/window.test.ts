import { expect, test } from "vitest";
import { windowOf } from "./window";

const MIN = 60_000;
const DAY = 24 * 60 * MIN;
const now = 100 * DAY + 3 * MIN;
const end = 100 * DAY + 10 * MIN;

test("reaches from a whole step to the end of the one that is under way", () => {
  expect(windowOf("24h", now, null)).toEqual({ from: end - DAY, to: end });
  expect(windowOf("7d", now, now - MIN)).toEqual({ from: end - 7 * DAY, to: end });
});

test("is longer where the filter begins before it", () => {
  expect(windowOf("24h", now, now - 3 * DAY)).toEqual({ from: end - 7 * DAY, to: end });
  expect(windowOf("24h", now, now - 50 * DAY)).toEqual({ from: 50 * DAY, to: end });
});
