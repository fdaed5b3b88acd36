// Customers and their profiles, for tests: everything that a test does not name is plain.
import type { CustomerProfile, CustomerReference, CustomerSourceStatus } from "@/contract";

export function reference(number: number, fields: Partial<CustomerReference> = {}): CustomerReference {
  return {
    entityId: `cus_${number}`,
    name: `Person ${number}`,
    email: `p${number}@example.com`,
    ...fields,
  };
}

export function sourceStatus(fields: Partial<CustomerSourceStatus> = {}): CustomerSourceStatus {
  return {
    source: {
      customers: {
        schema: "public",
        table: "customers",
        idColumn: "id",
        nameColumn: "name",
        emailColumn: "email",
      },
      events: null,
    },
    customers: 50_000,
    problem: null,
    advice: [],
    missingGrants: [],
    brokenAudiences: [],
    ...fields,
  };
}

export function profile(fields: Partial<CustomerProfile> = {}): CustomerProfile {
  return {
    entityId: "cus_1",
    customer: {
      ...reference(1),
      fields: [
        { attribute: "id", type: "text", value: "cus_1" },
        { attribute: "plan", type: "text", value: "enterprise" },
        { attribute: "company", type: "text", value: null },
        { attribute: "traits", type: "json", value: { tier: "gold", seats: 12 } },
      ],
    },
    audiences: [
      { id: "a1", name: "Enterprise", member: true, problem: null },
      { id: "a2", name: "Trials", member: false, problem: null },
      { id: "a3", name: "Large", member: null, problem: "There is no column seats." },
    ],
    flags: [
      {
        id: "f1",
        key: "new-dashboard",
        bucket: 37_120,
        value: true,
        variationIndex: 1,
        reason: { kind: "RULE_MATCH", ruleIndex: 1, ruleId: "r1" },
      },
      {
        id: "f2",
        key: "checkout-v2",
        bucket: 5,
        value: false,
        variationIndex: 0,
        reason: { kind: "OFF", offBy: "KILL_SWITCH" },
      },
    ],
    ...fields,
  };
}
