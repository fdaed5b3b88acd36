// Conditions, trees and attributes for tests.
import type { Attribute, AttributeCondition, AttributeType, Audience, Condition } from "@/contract";
import { operatorsFor } from "./operators";
import { fromCondition, type Group, type NewId } from "./tree";

export function attribute(name: string, type: AttributeType, more: Partial<Attribute> = {}): Attribute {
  return {
    name,
    type,
    dbType: type,
    nullable: true,
    enumValues: [],
    operators: [...operatorsFor(type)],
    ...more,
  };
}

export const ATTRIBUTES: ReadonlyArray<Attribute> = [
  attribute("plan", "text"),
  attribute("country", "text"),
  attribute("mrr", "number"),
  attribute("trial", "boolean"),
  attribute("last_seen_at", "timestamp"),
  attribute("signed_up", "date"),
  attribute("tags", "text_array"),
  attribute("settings", "json"),
  attribute("location", "unsupported", { dbType: "point" }),
];

export const PLAN: AttributeCondition = { attribute: "plan", operator: "equals", value: "enterprise" };
export const SEEN: AttributeCondition = {
  attribute: "last_seen_at",
  operator: "within_last_days",
  value: 30,
};
export const COUNTRY: AttributeCondition = { attribute: "country", operator: "in", value: ["CU", "KP"] };
export const MRR: AttributeCondition = { attribute: "mrr", operator: "at_least", value: 100 };

/** Ids "1", "2", … in the order in which they are asked for. */
export function counting(): NewId {
  let last = 0;
  return () => String(++last);
}

export const tree = (condition: Condition): Group => fromCondition(condition, counting());

export function audience(more: Partial<Audience> = {}): Audience {
  return {
    id: "0192f0c6-0000-7000-8000-000000000001",
    name: "Enterprise",
    description: "",
    condition: { all: [PLAN] },
    version: 3,
    createdAt: "2026-11-01T10:00:00Z",
    updatedAt: "2026-11-20T10:00:00Z",
    updatedBy: "Ann",
    usedBy: [],
    ...more,
  };
}
