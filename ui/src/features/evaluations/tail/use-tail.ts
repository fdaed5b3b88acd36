// Looks on while calls come in: asks every second, one question at a time, and holds the newest rows. While paused the
// rows stay as they were, and what comes is counted.
import { useEffect, useRef, useState } from "react";
import type { EvaluationFilter } from "@/contract";
import { CommandFailure, platform } from "@/platform";
import { NO_TAIL, type Tail, withAnswer } from "./tail";

/** How often, in milliseconds. */
const EVERY_MS = 1_000;
/** Rows an answer brings at most: what a person can see go by. */
const MOST_ROWS = 100;

export type LiveTail = Pick<Tail, "rows" | "sampled" | "waiting"> & {
  /** Calls a second; null before the first answer, and while nothing can be read. */
  rate: number | null;
  failure: CommandFailure | null;
};

export function useTail(filter: EvaluationFilter, live: boolean, paused: boolean): LiveTail {
  const [tail, setTail] = useState<Tail>(NO_TAIL);
  const [failure, setFailure] = useState<CommandFailure | null>(null);
  /** As it was when it was paused; what is paused before the first answer waits for that. */
  const held = useRef<Tail | null>(null);
  if (!paused) held.current = null;
  else if (tail.cursor !== null) held.current ??= tail;
  const asked = JSON.stringify(filter);

  useEffect(() => {
    if (!live) return;
    const stop = new AbortController();
    let current = NO_TAIL;
    held.current = null;
    setTail(NO_TAIL);
    setFailure(null);
    const { from: _, to: __, ...kept } = JSON.parse(asked) as EvaluationFilter;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look() {
      try {
        const answer = await platform().invoke(
          "evaluations_since",
          {
            filter: kept,
            limit: MOST_ROWS,
            ...(current.cursor === null ? {} : { after: current.cursor }),
            ...(held.current?.cursor ? { held: held.current.cursor } : {}),
          },
          stop.signal,
        );
        current = withAnswer(current, answer);
        setTail(current);
        setFailure(null);
      } catch (thrown) {
        if (stop.signal.aborted) return;
        setFailure(CommandFailure.from(thrown));
      }
      if (!stop.signal.aborted) timer = setTimeout(look, EVERY_MS);
    }
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [asked, live]);

  return {
    rows: (held.current ?? tail).rows,
    rate: failure || tail === NO_TAIL ? null : tail.rate,
    sampled: tail.sampled,
    waiting: held.current ? tail.waiting : 0,
    failure,
  };
}
