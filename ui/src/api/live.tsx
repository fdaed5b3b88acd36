// Whether the database answers, and the version of the configuration: one long poll for the whole page.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { CacheTag, Live } from "@/contract";
import { CommandFailure, platform } from "@/platform";
import { invalidateTags } from "./cache";

/** What a change by anybody, here or elsewhere, may have touched. */
const CONFIGURATION: ReadonlyArray<CacheTag> = [
  "flags",
  "audiences",
  "environments",
  "customer_source",
  "audit",
  "sdk_keys",
  "evaluators",
];
const EVERYTHING: ReadonlyArray<CacheTag> = [...CONFIGURATION, "workspace", "customers", "evaluations"];
/** How long to wait, in milliseconds, before asking an app again that did not answer. */
const RETRY_MS = 1_000;

const LiveContext = createContext<Live | null>(null);

/** null until the first answer. */
export function useLive(): Live | null {
  return useContext(LiveContext);
}

/** True once the database is known to be out of reach: what is on screen is the last known state. */
export function useDatabaseGone(): boolean {
  return useLive()?.connected === false;
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [live, setLive] = useState<Live | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    let known: Live | null = null;

    async function follow() {
      while (!stop.signal.aborted) {
        try {
          const next = await platform().invoke(
            "live_wait",
            { knownConfigVersion: known?.configVersion ?? null, knownConnected: known?.connected ?? null },
            stop.signal,
          );
          if (stop.signal.aborted) return;
          const stale = staleTags(known, next);
          known = next;
          setLive(next);
          if (stale.length > 0) void invalidateTags(client, stale);
        } catch (thrown) {
          if (stop.signal.aborted) return;
          const failure = CommandFailure.from(thrown);
          if (failure.code === "no_workspace") {
            // Closed from elsewhere: whoever shows workspaces decides what comes next.
            void invalidateTags(client, ["workspace"]);
          } else {
            known = gone(known, failure.message);
            setLive(known);
          }
          await pause(RETRY_MS, stop.signal);
        }
      }
    }

    void follow();
    return () => stop.abort();
  }, [client]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

/** What to load again when `next` follows `known`. */
export function staleTags(known: Live | null, next: Live): ReadonlyArray<CacheTag> {
  if (known === null) return [];
  if (!known.connected && next.connected) return EVERYTHING;
  return known.configVersion === next.configVersion ? [] : CONFIGURATION;
}

function gone(last: Live | null, problem: string): Live {
  return {
    configVersion: last?.configVersion ?? 0,
    evaluators: last?.evaluators ?? 0,
    connected: false,
    since: last?.connected === false ? last.since : new Date().toISOString(),
    problem,
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
