// A button that must be held: mouse, touch, Enter or Space for 0.8 s, while a ring fills. A plain click, and
// assistive technology, ask for a confirmation instead. With reduced motion a countdown replaces the ring.
import { useReducedMotion } from "@mantine/hooks";
import { type ReactNode, type Ref, useEffect, useRef, useState } from "react";
import classes from "./HoldButton.module.css";
import { HOLD_MS, type HoldEvent, type HoldState, hold } from "./hold";

type Props = {
  children: ReactNode;
  /** Names it where the text beside it says which flag is meant. */
  label?: string;
  /** As in "Keep holding to kill checkout-v2". */
  holdingLabel: string;
  tone: "kill" | "warning";
  /** `large` is read from two metres. */
  size?: "normal" | "large";
  disabled?: boolean;
  autoFocus?: boolean;
  tabIndex?: number;
  ref?: Ref<HTMLButtonElement>;
  onDone: () => void;
  onClick: () => void;
  onFocus?: () => void;
  /** What to read out: started, cancelled. */
  onAnnounce: (text: string) => void;
};

const RADIUS = 7;
const RING = 2 * Math.PI * RADIUS;
/** How often, in milliseconds, to look whether it was held long enough, and to count down. */
const LOOK_MS = 50;

export function HoldButton(props: Props) {
  const { children, label, holdingLabel, tone, size = "normal", disabled = false, autoFocus = false } = props;
  const state = useRef<HoldState>({ phase: "idle" });
  const [holding, setHolding] = useState(false);
  const [left, setLeft] = useState(HOLD_MS);
  const calm = useReducedMotion();
  /** What the pointer last did to it; nothing before the click of a screen reader or a switch device. */
  const pointer = useRef<"nothing" | "pressed" | "tapped">("nothing");
  const latest = useRef(props);
  latest.current = props;

  function send(event: HoldEvent) {
    const next = hold(state.current, event);
    state.current = next.state;
    setHolding(next.state.phase === "holding");
    const { onAnnounce, onDone } = latest.current;
    if (next.outcome === "started") {
      setLeft(HOLD_MS);
      onAnnounce(`${holdingLabel}.`);
    }
    if (next.outcome === "cancelled") onAnnounce("Cancelled. Nothing was killed.");
    if (next.outcome === "done") onDone();
    return next.outcome;
  }
  const sendLatest = useRef(send);
  sendLatest.current = send;

  useEffect(() => {
    if (!holding) return;
    const since = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      setLeft(Math.max(0, HOLD_MS - (now - since)));
      sendLatest.current({ kind: "tick", at: now });
    }, LOOK_MS);
    const abandon = () => sendLatest.current({ kind: "abandon" });
    window.addEventListener("blur", abandon);
    return () => {
      clearInterval(timer);
      window.removeEventListener("blur", abandon);
    };
  }, [holding]);

  const isHoldKey = (key: string) => key === "Enter" || key === " ";
  return (
    <button
      ref={props.ref}
      type="button"
      className={classes.button}
      data-tone={tone}
      data-size={size}
      data-holding={holding}
      data-calm={calm}
      disabled={disabled}
      tabIndex={props.tabIndex}
      aria-label={label}
      {...(autoFocus ? { "data-autofocus": true } : {})}
      onFocus={props.onFocus}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        pointer.current = "pressed";
        send({ kind: "press", at: performance.now(), repeat: false });
      }}
      onPointerUp={() => {
        const outcome = send({ kind: "release", at: performance.now() });
        if (outcome === "clicked") pointer.current = "tapped";
      }}
      onPointerLeave={() => send({ kind: "abandon" })}
      onPointerCancel={() => {
        // No click follows it, so that the next one is a screen reader's again.
        pointer.current = "nothing";
        send({ kind: "abandon" });
      }}
      onBlur={() => send({ kind: "abandon" })}
      onKeyDown={(event) => {
        if (!isHoldKey(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        send({ kind: "press", at: performance.now(), repeat: event.repeat });
      }}
      onKeyUp={(event) => {
        if (!isHoldKey(event.key)) return;
        event.preventDefault();
        if (send({ kind: "release", at: performance.now() }) === "clicked") props.onClick();
      }}
      onClick={() => {
        // Not before the click: a tap's comes after the finger is gone, and would hit what this opens.
        if (pointer.current !== "pressed") props.onClick();
        pointer.current = "nothing";
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      {holding && !calm ? <Ring /> : null}
      <span className={classes.text}>
        {holding ? `Keep holding…${calm ? ` ${(left / 1000).toFixed(1)} s` : ""}` : children}
      </span>
    </button>
  );
}

function Ring() {
  return (
    <svg className={classes.ring} viewBox="0 0 18 18" aria-hidden>
      <circle cx="9" cy="9" r={RADIUS} className={classes.track} />
      <circle cx="9" cy="9" r={RADIUS} className={classes.progress} strokeDasharray={RING} />
    </svg>
  );
}
