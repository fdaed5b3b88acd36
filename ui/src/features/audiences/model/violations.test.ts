import { expect, test } from "vitest";
import { MRR, PLAN, tree } from "./testing";
import { refusals } from "./violations";

test("each refusal goes beside what it is about, two of one field together", () => {
  const sent = tree({ all: [PLAN, MRR] });
  const found = refusals(
    [
      { path: "name", message: "must not be empty" },
      { path: "changes.condition.all[1].value", message: "must be a number" },
      { path: "condition.all[1].value", message: "must be small." },
      { path: "condition.all", message: "is empty; add a condition" },
    ],
    sent,
  );
  expect(found.fields).toEqual({ name: "Must not be empty." });
  expect(found.nodes.get(sent.children[1]?.id ?? "")).toEqual({ value: "Must be a number. Must be small." });
  expect(found.nodes.get(sent.id)).toEqual({ "": "Is empty; add a condition." });
});
