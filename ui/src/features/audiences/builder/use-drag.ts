// Moving a row or group with the pointer: a line shows where it would go, Escape gives it up. While it lasts
// nothing is drawn anew but that line.
import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
} from "react";
import type { Place } from "../model/edit";
import { scrollParent } from "./scroll-parent";

/** How far, in pixels, the pointer goes before a click becomes a drag. */
const SLOP = 4;
/** So near, in pixels, to an edge the page scrolls, and how far at a time. */
const EDGE = 32;
const SCROLL_STEP = 8;

type Slot = Place & { left: number; width: number; top: number };

type Options = {
  /** Holds every node as `[data-node]` inside its group's `[data-children]`. */
  root: RefObject<HTMLElement | null>;
  line: RefObject<HTMLElement | null>;
  allowed: (id: string, place: Place) => boolean;
  onDrop: (id: string, place: Place) => void;
};

export type Grab = (id: string, event: ReactPointerEvent<HTMLElement>, dropped: () => void) => void;

export function useDrag(options: Options): Grab {
  const latest = useRef(options);
  latest.current = options;
  const end = useRef<(() => void) | null>(null);
  useEffect(() => () => end.current?.(), []);

  return useCallback((id, event, dropped) => {
    if (event.button !== 0) return;
    const { root, line } = latest.current;
    const whole = root.current;
    const dragged = whole?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
    if (!whole || !dragged) return;
    const from = event.clientY;
    const pointer = { x: event.clientX, y: event.clientY };
    const scrolled = scrollParent(whole);
    let slot: Slot | null = null;
    let dragging = false;
    let scrolling = 0;

    const show = () => {
      const found = slots(whole, dragged).filter((each) => latest.current.allowed(id, each));
      slot = nearest(found, pointer);
      const mark = line.current;
      if (!mark) return;
      mark.hidden = slot === null;
      if (slot === null) return;
      const around = whole.getBoundingClientRect();
      mark.style.top = `${slot.top - around.top}px`;
      mark.style.left = `${slot.left - around.left}px`;
      mark.style.width = `${slot.width}px`;
    };
    const scroll = () => {
      const { top, bottom } = scrolled.getBoundingClientRect();
      const by = pointer.y < top + EDGE ? -SCROLL_STEP : pointer.y > bottom - EDGE ? SCROLL_STEP : 0;
      if (by !== 0) {
        scrolled.scrollTop += by;
        show();
      }
      scrolling = requestAnimationFrame(scroll);
    };
    const move = ({ clientX, clientY }: PointerEvent) => {
      Object.assign(pointer, { x: clientX, y: clientY });
      if (!dragging && Math.abs(clientY - from) >= SLOP) {
        dragging = true;
        dragged.dataset.dragging = "true";
        scrolling = requestAnimationFrame(scroll);
      }
      if (dragging) show();
    };
    const stop = () => {
      end.current = null;
      cancelAnimationFrame(scrolling);
      delete dragged.dataset.dragging;
      if (line.current) line.current.hidden = true;
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", drop);
      window.removeEventListener("pointercancel", stop);
      window.removeEventListener("keydown", press, true);
    };
    const drop = () => {
      const target = slot;
      stop();
      if (!dragging) return;
      dropped();
      if (target) latest.current.onDrop(id, target);
    };
    const press = (key: KeyboardEvent) => {
      if (key.key !== "Escape" || !dragging) return;
      key.preventDefault();
      key.stopPropagation();
      dropped();
      stop();
    };
    end.current?.();
    end.current = stop;
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", stop);
    window.addEventListener("keydown", press, true);
  }, []);
}

/** Every place that something could go to, with where its line would be. */
function slots(whole: HTMLElement, dragged: HTMLElement): ReadonlyArray<Slot> {
  const found: Array<Slot> = [];
  for (const group of whole.querySelectorAll<HTMLElement>("[data-children]")) {
    if (dragged.contains(group)) continue;
    const to = group.dataset.children ?? "";
    const { left, width, bottom } = group.getBoundingClientRect();
    const nodes = [...group.children].filter(
      (child): child is HTMLElement => child instanceof HTMLElement && child.dataset.node !== undefined,
    );
    const at = nodes.indexOf(dragged);
    nodes.forEach((node, index) => {
      // Before itself and before the next one is where it is.
      if (at >= 0 && (index === at || index === at + 1)) return;
      found.push({
        to,
        before: node.dataset.node ?? null,
        left,
        width,
        top: node.getBoundingClientRect().top - 4,
      });
    });
    if (at < 0 || at < nodes.length - 1) found.push({ to, before: null, left, width, top: bottom + 2 });
  }
  return found;
}

/** The nearest line; of lines at nearly one height the innermost that the pointer is right of. */
function nearest(found: ReadonlyArray<Slot>, { x, y }: { x: number; y: number }): Slot | null {
  const distance = (slot: Slot) => Math.abs(slot.top - y) + (x < slot.left ? (slot.left - x) / 2 : 0);
  let best: Slot | null = null;
  for (const slot of found) if (best === null || distance(slot) < distance(best)) best = slot;
  return best;
}
