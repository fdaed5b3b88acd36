// What the tail does not show, and why it stands still.
import type { ReactNode } from "react";
import { formatCount, StateGlyph } from "@/components";
import classes from "./Tail.module.css";
import { waitingWords } from "./tail";
import type { LiveTail } from "./use-tail";

type Props = {
  tail: LiveTail;
  /** By hand. */
  paused: boolean;
};

export function TailLine({ tail, paused }: Props) {
  const { announced, line } = words(tail, paused);
  return (
    <>
      <p className={classes.line}>{line}</p>
      {/* Without the numbers, which change every second. */}
      <span className="hidden" role="status">
        {announced}
      </span>
    </>
  );
}

function words(tail: LiveTail, paused: boolean): { announced: string; line: ReactNode } {
  if (tail.failure) {
    return {
      announced: "The live tail cannot read anything new.",
      line: (
        <>
          <StateGlyph state="warning" label="" /> Nothing new could be read: {tail.failure.message} It is
          tried again.
        </>
      ),
    };
  }
  if (paused) {
    return {
      announced: "The live tail is paused.",
      line: `Paused.${tail.waiting > 0 ? ` ${waitingWords(tail.waiting)} since.` : ""}`,
    };
  }
  if (tail.waiting > 0) {
    return {
      announced: "The live tail is held while you are on a row.",
      line: `Held while you are on a row · ${waitingWords(tail.waiting)}`,
    };
  }
  if (tail.rate === null) return { announced: "", line: "Looking for what comes in…" };
  if (tail.sampled) {
    return {
      announced: "The live tail shows a sample.",
      line: (
        <>
          <StateGlyph state="warning" label="" /> {formatCount(Math.round(tail.rate))} calls a second come in,
          more than can be shown: this is a sample of the newest. Everything is in the log.
        </>
      ),
    };
  }
  return { announced: "The live tail shows everything.", line: "Everything that comes in is shown." };
}
