import { expect, it } from "vitest";
import { HOLD_MS, type HoldEvent, type HoldOutcome, type HoldState, hold } from "./hold";

function run(...events: Array<HoldEvent>): Array<HoldOutcome> {
  let state: HoldState = { phase: "idle" };
  return events.map((event) => {
    const next = hold(state, event);
    state = next.state;
    return next.outcome;
  });
}
const press = (at: number, repeat = false): HoldEvent => ({ kind: "press", at, repeat });
const release = (at: number): HoldEvent => ({ kind: "release", at });
const tick = (at: number): HoldEvent => ({ kind: "tick", at });

it("a press held for 0.8 s is done", () => {
  expect(run(press(0), tick(400), tick(HOLD_MS))).toEqual(["started", "none", "done"]);
});

it("a release that comes late for want of a tick still counts", () => {
  expect(run(press(0), release(900))).toEqual(["started", "done"]);
});

it("letting go early cancels", () => {
  expect(run(press(0), release(600), tick(900))).toEqual(["started", "cancelled", "none"]);
  expect(run(press(0), { kind: "abandon" }, tick(900))).toEqual(["started", "cancelled", "none"]);
});

it("a plain click asks instead", () => {
  expect(run(press(0), release(90))).toEqual(["started", "clicked"]);
});

it("a key that was down already starts nothing, however long it stays down", () => {
  expect(run(press(0, true), press(30, true), tick(900), release(1_000))).toEqual([
    "none",
    "none",
    "none",
    "none",
  ]);
});

it("key repeat does not restart a hold", () => {
  expect(run(press(0), press(300, true), tick(HOLD_MS))).toEqual(["started", "none", "done"]);
});
