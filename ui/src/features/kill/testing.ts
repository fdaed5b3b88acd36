// Kills for tests: everything that a test does not name is plain.
import type {
  AuditEntry,
  ConfirmingEvaluator,
  Flag,
  KillConsequence,
  KillEffect,
  KillResult,
} from "@/contract";

export const killed = (flag: Flag, seq = 41): KillResult => ({ flag, seq, changed: true });

export function server(fields: Partial<ConfirmingEvaluator> = {}): ConfirmingEvaluator {
  return {
    id: fields.host ?? "e1",
    kind: "server",
    host: "eu-1",
    program: "halyard-server 0.1.0",
    confirmedAfterMs: 38,
    lastSeenAt: "2026-01-01T14:03:07Z",
    silentMs: 400,
    ...fields,
  };
}

export function effect(fields: Partial<KillEffect> = {}): KillEffect {
  return {
    killedAt: "2026-01-01T14:03:07Z",
    evaluators: [server()],
    confirmed: 1,
    of: 1,
    oldServed: "none",
    lastOldServedAt: null,
    logBehindMs: 1_200,
    sdksLastHour: [],
    ...fields,
  };
}

export function consequence(fields: Partial<KillConsequence> = {}): KillConsequence {
  return {
    customers: 50_000,
    on: true,
    from: [
      { value: false, customers: 188 },
      { value: true, customers: 49_812 },
    ],
    to: false,
    changed: 49_812,
    breakdown: { attribute: "plan", values: [{ value: "enterprise", customers: 31 }] },
    version: 7,
    countedAt: "2026-01-01T00:00:00Z",
    ...fields,
  };
}

export function killEntry(fields: Partial<AuditEntry> = {}): AuditEntry {
  return {
    seq: 41,
    at: "2026-01-01T14:03:07Z",
    actor: "Ada",
    dbRole: "halyard",
    client: "halyard-desktop",
    action: "flag.killed",
    entityType: "flag",
    entityId: "f1",
    entityKey: "checkout-v2",
    environments: ["production"],
    before: null,
    after: null,
    note: "",
    revertedTo: null,
    hash: "",
    ...fields,
  };
}
