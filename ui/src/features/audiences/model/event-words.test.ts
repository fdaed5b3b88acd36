import { describe, expect, test } from "vitest";
import type { Condition, EventCondition } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import { problemsOf } from "./check";
import { eventWords } from "./event-words";
import { conditionSentence } from "./summary";
import { fromCondition, toCondition } from "./tree";

const checkout: EventCondition = { event: "checkout", operator: "performed", times: 3, withinDays: 30 };
const plan: Condition = { attribute: "plan", operator: "equals", value: "enterprise" };
const sentence = (condition: Condition) => plainText(conditionSentence(fromCondition(condition)));

describe("a test of events", () => {
  test("is said with how often and in how many days", () => {
    expect(eventWords(checkout)).toBe("performed checkout at least 3 times within 30 days");
    expect(eventWords({ event: "*", operator: "not_performed", withinDays: 1 })).toBe(
      "did not perform any event within 1 day",
    );
    expect(eventWords({ event: "login", operator: "performed", times: 1 })).toBe("performed login");
    expect(eventWords({ event: "login", operator: "performed" }, true)).toBe("did not perform login");
  });

  test("is part of the sentence", () => {
    expect(sentence(checkout)).toBe("Customers who performed checkout at least 3 times within 30 days.");
    expect(sentence({ not: checkout })).toBe(
      "Customers who did not perform checkout at least 3 times within 30 days.",
    );
    expect(sentence({ all: [plan, checkout] })).toBe(
      "Customers whose plan is enterprise, and who performed checkout at least 3 times within 30 days.",
    );
    expect(sentence({ any: [checkout, plan] })).toBe(
      "Customers who performed checkout at least 3 times within 30 days or whose plan is enterprise.",
    );
  });

  test("passes through the builder as it was, and nothing is missing from it", () => {
    const condition: Condition = { all: [plan, { not: checkout }] };
    const tree = fromCondition(condition);
    expect(toCondition(tree)).toEqual(condition);
    const attributes = [
      { name: "plan", type: "text", dbType: "text", nullable: true, enumValues: [], operators: ["equals"] },
    ] as const;
    expect(
      problemsOf(
        tree,
        attributes.map((each) => ({ ...each, enumValues: [], operators: ["equals"] })),
      ).size,
    ).toBe(0);
  });
});
