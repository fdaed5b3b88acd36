import { expect, test } from "vitest";
import { unknownKeys } from "./unknown-keys";

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
