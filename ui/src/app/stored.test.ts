import { expect, test, vi } from "vitest";
import { readStored, writeStored } from "./stored";

test("what the browser has no room for is kept for as long as the window lasts", () => {
  writeStored("k", "old");
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  writeStored("k", "new");
  full.mockRestore();
  expect(readStored("k", "")).toBe("new");
  writeStored("k", "newer");
  expect(localStorage.getItem("k")).toBe('"newer"');
  expect(readStored("k", "")).toBe("newer");
});
