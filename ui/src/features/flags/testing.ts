// Flags in a list, for tests: everything that a test does not name is plain.
import type { FlagSummary } from "@/contract";

export function summary(fields: Partial<FlagSummary> = {}): FlagSummary {
  return {
    id: fields.key ?? "f1",
    key: "new-dashboard",
    name: "New dashboard",
    type: "boolean",
    defaultPreview: "false",
    ruleCount: 1,
    audienceIds: [],
    environments: { production: true, staging: false },
    isActive: true,
    clientVisible: false,
    permanent: false,
    tags: [],
    version: 7,
    updatedAt: "2026-01-02T00:00:00Z",
    updatedBy: "ada",
    archivedAt: null,
    killedAt: null,
    killedBy: null,
    ...fields,
  };
}
