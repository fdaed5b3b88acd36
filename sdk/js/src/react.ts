// Hooks: a component shows what the client knows and is drawn anew when that changes, and only then. No
// call is made while rendering, on a server none at all.
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { type Failure, instead, own, type Seen } from "./client.js";
import type {
  Client,
  Detail,
  Evaluated,
  Fallback,
  FlagKey,
  Flags,
  FlagValue,
  Snapshot,
  Values,
} from "./types.js";

const FlagsContext = createContext<Client | undefined>(undefined);

/** What the provider takes. */
export interface FlagsProviderProps {
  /** Made once, outside the component. */
  client: Client;
  /**
   * Shown until something is known or the first answer failed. Without it children are shown at once,
   * with their fallbacks.
   */
  loading?: ReactNode;
  children?: ReactNode;
}

/** Starts the client and gives it to the hooks below. */
export function FlagsProvider({ client, loading, children }: FlagsProviderProps): ReactElement {
  const [started, setStarted] = useState<Client>();
  useEffect(() => {
    let here = true;
    client.start().then(() => here && setStarted(client));
    return () => {
      here = false;
    };
  }, [client]);
  const ready = useSeen(client, (seen) => seen.ready);
  const shown = loading === undefined || ready || started === client ? children : loading;
  return createElement(FlagsContext.Provider, { value: client }, shown);
}

/** The flag's value now, drawn anew when it changes; `fallback` while nothing is known. */
export function useFlag<K extends FlagKey<Flags>, T extends Fallback<Flags, K>>(
  key: K,
  fallback: T,
): Evaluated<Flags, T, K> {
  const value = useSeen(useFlagsClient(), (seen) => own(seen.flags, key)?.value);
  return (value === undefined || !fits(value, fallback) ? fallback : value) as Evaluated<Flags, T, K>;
}

/** The same with its reason; drawn anew after each answer, because each is of another moment. */
export function useFlagDetail<K extends FlagKey<Flags>, T extends Fallback<Flags, K>>(
  key: K,
  fallback: T,
): Detail<Evaluated<Flags, T, K>> {
  const seen = useSeen(useFlagsClient(), (seen) => seen);
  const known = own(seen.flags, key);
  const missing: Failure = { kind: "ERROR", errorKind: seen.ready ? "FLAG_NOT_FOUND" : "NOT_READY" };
  let detail = known ?? instead(fallback as FlagValue, seen.error ?? missing);
  if (known && !fits(known.value, fallback)) {
    detail = instead(fallback as FlagValue, { kind: "ERROR", errorKind: "WRONG_TYPE" });
  }
  return detail as Detail<Evaluated<Flags, T, K>>;
}

/** All values that are known now, and whether all flags were answered yet; the same object while they are the same. */
export function useFlags(): { values: Values<Flags>; ready: boolean; error: Snapshot["error"] } {
  const last = useRef<ReturnType<typeof useFlags>>(undefined);
  return useSeen(useFlagsClient(), ({ flags, ready, error }) => {
    const values = Object.fromEntries(Object.entries(flags).map(([key, { value }]) => [key, value]));
    const next = { values: values as Values<Flags>, ready, error };
    if (JSON.stringify(next) !== JSON.stringify(last.current)) last.current = next;
    return last.current as ReturnType<typeof useFlags>;
  });
}

/** The client of the provider above, for calls of your own. */
export function useFlagsClient(): Client {
  const client = useContext(FlagsContext);
  if (!client) throw new Error("@halyard/flags: put <FlagsProvider client={client}> around what uses flags.");
  return client;
}

/**
 * What a server rendered was drawn from all that it knew. That is what the browser's client begins
 * with (`bootstrap`); so its first drawing over the server's is from `initial`, without the cache.
 */
function useSeen<T>(client: Client, select: (seen: Seen) => T): T {
  const now = () => select(client.snapshot() as Seen);
  const before = () => select(client.initial() as Seen);
  return useSyncExternalStore(client.subscribe, now, typeof document === "undefined" ? now : before);
}

/** Whether the value may stand where the code expects something like `fallback`. */
function fits(value: unknown, fallback: unknown): boolean {
  return fallback === null || typeof value === typeof fallback;
}
