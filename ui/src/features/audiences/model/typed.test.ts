import { expect, test } from "vitest";
import { dayText, momentForPicker, momentFromPicker, pathFromText, tagsToValues } from "./typed";

test("a moment goes to the picker and back in UTC, wherever this computer is", () => {
  expect(momentForPicker("2026-01-31T09:30:00Z")).toBe("2026-01-31 09:30:00");
  expect(momentForPicker("2026-01-31T09:30:00+02:00")).toBe("2026-01-31 07:30:00");
  expect(momentForPicker("2026-01-31 09:30")).toBe("2026-01-31 09:30:00");
  expect(momentForPicker("2026-01-31")).toBe("2026-01-31 00:00:00");
  expect(momentFromPicker("2026-01-31 09:30:00")).toBe("2026-01-31T09:30:00Z");
  expect(momentForPicker(momentFromPicker("2026-01-31 09:30:00"))).toBe("2026-01-31 09:30:00");
});
test("what is no moment is none", () => {
  expect(momentForPicker(7)).toBeNull();
  expect(momentForPicker("soon")).toBeNull();
  expect(momentFromPicker("")).toBeNull();
  expect(dayText("2026-01-31T00:00:00Z")).toBe("2026-01-31");
  expect(dayText(null)).toBeNull();
});
test("tags become numbers where they are some", () => {
  expect(tagsToValues(["1", "2.5", "x", " "], "numbers")).toEqual([1, 2.5, "x", " "]);
  expect(tagsToValues(["1", "a"], "texts")).toEqual(["1", "a"]);
});
test("a path is typed with dots", () => {
  expect(pathFromText("plan.tier")).toEqual(["plan", "tier"]);
  expect(pathFromText("")).toEqual([]);
  expect(pathFromText("plan.")).toEqual(["plan", ""]);
});
