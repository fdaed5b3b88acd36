// For how long something has been shown, for what cannot say how far it is.
import { useEffect, useState } from "react";

/** Whole seconds, from `since` on. */
export function useElapsedSeconds(since = 0): number {
  const [seconds, setSeconds] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((last) => last + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
