import { expect, test } from "vitest";
import { chosenSpan, endsInThePast, filterWords, isFiltered, NO_FILTERS } from "./filter";

test("an empty list says all that it looked for", () => {
  expect(filterWords(NO_FILTERS)).toBe("No app asked for a flag.");
  expect(
    filterWords({
      ...NO_FILTERS,
      flag: "a",
      entity: "cus_1",
      value: '"x"',
      rule: { id: "r1", label: "rule 1" },
      sdk: { kind: "name", text: "web" },
      source: "ofrep",
    }),
  ).toBe("No app asked for a for cus_1 that got x, by rule 1, through OFREP, with an SDK: web.");
});

test("a span that is open at an end reaches to the oldest, or to now", () => {
  expect(chosenSpan(NO_FILTERS, 100)).toBeNull();
  expect(chosenSpan({ ...NO_FILTERS, from: 10 }, 100)).toEqual({ from: 10, to: 100 });
  expect(endsInThePast({ ...NO_FILTERS, to: 50 }, 100)).toBe(true);
  expect(endsInThePast({ ...NO_FILTERS, from: 50 }, 100)).toBe(false);
  expect(isFiltered({ ...NO_FILTERS, reason: "OFF" })).toBe(true);
});
