// Looks on while calls come in: asks every second, one question at a time, and holds the newest rows. While paused it
// goes on counting, and the rows stay as they were.
import { useEffect, useRef, useState } from "react";
import type { EvaluationFilter, EvaluationRow } from "@/contract";
import { CommandFailure, platform } from "@/platform";
import { NO_TAIL, type Tail, waiting, withAnswer } from "./tail";

/** How often, in milliseconds. */
const EVERY_MS = 1_000;
/** Rows an answer brings at most: what a person can see go by. */
const MOST_ROWS = 100;

export type LiveTail = {
  rows: ReadonlyArray<EvaluationRow>;
  rate: number;
  sampled: boolean;
  /** How many came in since it was paused. */
  waiting: number;
  failure: CommandFailure | null;
};

export function useTail(filter: EvaluationFilter, live: boolean, paused: boolean): LiveTail {
  const [tail, setTail] = useState<Tail>(NO_TAIL);
  const [failure, setFailure] = useState<CommandFailure | null>(null);
  const shown = useRef<ReadonlyArray<EvaluationRow>>(NO_TAIL.rows);
  const asked = JSON.stringify(filter);

  useEffect(() => {
    if (!live) return;
    const stop = new AbortController();
    let current = NO_TAIL;
    setTail(NO_TAIL);
    setFailure(null);
    const { from: _, to: __, ...kept } = JSON.parse(asked) as EvaluationFilter;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look() {
      try {
        const answer = await platform().invoke(
          "evaluations_since",
          { filter: kept, limit: MOST_ROWS, ...(current.cursor === null ? {} : { after: current.cursor }) },
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

  if (!paused) shown.current = tail.rows;
  return {
    rows: shown.current,
    rate: tail.rate,
    sampled: tail.sampled,
    waiting: paused ? waiting(tail.rows, shown.current) : 0,
    failure,
  };
}
