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

/** The form that a flag's key has; an SDK may ask for anything. */
const FLAG_KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export function canBeKey(key: string): boolean {
  return FLAG_KEY.test(key);
}

/** Slips that make a key another one still meant for it. */
const SLIPS = 2;

/**
 * The key that was most likely meant: at most two letters are other ones, missing, too many, or changed with their
 * neighbour, and case and the kind of separator do not count. null: none is near, or two are as near.
 */
export function meantKey(asked: string, keys: ReadonlyArray<string>): string | null {
  const plain = (key: string) => key.toLowerCase().replaceAll(/[._\s]/g, "-");
  // Short keys are near each other by chance.
  const most = Math.min(SLIPS, Math.floor(asked.length / 4));
  let best: string | null = null;
  let fewest = most + 1;
  for (const key of keys) {
    if (Math.abs(key.length - asked.length) > most) continue;
    const slips = slipsBetween(plain(asked), plain(key));
    if (slips < fewest) {
      best = key;
      fewest = slips;
    } else if (slips === fewest) best = null;
  }
  return best;
}

/** Optimal string alignment distance. */
function slipsBetween(a: string, b: string): number {
  let before: Array<number> = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const at = (cells: Array<number>, index: number) => cells[index] ?? 0;
      let least = Math.min(
        at(above, column) + 1,
        at(line, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, at(before, column - 2) + 1);
      line.push(least);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}
