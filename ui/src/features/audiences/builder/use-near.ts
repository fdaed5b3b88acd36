// Which rows are near the part of the page that one sees: the others are drawn once they come there. One observer for
// all rows of a builder.
import { type RefObject, startTransition, useEffect, useRef, useState } from "react";
import { scrollParent } from "./scroll-parent";

/** So far, in pixels, outside of what one sees a row is drawn already. */
const AHEAD = 240;

export type Near = {
  /** Calls `draw` once when the row comes near, or when it is asked for; answers how to stop waiting. */
  wait: (id: string, row: Element, draw: () => void) => () => void;
  /** The row is needed now, wherever it is. */
  drawNow: (id: string) => void;
};

/** `root` holds the rows. Null where nobody can tell what is seen: then every row is drawn. */
export function useNear(root: RefObject<HTMLElement | null>): Near | null {
  const observer = useRef<IntersectionObserver | null>(null);
  useEffect(() => () => observer.current?.disconnect(), []);
  const [near] = useState<Near | null>(() => {
    if (typeof IntersectionObserver === "undefined") return null;
    const waiting = new Map<string, { row: Element; draw: () => void }>();
    const ids = new WeakMap<Element, string>();
    const drawNow = (id: string) => {
      const found = waiting.get(id);
      if (!found) return;
      waiting.delete(id);
      observer.current?.unobserve(found.row);
      found.draw();
    };
    const observe = (row: Element) => {
      observer.current ??= new IntersectionObserver(
        (entries) => {
          // Many at once when somebody scrolls far: typing goes first.
          startTransition(() => {
            for (const { isIntersecting, target } of entries)
              if (isIntersecting) drawNow(ids.get(target) ?? "");
          });
        },
        { root: root.current && scrollParent(root.current), rootMargin: `${AHEAD}px 0px` },
      );
      observer.current.observe(row);
    };
    return {
      wait: (id, row, draw) => {
        ids.set(row, id);
        waiting.set(id, { row, draw });
        observe(row);
        return () => {
          if (waiting.get(id)?.row === row) waiting.delete(id);
          observer.current?.unobserve(row);
        };
      },
      drawNow,
    };
  });
  return near;
}
