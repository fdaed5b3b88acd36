// Flags and rules for tests: everything that a test does not name is plain.

import type { Flag, FlagImpact, FlagImpactRequest, Rule } from "@/contract";

export function rule(id: string, fields: Partial<Rule> = {}): Rule {
  return { id, audienceId: null, percentage: null, value: true, description: "", ...fields };
}

export function flag(fields: Partial<Flag> = {}): Flag {
  return {
    id: "f1",
    key: "new-dashboard",
    name: "New dashboard",
    description: "",
    type: "boolean",
    defaultValue: false,
    rules: [],
    environments: { production: true, staging: false },
    isActive: true,
    clientVisible: false,
    permanent: false,
    tags: [],
    version: 7,
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-02T00:00:00Z",
    updatedBy: "ada",
    archivedAt: null,
    killedAt: null,
    killedBy: null,
    ...fields,
  };
}

/** An impact on 1,000 customers: rule 1 reaches 100, each other 60 of its 100; 40 gain true. */
export function impactOf({ draft }: FlagImpactRequest, savedVersion = 7): FlagImpact {
  const [first] = draft.rules;
  return {
    customers: 1_000,
    savedVersion,
    rules: draft.rules.map(({ id }, index) => ({
      ruleId: id ?? "",
      inAudience: 500,
      inPercentage: 100,
      net: index === 0 ? 100 : 60,
      netNow: null,
      takenBy: index === 0 ? [] : [{ ruleId: first?.id ?? "", customers: 40 }],
      servedNow: [],
    })),
    otherwise: 840,
    distribution: [
      { value: draft.defaultValue, now: 880, after: 840 },
      { value: true, now: 120, after: 160 },
    ],
    moves: [{ from: draft.defaultValue, to: true, customers: 40 }],
    gained: 40,
    lost: 0,
    changed: 0,
    countedAt: new Date().toISOString(),
    durationMs: 20,
  };
}
