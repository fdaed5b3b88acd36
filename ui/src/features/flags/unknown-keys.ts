// Keys that were asked for in vain, each once whatever the environments it was asked for in. Pure.
import type { UnknownFlag } from "@/contract";

export type UnknownKey = {
  key: string;
  /** Keys of the environments it was asked for in. */
  environments: ReadonlyArray<string>;
  /** In all of them together. */
  asked: number;
  lastAskedAt: string;
  /** The flag that has the key and yet did not answer. */
  flagId: string | null;
};

/** The last asked for first. */
export function unknownKeys(asked: ReadonlyArray<UnknownFlag>): ReadonlyArray<UnknownKey> {
  const byKey = new Map<string, UnknownKey>();
  for (const one of asked) {
    const known = byKey.get(one.key);
    byKey.set(one.key, {
      key: one.key,
      environments: [...(known?.environments ?? []), one.environment],
      asked: (known?.asked ?? 0) + one.asked,
      lastAskedAt: known && known.lastAskedAt > one.lastAskedAt ? known.lastAskedAt : one.lastAskedAt,
      flagId: known?.flagId ?? one.flagId,
    });
  }
  return [...byKey.values()].sort((a, b) => b.lastAskedAt.localeCompare(a.lastAskedAt));
}
