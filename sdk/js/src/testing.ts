// A client for tests of your own: same types, no server.
import { instead, own } from "./client.js";
import type { Client, Detail, ErrorKind, FlagKey, Flags, FlagValue, FlagValueOf, Values } from "./types.js";

/** A client whose answers a test decides. */
export interface TestClient<F = Flags> extends Client<F> {
  /** From now on the flag has this value for everybody; `undefined`: there is no such flag. */
  set<K extends FlagKey<F>>(key: K, value: FlagValueOf<F, K> | undefined): void;
  /** From now on every call fails so; `undefined`: works again. */
  fail(errorKind: ErrorKind | undefined): void;
  /** The keys that were evaluated, in order; `"*"` for all flags. */
  readonly evaluated: ReadonlyArray<string>;
}

/** Makes a client that answers `flags` to everybody; flags that are not there are `FLAG_NOT_FOUND`. */
export function createTestClient<F = Flags>({
  flags = {},
  entityId,
}: {
  flags?: Values<F>;
  entityId?: string;
} = {}): TestClient<F> {
  const evaluated: string[] = [];
  const listeners = new Set<() => void>();
  let values = { ...flags } as { [key: string]: FlagValue };
  let failing: ErrorKind | undefined;
  let about = entityId;
  let seen: unknown;

  const details = () =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]): [string, Detail] => [
        key,
        { value, reason: { kind: "FALLTHROUGH" }, variationIndex: 0, version: 1, from: "server", at: 0 },
      ]),
    );
  const change = () => {
    const error = failing && { kind: "ERROR" as const, errorKind: failing };
    seen = { entityId: about, flags: failing ? {} : details(), ready: !failing, ...(error && { error }) };
    for (const listener of [...listeners]) listener();
  };
  const detail = async (key: string, fallback?: FlagValue): Promise<Detail> => {
    evaluated.push(key);
    const known = failing ? undefined : own(details(), key);
    if (!known) return instead(fallback, { kind: "ERROR", errorKind: failing ?? "FLAG_NOT_FOUND" });
    return fallback == null || typeof known.value === typeof fallback
      ? known
      : instead(fallback, { kind: "ERROR", errorKind: "WRONG_TYPE" });
  };
  const evaluateAll = async () => {
    evaluated.push("*");
    return failing ? {} : values;
  };
  change();
  const client = {
    evaluated,
    detail,
    evaluate: async (...call: Parameters<typeof detail>) => (await detail(...call)).value,
    evaluateAll,
    identify(next: string | undefined) {
      about = next;
      change();
      return evaluateAll();
    },
    set(key: string, value: FlagValue | undefined) {
      const { [key]: _, ...others } = values;
      values = value === undefined ? others : { ...others, [key]: value };
      change();
    },
    fail(errorKind: ErrorKind | undefined) {
      failing = errorKind;
      change();
    },
    start: async () => {},
    snapshot: () => seen,
    initial: () => seen,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {},
  };
  return client as unknown as TestClient<F>;
}
