// React Native: the same client, kept in AsyncStorage and refreshed when the app comes back to the
// front. No DOM.
import AsyncStorage from "@react-native-async-storage/async-storage";
import { AppState } from "react-native";
import { clientOf } from "./client.js";
import type { Client, ClientOptions, Flags } from "./types.js";

export * from "./react.js";
export type * from "./types.js";

/**
 * Makes a client that keeps its last answers in AsyncStorage, for a start without network; give
 * `cache: undefined` for none.
 *
 * @throws TypeError for an option that cannot work, naming it.
 */
export function createClient<F = Flags>(options: ClientOptions): Client<F> {
  return clientOf<F>({ cache: { storage: AsyncStorage }, ...options }, (listener) => {
    let last = AppState.currentState;
    const subscription = AppState.addEventListener("change", (state) => {
      if (state === "active" && last !== "active") listener();
      last = state;
    });
    return () => subscription.remove();
  });
}
