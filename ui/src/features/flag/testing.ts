// Flags and rules for tests: everything that a test does not name is plain.

import type { Flag, Rule } from "@/contract";

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
