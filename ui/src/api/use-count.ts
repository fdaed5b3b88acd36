// Counts over all customers: each run has a topic by which it is followed once it takes long, and called off when
// nobody waits for it any more or somebody says so.
import { hashKey, keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { CountProgress } from "@/contract";
import { type CommandFailure, platform, type Request, type Response } from "@/platform";
import { commandKey, useCommandQuery } from "./use-command";

/** From so many milliseconds on, a count shows how far it is and can be called off. */
const SLOW_MS = 1_000;
/** How often, in milliseconds, it is asked how far it is. */
const FOLLOW_MS = 300;

/** Commands that count over all customers. */
export type CountName =
  | "flag_impact"
  | "impact_breakdown"
  | "impact_customers"
  | "audience_impact"
  | "audience_impact_customers"
  | "audience_count"
  | "audience_sample"
  | "customers_list"
  | "kill_consequence";

/** The topic under which each query last ran: several places may wait for the same one. */
const RUNNING = new Map<string, string>();

export type Counted<Name extends CountName> = {
  /** The last answer, to an earlier request while `counting`; null when there is none, also after a failure. */
  count: Response<Name> | null;
  counting: boolean;
  /** How far it is, once that takes long. */
  progress: CountProgress | null;
  /** Null also when it was called off. */
  failure: CommandFailure | null;
  /** Somebody called it off; `retry` counts after all. */
  cancelled: boolean;
  cancel: () => void;
  retry: () => void;
};

type CountOptions = { enabled?: boolean; keepPrevious?: boolean };

export function useCount<Name extends CountName>(
  name: Name,
  request: Request<Name>,
  { enabled = true, keepPrevious = false }: CountOptions = {},
): Counted<Name> {
  const [, setTopic] = useState<string | null>(null);
  const queryKey = commandKey(name, request);
  const hash = hashKey(queryKey);
  const query = useQuery<Response<Name>, CommandFailure, Response<Name>>({
    queryKey,
    queryFn: ({ signal }) =>
      invokeCount(name, request, signal, (topic) => {
        RUNNING.set(hash, topic);
        setTopic(topic);
      }),
    enabled,
    ...(keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
  });
  const followed = useFollowed(query.isFetching ? (RUNNING.get(hash) ?? null) : null);
  const cancelled = query.error?.code === "cancelled";
  return {
    count: query.error ? null : (query.data ?? null),
    counting: query.isFetching || query.isPlaceholderData,
    progress: followed.progress,
    failure: query.isFetching || cancelled ? null : query.error,
    cancelled: cancelled && !query.isFetching,
    cancel: followed.cancel,
    retry: () => void query.refetch(),
  };
}

/** Runs a count under a topic of its own; it is called off with the signal. */
export function invokeCount<Name extends CountName>(
  name: Name,
  request: Request<Name>,
  signal: AbortSignal,
  onTopic: (topic: string) => void,
): Promise<Response<Name>> {
  const topic = crypto.randomUUID();
  signal.addEventListener("abort", () => callOff(topic));
  onTopic(topic);
  return platform().invoke(name, { ...request, topic }, signal);
}

/** How far the count of a topic is, from the moment it takes long; null is nothing to follow. */
export function useFollowed(topic: string | null): { progress: CountProgress | null; cancel: () => void } {
  const [slow, setSlow] = useState<string | null>(null);
  useEffect(() => {
    if (topic === null) return;
    const timer = setTimeout(() => setSlow(topic), SLOW_MS);
    return () => clearTimeout(timer);
  }, [topic]);
  const isSlow = topic !== null && slow === topic;
  const progress = useCommandQuery(
    "count_progress",
    { topic: topic ?? "" },
    { enabled: isSlow, refetchInterval: FOLLOW_MS, staleTime: 0 },
  );
  return {
    // Slow is slow, also before the first answer.
    progress: isSlow ? (progress.data ?? { running: true, seen: 0, estimated: null }) : null,
    cancel: () => {
      if (topic !== null) callOff(topic);
    },
  };
}

/** A count that cannot be called off ends by itself: its answer is dropped. */
function callOff(topic: string): void {
  platform()
    .invoke("count_cancel", { topic })
    .catch(() => {});
}
