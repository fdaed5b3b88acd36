// Hooks: a component shows what the client knows and is drawn anew when that changes. No call is made
// while rendering, on a server none at all.
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
import { instead, own, type Seen } from "./client.js";
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
  const { ready } = useSeen(client);
  const shown = loading === undefined || ready || started === client ? children : loading;
  return createElement(FlagsContext.Provider, { value: client }, shown);
}

/** The flag's value now, drawn anew when it changes; `fallback` while nothing is known. */
export function useFlag<K extends FlagKey<Flags>, T extends Fallback<Flags, K>>(
  key: K,
  fallback: T,
): Evaluated<Flags, T, K> {
  return useFlagDetail(key, fallback).value;
}

/** The same with its reason. */
export function useFlagDetail<K extends FlagKey<Flags>, T extends Fallback<Flags, K>>(
  key: K,
  fallback: T,
): Detail<Evaluated<Flags, T, K>> {
  const seen = useSeen(useFlagsClient()) as Seen;
  const known = own(seen.flags, key);
  const value = fallback as FlagValue;
  let detail: Detail;
  if (!known)
    detail = instead(
      value,
      seen.error ?? { kind: "ERROR", errorKind: seen.ready ? "FLAG_NOT_FOUND" : "NOT_READY" },
    );
  else if (value !== null && typeof known.value !== typeof value)
    detail = instead(value, { kind: "ERROR", errorKind: "WRONG_TYPE" });
  else detail = known;
  return detail as Detail<Evaluated<Flags, T, K>>;
}

/** All values that are known now, and whether all flags were answered yet. */
export function useFlags(): { values: Values<Flags>; ready: boolean; error: Snapshot["error"] } {
  const seen = useSeen(useFlagsClient());
  const last = useRef<{ seen: Snapshot; answer: ReturnType<typeof useFlags> }>(undefined);
  if (last.current?.seen !== seen) {
    const values = Object.fromEntries(
      Object.entries((seen as Seen).flags).map(([key, { value }]) => [key, value]),
    );
    last.current = {
      seen,
      answer: { values: values as Values<Flags>, ready: seen.ready, error: seen.error },
    };
  }
  return last.current.answer;
}

/** The client of the provider above, for calls of your own. */
export function useFlagsClient(): Client {
  const client = useContext(FlagsContext);
  if (!client) throw new Error("@halyard/flags: put <FlagsProvider client={client}> around what uses flags.");
  return client;
}

/** What a server rendered was drawn from `initial`; so the first drawing in the browser is, too. */
function useSeen(client: Client): Snapshot {
  return useSyncExternalStore(client.subscribe, client.snapshot, client.initial);
}
