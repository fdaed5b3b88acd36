import { expect, test } from "vitest";
import { reasonWords, servedDefault, sourceWords } from "./words";

const reasoned = (reason: string, more: { offBy?: string; ruleIndex?: number } = {}) => ({
  reason,
  offBy: more.offBy ?? null,
  ruleIndex: more.ruleIndex ?? null,
  stale: false,
});

test.each([
  [reasoned("RULE_MATCH", { ruleIndex: 1 }), "rule 2"],
  [reasoned("RULE_MATCH", { ruleIndex: 0 }), "rule 1"],
  [reasoned("FALLTHROUGH"), "no rule matched"],
  [reasoned("OFF", { offBy: "KILL_SWITCH" }), "killed"],
  [reasoned("OFF", { offBy: "ENVIRONMENT" }), "off in Production"],
  [reasoned("ERROR"), "error: membership unknown"],
  [reasoned("NEWER_KIND"), "newer_kind"],
])("%j is %s", (row, words) => {
  expect(reasonWords(row, "Production")).toBe(words);
});

test("only a matching rule serves its own value", () => {
  expect(servedDefault({ reason: "RULE_MATCH" })).toBe(false);
  expect(servedDefault({ reason: "OFF" })).toBe(true);
});
test("calls are named by their door", () => {
  expect(sourceWords("evaluate_all")).toBe("evaluate all");
  expect(sourceWords("something")).toBe("something");
});
