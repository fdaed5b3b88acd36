// How old a count is: by the second while it is fresh, so that one sees it age.
import { useEffect, useState } from "react";
import { absoluteTime } from "./format";
import { useHint } from "./hint";
import { RelativeTime } from "./RelativeTime";

const SECOND_MS = 1_000;
const FRESH_S = 60;
/** By Tab: what shows on hover shows on focus too. */
const REACHABLE = { tabIndex: 0 };

export function CountedAge({ at }: { at: string }) {
  const seconds = useSeconds(at);
  const hint = useHint(absoluteTime(new Date(at)));
  if (seconds >= FRESH_S) return <RelativeTime at={at} focusable />;
  return (
    // Read out once, not every second.
    <time dateTime={at} className="num" aria-live="off" {...hint} {...REACHABLE}>
      {seconds < 1 ? "just now" : `${seconds} s ago`}
    </time>
  );
}

function useSeconds(at: string): number {
  const [, tick] = useState(0);
  const seconds = Math.max(0, Math.floor((Date.now() - new Date(at).getTime()) / SECOND_MS));
  const fresh = seconds < FRESH_S;
  useEffect(() => {
    if (!fresh) return;
    const timer = setInterval(() => tick((ticks) => ticks + 1), SECOND_MS);
    return () => clearInterval(timer);
  }, [fresh]);
  return seconds;
}
