import { describe, expect, it } from "vitest";
import type { Change, Flip, JsonValue } from "@/contract";
import { plainText } from "../flag/model/phrase";
import { flag, rule } from "../flag/testing";
import { flipLines, NAMED_FLIPS, noFlip } from "./flips";
import { audience, missBucket, pastOf, planIsFree, whyOf } from "./testing";

const flip = (change: Change, value: JsonValue = true): Flip => ({
  change,
  value,
  reason: { kind: "FALLTHROUGH" },
});
const atLeast: Change = { kind: "atLeast", ruleIndex: 1, threshold: 37_121 };
const enterprise: Change = {
  kind: "test",
  ruleIndex: 0,
  leaf: { attribute: "plan", operator: "equals", value: "enterprise" },
  holds: true,
};
const words = (flips: Array<Flip>, named?: number) =>
  flipLines(
    whyOf({
      rules: [missBucket("a", 10)],
      reason: { kind: "FALLTHROUGH" },
      audiences: [audience("ent", "Enterprise", planIsFree)],
      flips,
    }),
    "Production",
    named,
  ).map(plainText);

describe("what would change it", () => {
  it.each<[Change, string]>([
    [atLeast, "with rule 2 at 37.121 % or more"],
    [{ ...atLeast, threshold: 100_000 }, "with rule 2 at 100.000 %"],
    [{ kind: "atMost", ruleIndex: 0, threshold: 37_120 }, "with rule 1 at 37.120 % or less"],
    [{ kind: "atMost", ruleIndex: 0, threshold: 0 }, "with rule 1 at 0.000 %"],
    [enterprise, "with plan = enterprise (rule 1)"],
    [{ ...enterprise, holds: false }, "with plan ≠ enterprise (rule 1)"],
    [{ kind: "restore" }, "if the flag were restored"],
    [{ kind: "switchOn" }, "if Production were switched on"],
    [{ kind: "unarchive" }, "if the flag were unarchived"],
    [{ kind: "audience", ruleIndex: 0, audienceId: "ent", member: true }, "if they were in Enterprise"],
    [{ kind: "audience", ruleIndex: 0, audienceId: "ent", member: false }, "if they were not in Enterprise"],
    [
      { kind: "audience", ruleIndex: 2, audienceId: "x", member: true },
      "if they were in the audience of rule 3",
    ],
  ])("%j", (change, expected) => {
    expect(words([flip(change)])).toEqual([`Would get \`true\` ${expected}.`]);
  });

  it("has a line for each value, with its ways in their order", () => {
    expect(words([flip(enterprise), flip(atLeast, "b"), flip({ kind: "restore" })])).toEqual([
      "Would get `true` with plan = enterprise (rule 1), or if the flag were restored.",
      "Would get `b` with rule 2 at 37.121 % or more.",
    ]);
  });

  it("names a few at first", () => {
    const many = Array.from({ length: 6 }, (_, index) => flip({ ...atLeast, ruleIndex: index }));
    expect(words(many)[0]?.split(", or ")).toHaveLength(NAMED_FLIPS);
    expect(words(many, 6)[0]?.split(", or ")).toHaveLength(6);
  });

  it("says why there is none", () => {
    const rules = [missBucket("a", 10)];
    const plain = whyOf({ rules, reason: { kind: "FALLTHROUGH" } });
    expect(noFlip(plain, "Production")).toBe(
      "No single change of the flag or of this customer would give another value.",
    );
    const off = whyOf({ rules, reason: { kind: "OFF", offBy: "KILL_SWITCH" } });
    const both = { ...off, trace: { ...off.trace, environmentOn: false } };
    expect(noFlip(both, "Production")).toContain("killed and off in Production as well");
    expect(noFlip(off, "Production")).toBe("Restored, it would give them the same.");
    const switchedOff = whyOf({ rules, reason: { kind: "OFF", offBy: "ENVIRONMENT" } });
    expect(noFlip(switchedOff, "Production")).toBe("Switched on in Production, it would give them the same.");
    expect(noFlip({ ...plain, flag: flag() }, "Production")).toBeNull();
    expect(noFlip({ ...plain, past: pastOf() }, "Production")).toBeNull();
    expect(noFlip({ ...plain, flips: [flip(atLeast)] }, "Production")).toBeNull();
    expect(
      noFlip({ ...plain, flag: flag({ archivedAt: "2026-01-01T00:00:00Z", rules: [rule("a")] }) }, "P"),
    ).toContain("archived");
  });
});
