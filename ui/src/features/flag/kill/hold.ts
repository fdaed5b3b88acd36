// The hold as a state machine: a fresh press starts it, 0.8 s finish it, letting go early cancels it, and
// a press too short to be meant as a hold asks for the dialog instead. Pure; times are in milliseconds.

export const HOLD_MS = 800;
/** A shorter press is a click. */
export const CLICK_MS = 250;

export type HoldState = { phase: "idle" } | { phase: "holding"; since: number };

export type HoldEvent =
  /** `repeat`: the key was down before, as with the Enter that chose a palette row. */
  | { kind: "press"; at: number; repeat: boolean }
  | { kind: "release"; at: number }
  /** The pointer left, the focus left, the window went away. */
  | { kind: "abandon" }
  | { kind: "tick"; at: number };

export type HoldOutcome = "none" | "started" | "clicked" | "cancelled" | "done";

export function hold(state: HoldState, event: HoldEvent): { state: HoldState; outcome: HoldOutcome } {
  const idle: HoldState = { phase: "idle" };
  if (state.phase === "idle") {
    if (event.kind !== "press" || event.repeat) return { state, outcome: "none" };
    return { state: { phase: "holding", since: event.at }, outcome: "started" };
  }
  if (event.kind === "press") return { state, outcome: "none" };
  if (event.kind === "abandon") return { state: idle, outcome: "cancelled" };
  const held = event.at - state.since;
  if (held >= HOLD_MS) return { state: idle, outcome: "done" };
  if (event.kind === "tick") return { state, outcome: "none" };
  return { state: idle, outcome: held < CLICK_MS ? "clicked" : "cancelled" };
}
