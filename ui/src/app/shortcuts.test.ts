import { expect, test } from "vitest";
import { isSingleKey, isTyping, matchesShortcut, shortcutKeys } from "./shortcuts";

const press = (
  key: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test("mod is Ctrl here and ⌘ on a Mac", () => {
  expect(matchesShortcut("mod+K", press("k", { ctrlKey: true }), false)).toBe(true);
  expect(matchesShortcut("mod+K", press("k", { metaKey: true }), false)).toBe(false);
  expect(matchesShortcut("mod+K", press("k", { metaKey: true }), true)).toBe(true);
});

test("no key more and no key less than the shortcut says", () => {
  expect(matchesShortcut("mod+Shift+L", press("L", { ctrlKey: true, shiftKey: true }), false)).toBe(true);
  expect(matchesShortcut("mod+Shift+L", press("l", { ctrlKey: true }), false)).toBe(false);
  expect(matchesShortcut("N", press("n"), false)).toBe(true);
  expect(matchesShortcut("N", press("n", { ctrlKey: true }), false)).toBe(false);
});

test("a sign counts however a keyboard makes it", () => {
  expect(matchesShortcut("/", press("/", { shiftKey: true }), false)).toBe(true);
});

test("shortcuts are written as on this computer", () => {
  expect(shortcutKeys("mod+Shift+L", true)).toEqual(["⌘", "⇧", "L"]);
  expect(shortcutKeys("mod+K", false)).toEqual(["Ctrl", "K"]);
});

test("single keys rest while typing", () => {
  expect(isSingleKey("/")).toBe(true);
  expect(isSingleKey("mod+K")).toBe(false);
  const input = document.createElement("input");
  expect(isTyping(input)).toBe(true);
  expect(isTyping(document.body)).toBe(false);
});
