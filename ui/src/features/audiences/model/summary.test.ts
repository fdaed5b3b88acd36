import { expect, test } from "vitest";
import type { Condition } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import { briefSentence, conditionSentence } from "./summary";
import { COUNTRY, MRR, PLAN, SEEN, tree } from "./testing";
import { emptyTree } from "./tree";

const cases: Array<[Condition, string]> = [
  [{ all: [PLAN] }, "Customers whose plan is enterprise."],
  [{ all: [PLAN, SEEN] }, "Customers whose plan is enterprise, and last_seen_at is within the last 30 days."],
  [{ any: [PLAN, MRR] }, "Customers whose plan is enterprise or mrr is at least 100."],
  [
    { all: [PLAN, { any: [SEEN, MRR] }, { not: COUNTRY }] },
    "Customers whose plan is enterprise, and either last_seen_at is within the last 30 days or mrr is at least 100, and country is none of CU or KP.",
  ],
  [
    { any: [PLAN, { all: [SEEN, MRR] }] },
    "Customers whose plan is enterprise or both last_seen_at is within the last 30 days and mrr is at least 100.",
  ],
  [{ not: { any: [PLAN, MRR] } }, "All customers but those whose plan is enterprise or mrr is at least 100."],
  [{ not: MRR }, "All customers but those whose mrr is at least 100."],
  [{ not: PLAN }, "Customers whose plan is not enterprise."],
  [
    { all: [PLAN, { not: { any: [SEEN, MRR] } }] },
    "Customers whose plan is enterprise, and neither last_seen_at is within the last 30 days nor mrr is at least 100.",
  ],
  [{ all: [{ any: [PLAN, MRR] }] }, "Customers whose plan is enterprise or mrr is at least 100."],
  [{ all: [{ attribute: "plan", operator: "equals", value: "" }] }, 'Customers whose plan is "".'],
  [
    { all: [{ attribute: "plan", operator: "contains", value: "Pro", ignoreCase: true }] },
    "Customers whose plan contains Pro in any case.",
  ],
  [
    { all: [{ attribute: "country", operator: "in", value: ["a", "b", "c", "d", "e", "f"] }] },
    "Customers whose country is one of a, b, c and 3 more.",
  ],
  [
    { all: [{ attribute: "mrr", operator: "between", value: [1, 2] }] },
    "Customers whose mrr is between 1 and 2.",
  ],
  [
    { all: [{ attribute: "seen", operator: "within_last_days", value: 1 }] },
    "Customers whose seen is within the last day.",
  ],
  [
    { all: [{ attribute: "seen", operator: "after", value: "2026-01-31T09:30:00Z" }] },
    "Customers whose seen is after 2026-01-31 09:30 UTC.",
  ],
  [
    { all: [{ attribute: "settings", path: ["plan", "tier"], type: "text", operator: "is_set" }] },
    "Customers whose settings.plan.tier is set.",
  ],
];
cases.push(
  [
    { all: [MRR, { any: [PLAN, { all: [SEEN, { any: [MRR, COUNTRY] }] }] }] },
    "Customers whose mrr is at least 100, and either plan is enterprise or (last_seen_at is within the last 30 days and (mrr is at least 100 or country is one of CU or KP)).",
  ],
  [
    { all: [{ attribute: "tags", operator: "contains_any", value: ["beta"] }] },
    "Customers whose tags include beta.",
  ],
  [
    { not: { attribute: "tags", operator: "contains_any", value: ["beta"] } },
    "Customers whose tags do not include beta.",
  ],
  [
    { all: [{ attribute: "tags", operator: "contains_all", value: ["a", "b"] }] },
    "Customers whose tags include all of a and b.",
  ],
);
test.each(cases)("%j", (condition, sentence) => {
  expect(plainText(conditionSentence(tree(condition)))).toBe(sentence);
});

test("what is not chosen yet shows as dots", () => {
  expect(plainText(conditionSentence(emptyTree()))).toBe("Customers whose …");
});
test("without a condition it is nobody", () => {
  expect(plainText(conditionSentence({ ...emptyTree(), children: [] }))).toMatch(/^Nobody yet/);
});
test("above the builder a hundred tests are named by the first of every group", () => {
  const many: Condition = { all: Array.from({ length: 10 }, () => ({ any: Array(10).fill(PLAN) })) };
  const group = "(plan is enterprise or plan is enterprise or plan is enterprise or 7 more)";
  expect(plainText(briefSentence(tree(many)))).toBe(
    `Customers whose ${group}, and ${group}, and ${group}, and 7 more.`,
  );
  const few = tree({ all: [PLAN, MRR] });
  expect(briefSentence(few)).toEqual(conditionSentence(few));
});
