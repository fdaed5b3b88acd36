import { describe, expect, test } from "vitest";
import type { AttributeType, JsonValue, Operator } from "@/contract";
import {
  carriedValue,
  OPERATOR_WORDS,
  operatorsFor,
  valueKind,
  withAttribute,
  withOperator,
} from "./operators";
import { ATTRIBUTES, attribute } from "./testing";
import { emptyLeaf, type Leaf } from "./tree";

const leaf = (more: Partial<Leaf>): Leaf => ({ ...emptyLeaf(), ...more });
const plan = leaf({ attribute: "plan", operator: "equals", value: "pro", ignoreCase: true });
const named = (name: string) => ATTRIBUTES.find((each) => each.name === name) ?? attribute(name, "text");

test("every operator of every type has words and knows what is typed for it", () => {
  const types: Array<AttributeType> = [
    "text",
    "number",
    "boolean",
    "timestamp",
    "date",
    "text_array",
    "json",
  ];
  for (const type of types) {
    expect(operatorsFor(type).length).toBeGreaterThan(0);
    for (const operator of operatorsFor(type)) {
      expect(OPERATOR_WORDS[operator]).toBeTruthy();
      expect(valueKind(type, operator)).toBeTruthy();
    }
  }
  expect(operatorsFor("unsupported")).toEqual([]);
});

describe("choosing another operator keeps what still fits", () => {
  const cases: Array<[Operator, JsonValue]> = [
    ["in", ["pro"]],
    ["contains", "pro"],
    ["is_set", null],
  ];
  test.each(cases)("equals pro becomes %s", (operator, value) => {
    expect(withOperator(plan, operator, ATTRIBUTES)).toMatchObject({ operator, value });
  });
  test("a list falls back to its first value", () => {
    const list = leaf({ attribute: "plan", operator: "in", value: ["a", "b"] });
    expect(withOperator(list, "equals", ATTRIBUTES).value).toBe("a");
  });
  test("a number opens a range", () => {
    const number = leaf({ attribute: "mrr", operator: "at_least", value: 5 });
    expect(withOperator(number, "between", ATTRIBUTES).value).toEqual([5, null]);
  });
  test("days start at 30", () => {
    expect(carriedValue("2026-01-01", "day", "days")).toBe(30);
    expect(carriedValue(7, "days", "number")).toBeNull();
  });
  test("the case is forgotten where it means nothing", () => {
    expect(withOperator(plan, "is_set", ATTRIBUTES).ignoreCase).toBe(false);
    expect(withOperator(plan, "contains", ATTRIBUTES).ignoreCase).toBe(true);
  });
});

describe("choosing another attribute", () => {
  test("of the same type keeps operator and value", () => {
    expect(withAttribute(plan, named("country"), ATTRIBUTES)).toMatchObject({
      attribute: "country",
      operator: "equals",
      value: "pro",
    });
  });
  test("of another type takes its first operator and drops the value", () => {
    expect(withAttribute(plan, named("last_seen_at"), ATTRIBUTES)).toMatchObject({
      operator: "within_last_days",
      value: 30,
      ignoreCase: false,
    });
    expect(withAttribute(plan, named("trial"), ATTRIBUTES)).toMatchObject({
      operator: "is_true",
      value: null,
    });
    expect(withAttribute(plan, named("mrr"), ATTRIBUTES)).toMatchObject({ operator: "equals", value: null });
  });
  test("of JSON reads the value as text until told otherwise", () => {
    expect(withAttribute(plan, named("settings"), ATTRIBUTES)).toMatchObject({
      readAs: "text",
      value: "pro",
    });
  });
});
