// Kills or restores one flag. What does not get through at once (somebody holds the row, the database is away) is
// tried by the app in the background; this follows it until it got through, was refused, or is called off.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { commandKey, invalidateTags, useCommandMutation, useCommandQuery } from "@/api";
import type { Blocker, KillResult } from "@/contract";
import { CommandFailure } from "@/platform";
import { remember } from "./ours";

/** How often, in milliseconds, to look how an attempt in the background goes. */
const FOLLOW_MS = 250;

export type Switching = {
  /** On its way, for the first time. */
  busy: boolean;
  /** It did not get through and is tried again and again: why. */
  trying: { problem: CommandFailure; blocker: Blocker | null } | null;
  /** Refused, or given up. */
  failure: CommandFailure | null;
  start: (note: string) => void;
  callOff: () => void;
};

export function useSwitch(
  flagId: string,
  does: "kill" | "restore",
  onDone: (result: KillResult) => void,
): Switching {
  const client = useQueryClient();
  const kill = useCommandMutation(does === "kill" ? "flag_kill" : "flag_restore");
  const callingOff = useCommandMutation("kill_call_off");
  /** Why it is tried in the background; null while it is not. */
  const [held, setHeld] = useState<CommandFailure | null>(null);
  const [failure, setFailure] = useState<CommandFailure | null>(null);
  const latest = useRef(onDone);
  latest.current = onDone;

  const request = { flag: flagId };
  const attempt = useCommandQuery("kill_attempt", request, {
    enabled: held !== null,
    refetchInterval: FOLLOW_MS,
    staleTime: 0,
  }).data;

  const finish = (result: KillResult) => {
    if (does === "kill") remember({ flagId, seq: result.seq, version: result.flag.version });
    latest.current(result);
  };
  const finishLatest = useRef(finish);
  finishLatest.current = finish;

  useEffect(() => {
    if (held === null || !attempt || attempt.state === "trying") return;
    setHeld(null);
    if (attempt.state === "failed") {
      setFailure(attempt.problem ? CommandFailure.from(attempt.problem) : held);
    } else if (attempt.result) {
      void invalidateTags(client, ["flags", "audit"]);
      finishLatest.current(attempt.result);
    }
  }, [held, attempt, client]);

  function start(note: string) {
    setFailure(null);
    setHeld(null);
    kill.mutate(
      { ...request, ...(note.trim() === "" ? {} : { note: note.trim() }) },
      {
        onSuccess: (result) => finishLatest.current(result),
        onError: (problem) => {
          if (!goesOn(problem, does)) return setFailure(problem);
          // The answer to an attempt before this one must not be taken for its own.
          client.removeQueries({ queryKey: commandKey("kill_attempt", request) });
          setHeld(problem);
        },
      },
    );
  }

  const problem = attempt?.problem ? CommandFailure.from(attempt.problem) : held;
  return {
    busy: kill.isPending,
    trying: held && problem ? { problem, blocker: attempt?.blocker ?? held.details.blocker ?? null } : null,
    failure,
    start,
    callOff: () => {
      setHeld(null);
      callingOff.mutate(request);
    },
  };
}

/** Whether the app goes on trying by itself: what exposes is not done later, when nobody looks. */
function goesOn({ code }: CommandFailure, does: "kill" | "restore"): boolean {
  return code === "blocked" || (does === "kill" && (code === "database_unavailable" || code === "timeout"));
}
