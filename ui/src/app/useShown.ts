// Tells the shell, once, that the first page with data is on the screen.
import { useEffect } from "react";
import { platform } from "@/platform";

let told = false;

/** `ready`: the page shows data now. The second of two frames begins when the first has been painted. */
export function useShown(ready: boolean): void {
  useEffect(() => {
    if (!ready || told) return;
    told = true;
    requestAnimationFrame(() => requestAnimationFrame(() => platform().shown()));
  }, [ready]);
}
