// A time as its distance from now; the absolute time, with its zone, on hover and on focus.
import { useSyncExternalStore } from "react";
import { absoluteTime, relativeTime } from "./format";
import { useHint } from "./hint";

/** One clock for all times on the page, in steps of 30 s. */
const STEP_MS = 30_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, STEP_MS);
  return () => {
    listeners.delete(tell);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time now, in steps of half a minute, as milliseconds since 1970. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    const current = Date.now();
    // Without the timer's help when nobody listened for a while.
    if (current - now > STEP_MS) now = current;
    return now;
  });
}

type Props = {
  /** ISO 8601. */
  at: string;
  /** Reachable by Tab, where the row around it is not. */
  focusable?: boolean;
};

export function RelativeTime({ at, focusable = false }: Props) {
  const date = new Date(at);
  const shownNow = new Date(Math.max(useNow(), date.getTime() > Date.now() - STEP_MS ? Date.now() : 0));
  const hint = useHint(absoluteTime(date));
  return (
    <time dateTime={at} className="num" {...hint} {...(focusable ? { tabIndex: 0 } : {})}>
      {relativeTime(date, shownNow)}
    </time>
  );
}
