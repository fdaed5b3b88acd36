// A button that must be held: mouse, touch, Enter or Space for 0.8 s. A plain click, and assistive
// technology, ask for a confirmation instead. With reduced motion a countdown replaces the ring.
import { useReducedMotion } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef, useState } from "react";
import classes from "./HoldButton.module.css";
import { HOLD_MS, type HoldEvent, type HoldState, hold } from "./hold";

type Props = {
  children: ReactNode;
  /** As in "Keep holding to kill checkout-v2". */
  holdingLabel: string;
  tone: "kill" | "warning";
  disabled?: boolean;
  onDone: () => void;
  onClick: () => void;
  /** What to read out: started, cancelled. */
  onAnnounce: (text: string) => void;
};

const RING = 2 * Math.PI * 7;

export function HoldButton({
  children,
  holdingLabel,
  tone,
  disabled = false,
  onDone,
  onClick,
  onAnnounce,
}: Props) {
  const state = useRef<HoldState>({ phase: "idle" });
  const [holding, setHolding] = useState(false);
  const [left, setLeft] = useState(HOLD_MS);
  const calm = useReducedMotion();
  const handled = useRef(false);

  const latest = useRef({ onDone, onClick, onAnnounce });
  latest.current = { onDone, onClick, onAnnounce };

  function send(event: HoldEvent) {
    const next = hold(state.current, event);
    state.current = next.state;
    setHolding(next.state.phase === "holding");
    if (next.outcome === "started") {
      setLeft(HOLD_MS);
      latest.current.onAnnounce(`${holdingLabel}.`);
    }
    if (next.outcome === "cancelled") latest.current.onAnnounce("Cancelled. Nothing was killed.");
    if (next.outcome === "clicked") latest.current.onClick();
    if (next.outcome === "done") latest.current.onDone();
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
    }, 50);
    const abandon = () => sendLatest.current({ kind: "abandon" });
    window.addEventListener("blur", abandon);
    return () => {
      clearInterval(timer);
      window.removeEventListener("blur", abandon);
    };
  }, [holding]);

  return (
    <button
      type="button"
      className={classes.button}
      data-tone={tone}
      data-holding={holding}
      disabled={disabled}
      data-autofocus
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        handled.current = true;
        send({ kind: "press", at: performance.now(), repeat: false });
      }}
      onPointerUp={() => send({ kind: "release", at: performance.now() })}
      onPointerLeave={() => send({ kind: "abandon" })}
      onPointerCancel={() => send({ kind: "abandon" })}
      onBlur={() => send({ kind: "abandon" })}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        send({ kind: "press", at: performance.now(), repeat: event.repeat });
      }}
      onKeyUp={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        send({ kind: "release", at: performance.now() });
      }}
      onClick={() => {
        // A click without a press is a screen reader's or a switch device's.
        if (!handled.current) onClick();
        handled.current = false;
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      {holding && !calm ? (
        <svg className={classes.ring} viewBox="0 0 18 18" width="18" height="18" aria-hidden>
          <circle cx="9" cy="9" r="7" className={classes.track} />
          <circle
            cx="9"
            cy="9"
            r="7"
            className={classes.progress}
            strokeDasharray={RING}
            strokeDashoffset={RING * (left / HOLD_MS)}
          />
        </svg>
      ) : null}
      <span>{holding ? `Keep holding…${calm ? ` ${(left / 1000).toFixed(1)} s` : ""}` : children}</span>
    </button>
  );
}
