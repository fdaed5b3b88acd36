import { expect, it } from "vitest";
import { rule } from "../testing";
import { fieldErrors } from "./violations";

it("every violation finds its field, by the order in which rules were sent", () => {
  const errors = fieldErrors(
    [
      { path: "rules[1].percentage", message: "At most 3 decimals." },
      { path: "rules[1].percentage", message: "And more." },
      { path: "rules[0].value", message: "Must be true or false." },
      { path: "rules[0].value.deep[3]", message: "NUL." },
      { path: "rules[0]", message: "Odd." },
      { path: "rules", message: "At most 20 rules." },
      { path: "defaultValue", message: "Wrong type." },
      { path: "rules[9].value", message: "Nobody's." },
      { path: "changes.note", message: "Too long." },
    ],
    [rule("x"), rule("y")],
  );
  expect(errors.rules.get("y")).toEqual({ percentage: "At most 3 decimals. And more." });
  expect(errors.rules.get("x")).toEqual({ value: "Must be true or false. NUL.", rule: "Odd." });
  expect(Object.fromEntries(errors.fields)).toEqual({
    rules: "At most 20 rules. Nobody's.",
    defaultValue: "Wrong type.",
    note: "Too long.",
  });
});
