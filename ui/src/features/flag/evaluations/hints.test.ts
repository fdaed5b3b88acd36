import { describe, expect, test } from "vitest";
import type { UsageState } from "@/contract";
import { hintOf, isDismissed } from "./hints";

const NOW = Date.parse("2026-03-01T00:00:00Z");
const DAY = 24 * 60 * 60 * 1_000;
const flag = { permanent: false, createdAt: "2026-01-01T00:00:00Z", archivedAt: null };
const hint = (state: UsageState, fields = {}) => hintOf({ ...flag, ...fields }, state, NOW);

describe("a hint", () => {
  test("proposes one thing for each state that the counts can tell", () => {
    expect(hint({ kind: "never" })?.action).toBe("archive");
    expect(hint({ kind: "never" }, { createdAt: "2026-02-27T00:00:00Z" })?.action).toBe("code");
    expect(hint({ kind: "idle", since: "2026-01-02T00:00:00Z" })?.action).toBe("archive");
    const same = hint({ kind: "same_value", value: "bm25" });
    expect([same?.title, same?.action]).toEqual(["Everyone got “bm25” for 30 days.", "copy_key"]);
    expect(hint({ kind: "used" })).toBeNull();
  });

  test("never guesses: a flag that is fetched only in bulk is unknown, and nothing is proposed", () => {
    expect(hint({ kind: "bulk_only" })).toMatchObject({ title: "Usage unknown.", action: null });
  });

  test("is not given for flags that are meant to stay, nor for archived ones", () => {
    expect(hint({ kind: "never" }, { permanent: true })).toBeNull();
    expect(
      hint({ kind: "idle", since: "2026-01-02T00:00:00Z" }, { archivedAt: "2026-02-01T00:00:00Z" }),
    ).toBeNull();
  });

  test("stays away for 30 days once it is dismissed", () => {
    expect(isDismissed(undefined, NOW)).toBe(false);
    expect(isDismissed(NOW - 29 * DAY, NOW)).toBe(true);
    expect(isDismissed(NOW - 31 * DAY, NOW)).toBe(false);
  });
});
