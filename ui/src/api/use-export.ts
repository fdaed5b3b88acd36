// A file that the app writes into the Downloads directory: begun, followed once it takes long, cancelled, and said
// where it is.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Exported, ExportProgress } from "@/contract";
import { CommandFailure, platform, type Request } from "@/platform";
import { invalidateAfter } from "./cache";
import { useCommandQuery } from "./use-command";

/** From so many milliseconds on, an export shows how far it is. */
const SLOW_MS = 1_000;
/** How often, in milliseconds, it is asked how far it is. */
const FOLLOW_MS = 300;

/** Commands that write a file. */
export type ExportName =
  | "audit_export"
  | "evaluations_export"
  | "impact_customers_export"
  | "audience_impact_customers_export";

export type Export<Name extends ExportName> = {
  start: (request: Omit<Request<Name>, "topic">) => void;
  running: boolean;
  /** How far it is, once that takes long. */
  progress: ExportProgress | null;
  /** The file, once it is there. */
  exported: Exported | null;
  /** Null also when it was cancelled. */
  failure: CommandFailure | null;
  cancelled: boolean;
  cancel: () => void;
  /** What became of the last one is of no interest any more. */
  reset: () => void;
};

type State =
  | { of: "nothing" }
  | { of: "running"; topic: string }
  | { of: "exported"; exported: Exported }
  | { of: "failed"; failure: CommandFailure };

export function useExport<Name extends ExportName>(name: Name): Export<Name> {
  const client = useQueryClient();
  const [state, setState] = useState<State>({ of: "nothing" });
  const topic = state.of === "running" ? state.topic : null;
  const progress = useProgress(topic);
  const current = useRef<string | null>(null);

  function cancel() {
    if (topic !== null) cancelExport(topic);
  }

  async function run(request: Omit<Request<Name>, "topic">) {
    const topic = crypto.randomUUID();
    current.current = topic;
    setState({ of: "running", topic });
    let next: State;
    try {
      const exported = await platform().invoke(name, { ...request, topic } as Request<Name>);
      next = { of: "exported", exported };
      void invalidateAfter(client, name);
    } catch (thrown) {
      next = { of: "failed", failure: CommandFailure.from(thrown) };
    }
    if (current.current === topic) setState(next);
  }

  // Nobody would hear of a file that is finished after its page was left.
  useEffect(
    () => () => {
      if (current.current !== null) cancelExport(current.current);
      current.current = null;
    },
    [],
  );

  const failure = state.of === "failed" ? state.failure : null;
  const cancelled = failure?.code === "cancelled";
  return {
    start: (request) => {
      if (state.of !== "running") void run(request);
    },
    running: state.of === "running",
    progress,
    exported: state.of === "exported" ? state.exported : null,
    failure: cancelled ? null : failure,
    cancelled,
    cancel,
    reset: () => {
      if (state.of !== "running") setState({ of: "nothing" });
    },
  };
}

function useProgress(topic: string | null): ExportProgress | null {
  const [slow, setSlow] = useState<string | null>(null);
  useEffect(() => {
    if (topic === null) return;
    const timer = setTimeout(() => setSlow(topic), SLOW_MS);
    return () => clearTimeout(timer);
  }, [topic]);
  const isSlow = topic !== null && slow === topic;
  const progress = useCommandQuery(
    "export_progress",
    { topic: topic ?? "" },
    { enabled: isSlow, refetchInterval: FOLLOW_MS, staleTime: 0 },
  );
  // Slow is slow, also before the first answer.
  return isSlow ? (progress.data ?? { running: true, rows: 0, seen: 0, estimated: null }) : null;
}

/** An export that is over cannot be cancelled any more: that is no failure. */
function cancelExport(topic: string): void {
  platform()
    .invoke("export_cancel", { topic })
    .catch(() => {});
}
