// Values that outlive the window, in the browser's own storage, shared by all who read the same key.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
/** What the storage had no room for; it lasts as long as the window. */
const unstored = new Map<string, string>();
const parsed = new Map<string, { text: string | null; value: unknown }>();

/** The value under `key`; the same object as long as what is stored is the same. */
export function readStored<Value>(key: string, otherwise: Value): Value {
  const text = unstored.get(key) ?? localStorage.getItem(key);
  const last = parsed.get(key);
  if (last && last.text === text) return (last.value ?? otherwise) as Value;
  let value: unknown;
  try {
    value = text === null ? undefined : JSON.parse(text);
  } catch {
    value = undefined;
  }
  parsed.set(key, { text, value });
  return (value ?? otherwise) as Value;
}

/** Stores `value`, or forgets the key when it is undefined. */
export function writeStored(key: string, value: unknown): void {
  unstored.delete(key);
  if (value === undefined) {
    localStorage.removeItem(key);
  } else {
    const text = JSON.stringify(value);
    try {
      localStorage.setItem(key, text);
    } catch {
      unstored.set(key, text);
    }
  }
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  window.addEventListener("storage", tell);
  return () => {
    listeners.delete(tell);
    window.removeEventListener("storage", tell);
  };
}

/** `otherwise` must be the same object at every call (a constant). */
export function useStored<Value>(key: string, otherwise: Value): [Value, (value: Value | undefined) => void] {
  const value = useSyncExternalStore(subscribe, () => readStored(key, otherwise));
  return [value, (next) => writeStored(key, next)];
}
