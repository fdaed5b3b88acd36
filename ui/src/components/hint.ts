// A hint beside what the pointer or the focus is on. One for the whole page, made when first needed: lists have
// hundreds of times and buttons, and a tooltip component for each would cost more than the row it is in.
import { type FocusEvent, type MouseEvent, useEffect, useRef } from "react";
import classes from "./hint.module.css";

/** Long enough not to flicker while the pointer crosses a list. */
const DELAY_MS = 250;
const GAP = 6;
const ID = "halyard-hint";

let box: HTMLDivElement | null = null;
let shownFor: Element | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

function show(anchor: Element, text: string): void {
  if (!anchor.isConnected) return;
  box ??= document.createElement("div");
  box.id = ID;
  box.role = "tooltip";
  box.className = classes.hint ?? "";
  box.textContent = text;
  document.body.append(box);
  const around = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.min(Math.max(4, around.left + around.width / 2 - width / 2), innerWidth - width - 4);
  const above = around.top - height - GAP;
  box.style.left = `${left}px`;
  box.style.top = `${above < 4 ? around.bottom + GAP : above}px`;
  shownFor = anchor;
  anchor.setAttribute("aria-describedby", ID);
}

function hide(anchor?: Element): void {
  clearTimeout(timer);
  if (anchor && shownFor !== anchor) return;
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  box?.remove();
}

/** Props that give an element a hint on hover and on focus. */
export function useHint(text: string) {
  const anchor = useRef<Element | null>(null);
  useEffect(() => () => hide(anchor.current ?? undefined), []);
  // What the hint says may change while it shows, as in "Copied".
  useEffect(() => {
    if (shownFor !== null && shownFor === anchor.current) show(shownFor, text);
  }, [text]);
  return {
    onMouseEnter: ({ currentTarget }: MouseEvent<Element>) => {
      anchor.current = currentTarget;
      clearTimeout(timer);
      timer = setTimeout(() => show(currentTarget, text), DELAY_MS);
    },
    onMouseLeave: ({ currentTarget }: MouseEvent<Element>) => hide(currentTarget),
    onFocus: ({ currentTarget }: FocusEvent<Element>) => {
      anchor.current = currentTarget;
      show(currentTarget, text);
    },
    onBlur: ({ currentTarget }: FocusEvent<Element>) => hide(currentTarget),
  };
}
