import { describe, expect, test } from "vitest";
import { summary } from "@/features/flags/testing";
import { ENVIRONMENTS } from "@/testing/app";
import {
  COLORS,
  emptyForm,
  environmentErrors,
  flagsOn,
  inOrder,
  keyFromName,
  moved,
  placedErrors,
  withKey,
  withName,
} from "./environments";

const form = emptyForm(ENVIRONMENTS);

test("a new environment starts in a colour that none has, and is not production", () => {
  expect(form.production).toBe(false);
  expect(ENVIRONMENTS.map(({ color }) => color)).not.toContain(form.color);
  const all = COLORS.map(({ color }, position) => ({
    key: `e${position}`,
    name: "E",
    color,
    position,
    production: false,
    noteRequired: false,
  }));
  expect(emptyForm(all).color).toMatch(/^#/);
});

describe("the key", () => {
  test.each([
    ["Pre-Prod (EU)", "pre-prod-eu"],
    ["  Qualität 2 ", "qualitat-2"],
    ["🚀", ""],
    ["-x-", "x"],
    ["a".repeat(60), "a".repeat(50)],
  ])("%j becomes %j", (name, key) => {
    expect(keyFromName(name)).toBe(key);
  });

  test("follows the name until it is typed, and again when it is emptied", () => {
    const typed = withKey(withName(form, "Staging EU"), "stg");
    expect(withName(typed, "Other").key).toBe("stg");
    expect(withName(withKey(typed, ""), "Other").key).toBe("other");
  });
});

describe("what is wrong", () => {
  const check = (changes: Partial<typeof form>) =>
    environmentErrors({ ...form, name: "QA", key: "qa", ...changes }, ENVIRONMENTS);

  test("everything at once", () => {
    expect(Object.keys(check({ name: " ", key: "", color: "red" }))).toEqual(["name", "key", "color"]);
    expect(check({})).toEqual({});
  });

  test.each([
    [{ key: "staging" }, "key", /Staging has this key/],
    [{ key: "Q A" }, "key", /small letters/],
    [{ key: "-qa" }, "key", /begins with/],
    [{ key: "q".repeat(51) }, "key", /at most 50/],
    [{ name: "n".repeat(201) }, "name", /at most 200/],
  ] as const)("%j", (changes, field, message) => {
    expect(check(changes)[field]).toMatch(message);
  });
});

test("violations stand beside their fields, or nowhere at all", () => {
  expect(placedErrors([{ path: "changes.name", message: "Too long." }])).toEqual({ name: "Too long." });
  expect(placedErrors([{ path: "actor", message: "?" }])).toBeNull();
  expect(placedErrors([])).toBeNull();
});

test("order: moving one, and following an order that does not know all", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(inOrder(ENVIRONMENTS, ["staging"]).map(({ key }) => key)).toEqual(["staging", "production"]);
});

test("flags that are on count with the killed ones, without the archived ones", () => {
  const flags = [
    summary({ key: "a" }),
    summary({ key: "b", isActive: false }),
    summary({ key: "c", archivedAt: "2026-01-01T00:00:00Z" }),
    summary({ key: "d", environments: { production: false } }),
  ];
  expect(flagsOn(flags, "production").map(({ key }) => key)).toEqual(["a", "b"]);
});
