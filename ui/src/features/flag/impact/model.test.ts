import { describe, expect, it } from "vitest";
import { plainText } from "../model/phrase";
import { customersMoved, figures, figureText, largestFirst, moveLabel, takenByRules } from "./model";

const text = (given: ReturnType<typeof figures>) =>
  given.map((figure) => `${figureText(figure)} ${plainText(figure.words)}`);

describe("the figures of an edit", () => {
  it("say who gains and who loses the one value beside the default", () => {
    const moved = {
      defaults: { before: false, after: false },
      others: [true],
      moves: [{ from: false, to: true, customers: 722 }],
    };
    expect(text(figures(moved))).toEqual(["+722 gain `true`", "0 lose `true`"]);
    const back = { ...moved, moves: [{ from: true, to: false, customers: 1_204 }] };
    expect(text(figures(back))).toEqual(["0 gain `true`", "−1,204 lose `true`"]);
  });

  it("tell leaving the default from changing between other values", () => {
    const moved = {
      defaults: { before: "a", after: "a" },
      others: ["b", "c"],
      moves: [
        { from: "a", to: "b", customers: 10 },
        { from: "b", to: "c", customers: 5 },
        { from: "c", to: "a", customers: 2 },
      ],
    };
    expect(text(figures(moved))).toEqual(["+10 leave the default", "−2 fall back to it", "5 change value"]);
  });

  it("count a changed default as changing value, not as leaving it", () => {
    const moved = {
      defaults: { before: 1, after: 2 },
      others: [3],
      moves: [{ from: 1, to: 2, customers: 900 }],
    };
    expect(text(figures(moved))).toEqual(["0 leave the default", "0 fall back to it", "900 change value"]);
  });
});

it("moves are summed, named and put in order", () => {
  const moves = [
    { from: "a", to: "b", customers: 1 },
    { from: "b", to: "a", customers: 3 },
  ];
  expect(customersMoved(moves)).toBe(4);
  expect(largestFirst(moves).map((move) => moveLabel(move))).toEqual(["b → a", "a → b"]);
});

describe("a rule that reaches nobody", () => {
  it("names the rules above that took its people, in their order", () => {
    const taken = [
      { ruleId: "y", customers: 82 },
      { ruleId: "x", customers: 400 },
    ];
    expect(takenByRules(taken, ["x", "y", "z"])).toBe("rules 1 and 2 take all 482.");
    expect(takenByRules(taken.slice(0, 1), ["x", "y", "z"])).toBe("rule 2 takes all 82.");
  });

  it("names none when none took anybody, or the count is of other rules", () => {
    expect(takenByRules([], ["x"])).toBeNull();
    expect(takenByRules([{ ruleId: "gone", customers: 3 }], ["x"])).toBeNull();
  });
});
