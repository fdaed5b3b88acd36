// Evaluations in a list, for tests: everything that a test does not name is plain.
import type { EvaluationRow } from "@/contract";

export function evaluation(fields: Partial<EvaluationRow> = {}): EvaluationRow {
  return {
    id: "c1-0",
    callId: "c1",
    at: "2026-01-02T10:00:00.123Z",
    environment: "production",
    entityId: "cus_1",
    source: "evaluate",
    sdk: "web 1.2.0",
    stale: false,
    flagKey: "new-dashboard",
    flagVersion: 7,
    value: true,
    reason: "RULE_MATCH",
    offBy: null,
    errorKind: null,
    ruleIndex: 0,
    ruleId: "r1",
    ...fields,
  };
}
