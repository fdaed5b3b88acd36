import { expect, test } from "vitest";
import { canBeKey, meantKey, unknownKeys } from "./unknown-keys";

test("a key is there once, with all environments and the last time, the last asked for first", () => {
  const asked = (key: string, environment: string, count: number, lastAskedAt: string) => ({
    key,
    environment,
    asked: count,
    firstAskedAt: "2026-01-01T00:00:00Z",
    lastAskedAt,
    flagId: null,
  });
  expect(
    unknownKeys([
      asked("old", "production", 9, "2026-01-01T00:00:00Z"),
      asked("typo", "production", 2, "2026-01-03T00:00:00Z"),
      asked("typo", "staging", 3, "2026-01-02T00:00:00Z"),
    ]),
  ).toEqual([
    {
      key: "typo",
      environments: ["production", "staging"],
      asked: 5,
      lastAskedAt: "2026-01-03T00:00:00Z",
      flagId: null,
    },
    { key: "old", environments: ["production"], asked: 9, lastAskedAt: "2026-01-01T00:00:00Z", flagId: null },
  ]);
});

test("a slip of the fingers names the key that was meant, and nothing is guessed", () => {
  const keys = ["new-dashboard", "checkout-v2", "checkout-v3", "beta"];
  expect(meantKey("nwe-dashboard", keys)).toBe("new-dashboard");
  expect(meantKey("newdashboard", keys)).toBe("new-dashboard");
  expect(meantKey("New_Dashboard", keys)).toBe("new-dashboard");
  expect(meantKey("checkout-v2 ", keys)).toBe("checkout-v2");
  // As near to one as to the other.
  expect(meantKey("checkout-v4", keys)).toBeNull();
  expect(meantKey("teta", keys)).toBe("beta");
  expect(meantKey("xeta", ["beta", "zeta"])).toBeNull();
  expect(meantKey("dark-mode", keys)).toBeNull();
});

test("what is no key is offered to nobody", () => {
  expect(["new-dashboard", "a".repeat(100), "A1._-"].every(canBeKey)).toBe(true);
  expect(["", "-a", "a b", "<script>", "مفتاح", "a".repeat(101)].some(canBeKey)).toBe(false);
});
