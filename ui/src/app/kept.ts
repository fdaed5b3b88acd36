// State of a page that outlives leaving it: filters, sorting, scroll place. Forgotten with the window.
import { useState } from "react";

const kept = new Map<string, unknown>();

/** Like `useState`, but the next component that names `key` starts from the last value. */
export function useKept<Value>(key: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => (kept.has(key) ? (kept.get(key) as Value) : initial));
  const set = (next: Value) => {
    kept.set(key, next);
    setValue(() => next);
  };
  return [value, set];
}

export function recall<Value>(key: string): Value | undefined {
  return kept.get(key) as Value | undefined;
}

export function keep(key: string, value: unknown): void {
  kept.set(key, value);
}

/** For another workspace, and for tests. */
export function forgetKept(): void {
  kept.clear();
}
