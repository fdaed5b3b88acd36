// Keys for tests.
import type { SdkKey } from "@/contract";

export function sdkKey(fields: Partial<SdkKey> = {}): SdkKey {
  return {
    id: `id of ${fields.name ?? "Web shop"}`,
    kind: "server",
    name: "Web shop",
    environment: "production",
    role: null,
    prefix: "hal_srv_3kF9…",
    createdAt: "2026-01-01T00:00:00Z",
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    ...fields,
  };
}
