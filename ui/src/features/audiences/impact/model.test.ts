import { expect, test } from "vitest";
import type { AudienceImpact, FlagMoved } from "@/contract";
import { crossingText, flagFigures, impactTitle } from "./model";

const moved = (more: Partial<FlagMoved> = {}): FlagMoved => ({
  flag: { id: "f", key: "new-dashboard" },
  environments: ["production"],
  killed: false,
  moves: [],
  gained: 61,
  lost: 18,
  changed: 0,
  ...more,
});
const impact = (more: Partial<AudienceImpact> = {}): AudienceImpact => ({
  customers: 50_000,
  membersNow: 4_816,
  membersAfter: 4_859,
  joining: 61,
  leaving: 18,
  flags: [moved()],
  countedAt: "2026-11-22T10:00:00Z",
  durationMs: 41,
  ...more,
});
const still = { gained: 0, lost: 0 };
const off = { environments: [] };

test("the title counts the flags that really move somebody", () => {
  expect(impactTitle(impact({ flags: [moved(), moved(), moved(off), moved(still)] }))).toBe(
    "Saving moves people in 2 flags",
  );
  expect(impactTitle(impact(), "Reverting")).toBe("Reverting moves people in 1 flag");
  expect(impactTitle(impact({ flags: [] }))).toBe("No flag uses it: nobody gets another value.");
  expect(impactTitle(impact({ flags: [moved(off), moved(still)] }))).toBe(
    "Saving moves nobody: where its rules would, the flags are not on",
  );
  expect(impactTitle(impact({ flags: [moved(still)] }))).toBe("Saving moves nobody in the flag that uses it");
});
test("who comes in and who goes out is told with before and after", () => {
  expect(crossingText(impact())).toBe("61 come in, 18 go out: 4,816 → 4,859 customers");
  expect(crossingText(impact({ joining: 1, leaving: 0, membersAfter: 4_817 }))).toBe(
    "1 comes in: 4,816 → 4,817 customers",
  );
  expect(crossingText(impact({ joining: 0, leaving: 0 }))).toBe("The same 4,816 customers are in it.");
});
test("a sign belongs to somebody", () => {
  expect(flagFigures(moved({ lost: 0, changed: 7 }))).toEqual(["+ 61 gain", "0 lose", "7 change"]);
});
