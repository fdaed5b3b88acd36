import { describe, expect, test } from "vitest";
import type { EvaluationRow, EvaluationsPage } from "@/contract";
import {
  callWords,
  type ListPage,
  reasonWords,
  rowsOf,
  rowTime,
  sharingValues,
  variation,
  within,
} from "./model";
import { evaluation } from "./testing";

describe("the reason in words", () => {
  test.each([
    [{ reason: "RULE_MATCH", ruleIndex: 1 }, "rule 2", "plain"],
    [{ reason: "FALLTHROUGH", ruleIndex: null }, "no rule matched", "plain"],
    [{ reason: "OFF", offBy: "KILL_SWITCH" }, "killed", "killed"],
    [{ reason: "OFF", offBy: "ENVIRONMENT" }, "off in Staging", "plain"],
    [{ reason: "ERROR" }, "not decided", "warning"],
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

describe("the pages of a list", () => {
  const [n, a, b, c] = ["n", "a", "b", "c"].map((id) => evaluation({ id })) as [
    EvaluationRow,
    EvaluationRow,
    EvaluationRow,
    EvaluationRow,
  ];
  const page = (...evaluations: Array<EvaluationRow>): EvaluationsPage => ({
    evaluations,
    nextCursor: "older",
    newerCursor: "newer",
    lookedTo: null,
  });
  const ids = (pages: Array<ListPage>) => rowsOf(pages).rows.map(({ id }) => id);

  test("a row on two pages is shown once", () => {
    const first = within(page(a, b), null);
    expect(ids([first, within(page(), first.top), within(page(b, c), first.top)])).toEqual(["a", "b", "c"]);
  });

  test("begin where the list was opened, also when its first page had nothing in it", () => {
    const empty = within(page(), null);
    expect(empty.top).toEqual({ id: null, cursor: "newer" });
    const first = within(page(a), empty.top);
    expect(within(page(b), first.top).top).toEqual({ id: "a", cursor: "newer" });
    expect(rowsOf([empty]).letGo).toBe(false);
  });

  test("tell what was let go above from what came in since", () => {
    const first = within(page(a), null);
    const second = within(page(b, c), first.top);
    expect(rowsOf([second])).toMatchObject({ letGo: true });
    // Read again from below, with one that is newer than the list.
    expect(rowsOf([within(page(n, a), second.top), second])).toEqual({ rows: [a, b, c], letGo: false });
  });
});

test("rows that were served alike share their value, others keep their own", () => {
  const fields = { flagKey: "banner", flagVersion: 2, ruleIndex: null, reason: "FALLTHROUGH" };
  const rows = sharingValues([
    evaluation({ ...fields, id: "1", value: { text: "hello" } }),
    evaluation({ ...fields, id: "2", value: { text: "hello" } }),
    evaluation({ ...fields, id: "3", value: { text: "bye" }, ruleIndex: 0, reason: "RULE_MATCH" }),
  ]);
  expect(rows[1]?.value).toBe(rows[0]?.value);
  expect(rows.map(({ id, value }) => [id, value])).toEqual([
    ["1", { text: "hello" }],
    ["2", { text: "hello" }],
    ["3", { text: "bye" }],
  ]);
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

  test("its zone is named once, above", () => {});
});
