// What storage keeps of one entity's answers. Storage may be full, forbidden, slow, or hold something
// else: then there is nothing cached, and nothing fails.
import type { Detail, KeyValueStorage } from "./types.js";

type Details = { readonly [key: string]: Detail };
/** What is kept: the answers, and whether all flags are among them. */
export type Kept = {
  readonly entityId?: string | undefined;
  readonly flags: Details;
  readonly ready: boolean;
};

/** One entry for each key: the last entity's, so that it does not grow. Of the key only its end is named. */
const nameOf = (key: string) => `halyard:${key.slice(-8)}`;

/** What is kept about the entity and not older than `maxAge` milliseconds; at once if storage answers at once. */
export function readCached(
  storage: KeyValueStorage,
  key: string,
  entityId: string | undefined,
  maxAge: number,
): Kept | undefined | Promise<Kept | undefined> {
  const read = (text: string | null): Kept | undefined => {
    const kept = JSON.parse(text ?? "{}") as Kept;
    if (kept.entityId !== entityId || !kept.flags) return undefined;
    const young = Object.entries(kept.flags).filter(([, { at }]) => Date.now() - (at ?? 0) <= maxAge);
    const flags = Object.fromEntries(
      young.map(([flag, detail]) => [flag, { ...detail, from: "cache" as const }]),
    );
    const all = young.length === Object.keys(kept.flags).length;
    return young.length > 0 ? { flags, ready: kept.ready && all } : undefined;
  };
  const nothing = () => undefined;
  try {
    const text = storage.getItem(nameOf(key));
    return text && typeof text !== "string" ? text.then(read).catch(nothing) : read(text);
  } catch {
    return undefined;
  }
}

/** Keeps what is known about one entity in place of what was there. */
export function writeCached(storage: KeyValueStorage, key: string, { entityId, flags, ready }: Kept): void {
  try {
    const text = JSON.stringify({ entityId, flags, ready });
    (storage.setItem(nameOf(key), text) as Promise<void> | undefined)?.catch?.(() => {});
  } catch {
    // Full or forbidden: the page goes on without.
  }
}
