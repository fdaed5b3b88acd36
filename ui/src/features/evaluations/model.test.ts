import { describe, expect, test } from "vitest";
import { callWords, reasonWords, rowsOf, rowTime, variation, zoneName } from "./model";
import { evaluation } from "./testing";

describe("the reason in words", () => {
  test.each([
    [{ reason: "RULE_MATCH", ruleIndex: 1 }, "rule 2", "plain"],
    [{ reason: "FALLTHROUGH", ruleIndex: null }, "no rule matched", "plain"],
    [{ reason: "OFF", offBy: "KILL_SWITCH" }, "killed", "killed"],
    [{ reason: "OFF", offBy: "ENVIRONMENT" }, "off in Staging", "plain"],
    [{ reason: "ERROR" }, "not decided, default", "warning"],
    [{ reason: "RULE_MATCH", ruleIndex: 0, stale: true }, "stale · rule 1", "warning"],
  ] as const)("%j", (fields, text, tone) => {
    expect(reasonWords(evaluation(fields), "Staging")).toMatchObject({ text, tone });
  });
});

test("the colour of a value is told only where it is known", () => {
  const defaults = new Map([["new-dashboard", false]]);
  expect(variation(evaluation({ reason: "OFF" }), defaults)).toBe(0);
  expect(variation(evaluation({ value: true }), defaults)).toBe(1);
  expect(variation(evaluation({ value: false }), defaults)).toBe(0);
  expect(variation(evaluation({ flagKey: "price", value: "b" }), defaults)).toBeNull();
});

test("calls are named as people know them; an unknown door keeps its name", () => {
  expect(callWords("evaluate_all")).toBe("evaluate-all");
  expect(callWords("carrier_pigeon")).toBe("carrier_pigeon");
});

test("a row on two pages is shown once", () => {
  const [a, b, c] = ["a", "b", "c"].map((id) => evaluation({ id }));
  const pages = [
    { evaluations: [a, b], nextCursor: "1" },
    { evaluations: [], nextCursor: "2" },
    { evaluations: [b, c], nextCursor: null },
  ] as never;
  expect(rowsOf(pages).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

describe("the time of a row", () => {
  const now = new Date("2026-11-22T16:00:00Z");
  const check = (at: string, words: string) => expect(rowTime(new Date(at), now, "UTC")).toBe(words);

  test("has milliseconds today, the day before, the year in another one", () => {
    check("2026-11-22T15:59:58.204Z", "15:59:58.204");
    check("2026-11-21T23:59:58.204Z", "21 Nov, 23:59:58");
    check("2025-02-01T00:00:00Z", "1 Feb 2025, 00:00:00");
    check("nonsense", "–");
  });

  test("its zone is named once, above", () => {
    expect(zoneName(now, "UTC")).toBe("UTC");
  });
});
