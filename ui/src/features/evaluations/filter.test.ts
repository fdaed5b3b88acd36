import { expect, test } from "vitest";
import {
  chosenSpan,
  endsInThePast,
  filterWords,
  isFiltered,
  NO_FILTERS,
  shownValue,
  typedValue,
} from "./filter";

test("what is typed as a value is JSON where it reads as that, otherwise a text", () => {
  expect(typedValue("true")).toBe("true");
  expect(typedValue('{"a": 1}')).toBe('{"a":1}');
  expect(typedValue("bm25")).toBe('"bm25"');
  expect(typedValue('"true"')).toBe('"true"');
  expect(shownValue('"bm25"')).toBe("bm25");
  expect(shownValue("12")).toBe("12");
});

test("an empty list says all that it looked for", () => {
  expect(filterWords(NO_FILTERS)).toBe("No app asked for a flag.");
  expect(
    filterWords({
      ...NO_FILTERS,
      flag: "a",
      entity: "cus_1",
      value: '"x"',
      rule: { id: "r1", label: "rule 1" },
      sdk: "web",
      source: "ofrep",
    }),
  ).toBe("No app asked for a for cus_1 that got x, by rule 1, through ofrep, with web.");
});

test("a span that is open at an end reaches to the oldest, or to now", () => {
  expect(chosenSpan(NO_FILTERS, 100)).toBeNull();
  expect(chosenSpan({ ...NO_FILTERS, from: 10 }, 100)).toEqual({ from: 10, to: 100 });
  expect(endsInThePast({ ...NO_FILTERS, to: 50 }, 100)).toBe(true);
  expect(endsInThePast({ ...NO_FILTERS, from: 50 }, 100)).toBe(false);
  expect(isFiltered({ ...NO_FILTERS, reason: "OFF" })).toBe(true);
});
