import { afterEach, expect, test, vi } from "vitest";

const speak = async (language: string) => {
  vi.resetModules();
  Object.defineProperty(navigator, "language", { configurable: true, value: language });
  await import("./language");
  return navigator.language;
};

afterEach(() => {
  Object.defineProperty(navigator, "language", { configurable: true, value: "en-US" });
});

test("a system without a language gets one that Intl takes, so that charts load", async () => {
  expect(await speak("C")).toBe("en");
  await expect(import("uplot")).resolves.toBeDefined();
});

test("a language that there is stays", async () => {
  expect(await speak("de-CH")).toBe("de-CH");
});
