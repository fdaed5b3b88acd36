import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Difference, Past, Reason } from "@/contract";
import { plainText } from "../flag/model/phrase";
import { rule } from "../flag/testing";
import { differenceLine, isPast, knowledge, outcomeWords, type PastWhy } from "./past";
import { audience, logged, missAudience, missBucket, NOW, pastOf, planIsFree, read, whyOf } from "./testing";
import { forTicket } from "./ticket";

beforeAll(() => void vi.stubEnv("TZ", "UTC"));
afterAll(() => void vi.unstubAllEnvs());

function then(past: Partial<Past> = {}, reason: Reason = { kind: "FALLTHROUGH" }): PastWhy {
  const why = whyOf({
    rules: [missAudience("a", "ent"), missBucket("b", 10)],
    reason,
    audiences: [audience("ent", "Enterprise", planIsFree)],
    past: pastOf(past),
  });
  if (!isPast(why)) throw new Error("it is of the past");
  return why;
}

const since = { version: 31, at: "2026-06-14T16:02:00Z", actor: "Ada", note: "ramp" };
const known = (why: PastWhy) =>
  knowledge(why).map(({ known, phrase }) => `${known ? "+" : "?"} ${plainText(phrase)}`);

describe("the sentence of a moment", () => {
  it("gives no value of today's row as a reason for what was logged", () => {
    expect(read(then())).toMatchInlineSnapshot(`
      {
        "headline": "On 14 Jun 2026, 14:02:11 UTC, Maria Anders got \`false\`, the default.",
        "more": null,
        "reasons": [
          "Rule 1 took Enterprise; this customer was not in it.",
          "Rule 2 took 10 % of everyone, and this customer's bucket is 37.120.",
        ],
      }
    `);
  });

  it("goes by today's row only where nothing better is known, and says so", () => {
    expect(read(then({ basis: "today", logged: null, loggedExplained: false }))).toMatchInlineSnapshot(`
      {
        "headline": "On 14 Jun 2026, 14:03:00 UTC, Maria Anders probably got \`false\`, the default.",
        "more": null,
        "reasons": [
          "Rule 1 needed plan = enterprise; today this customer's is free.",
          "Rule 2 took 10 % of everyone, and this customer's bucket is 37.120.",
        ],
      }
    `);
  });

  it.each<[string, Reason]>([
    ["killed", { kind: "OFF", offBy: "KILL_SWITCH" }],
    ["off", { kind: "OFF", offBy: "ENVIRONMENT" }],
    ["archived", { kind: "ERROR", errorKind: "FLAG_NOT_FOUND" }],
    ["unreadable", { kind: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" }],
  ])("%s", (_, reason) => {
    expect(read(then({ basis: "settings" }, reason))).toMatchSnapshot();
  });
});

describe("what is known", () => {
  it("is the version, the bucket and what was logged; the row of then is not", () => {
    expect(known(then())).toMatchInlineSnapshot(`
      [
        "+ Version v7 of the flag was in force, made 10 Jun 2026, 08:00:00 UTC, Ada: “ramp”.",
        "+ The bucket was 37.120, as it always is for this customer and flag.",
        "+ Logged at 14 Jun 2026, 14:02:11 UTC: \`false\`, no rule matched, v7, asked by halyard-js/1.0, 49 s before the moment you asked about.",
        "+ Which audiences they were in follows from what was logged.",
        "? What the customer's row held then is not kept. The row shown is today's.",
      ]
    `);
  });

  it("says how far the nearest call is when it says nothing of the moment", () => {
    const far = logged({ at: "2026-06-12T14:03:00Z", flagVersion: 6, stale: true });
    expect(known(then({ basis: "today", logged: far, loggedExplained: false }))).toMatchInlineSnapshot(`
      [
        "+ Version v7 of the flag was in force, made 10 Jun 2026, 08:00:00 UTC, Ada: “ramp”.",
        "+ The bucket was 37.120, as it always is for this customer and flag.",
        "? The nearest logged call, of 12 Jun 2026, 14:03:00 UTC: \`false\`, no rule matched, v6, asked by halyard-js/1.0, by the audiences last known while the database was away, 2 d before the moment you asked about. It says nothing of that moment.",
        "? What the customer's row held then is not kept. The answer goes by today's row, and may have been another.",
      ]
    `);
  });

  it("says when a call cannot have come of the version that was in force", () => {
    const odd = logged({ at: "2026-06-14T14:03:00Z", reason: "OFF", offBy: "KILL_SWITCH" });
    const why = then({ basis: "settings", logged: odd, loggedExplained: false });
    expect(known(why)[2]).toBe(
      "? The nearest logged call, of 14 Jun 2026, 14:03:00 UTC: `false`, killed, v7, asked by halyard-js/1.0. It cannot have come of this version.",
    );
  });

  it("says that the log has nothing, and that nothing else was needed", () => {
    expect(known(then({ basis: "settings", logged: null, loggedExplained: false }))).toMatchInlineSnapshot(`
      [
        "+ Version v7 of the flag was in force, made 10 Jun 2026, 08:00:00 UTC, Ada: “ramp”.",
        "+ The bucket was 37.120, as it always is for this customer and flag.",
        "? The log has no call of this customer for this flag in this environment.",
        "+ No audience decided: whatever the customer's row was, this was served.",
        "? What the customer's row held then is not kept. The row shown is today's.",
      ]
    `);
  });

  it.each([
    [logged({ ruleIndex: 1, reason: "RULE_MATCH" }), "rule 2"],
    [logged({ reason: "OFF", offBy: "KILL_SWITCH" }), "killed"],
    [logged({ reason: "OFF", offBy: "ENVIRONMENT" }), "off"],
    [logged({ reason: "ERROR", errorKind: "EXCEPTION" }), "the evaluation failed"],
    [logged({ reason: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" }), "an audience could not be read"],
    [logged(), "no rule matched"],
  ])("names the logged outcome %#", (row, expected) => {
    expect(outcomeWords(row)).toBe(expected);
  });
});

describe("then and now", () => {
  const ramp: Difference = { part: "percentage", ruleId: "b", from: 10, to: 50, since };
  const line = (past: Partial<Past>) => plainText(differenceLine(then(past), "Production"));
  const trueNow = {
    value: true,
    variationIndex: 1,
    reason: { kind: "RULE_MATCH", ruleIndex: 1, ruleId: "b" },
  } as const;

  it("is one line with who changed it and why", () => {
    expect(line({ differences: [ramp], evaluationNow: trueNow })).toBe(
      "Since v31 (14 Jun 2026, 16:02:00 UTC, Ada: “ramp”) rule 2 is at 50 %, was 10 %. Now they get `true`.",
    );
  });

  it("says when nothing changed", () => {
    expect(line({})).toBe("Nothing that decides has changed since. Now they get `false` as well.");
    expect(line({ evaluationNow: trueNow })).toBe(
      "Nothing of the flag has changed since; what is known of the customer has. Now they get `true`.",
    );
    expect(line({ evaluationNow: trueNow, basis: "today" })).toBe(
      "Nothing that decides has changed since. Now they get `true`.",
    );
  });

  it("names what decides first, and counts the rest", () => {
    const others: Array<Difference> = [
      { part: "order", ruleId: null, from: [], to: [], since },
      { part: "value", ruleId: "a", from: true, to: false, since },
      ramp,
      { part: "active", ruleId: null, from: true, to: false, since },
    ];
    const text = line({ differences: others, evaluationNow: trueNow });
    expect(text.indexOf("it is killed")).toBeLessThan(text.indexOf("rule 2 is at 50 %"));
    expect(text).toContain("2 more things changed.");
  });

  it.each<[Partial<Difference>, string]>([
    [{ part: "archived", to: true }, "it is archived"],
    [{ part: "environment", to: false }, "it is off in Production"],
    [{ part: "defaultValue", from: false, to: true }, "the default is `true`, was `false`"],
    [{ part: "rule", ruleId: "c", from: true, to: null }, "rule 3 of then is gone"],
    [{ part: "rule", ruleId: "a", from: null, to: true }, "rule 1 is new"],
    [{ part: "percentage", ruleId: "a", from: null, to: 5 }, "rule 1 is at 5 %, was 100 %"],
    [{ part: "audience", ruleId: "a", from: "x", to: "y" }, "rule 1 asks for another audience"],
    [
      { part: "condition", ruleId: "a", from: "Beta", to: "Beta" },
      "rule 1's audience Beta asks for something else",
    ],
    [{ part: "order" }, "the rules are in another order"],
  ])("%j", (fields, expected) => {
    const why = then({
      differences: [{ part: "order", ruleId: null, from: null, to: null, since, ...fields }],
    });
    why.flag.rules.push(rule("c"));
    expect(plainText(differenceLine(why, "Production"))).toContain(`) ${expected}. `);
  });

  it("goes into a ticket whole, with its zone", () => {
    expect(
      forTicket(then({ differences: [ramp], evaluationNow: trueNow }), "Production", NOW),
    ).toMatchInlineSnapshot(`
      "Why: new-dashboard in Production for Maria Anders (ALFKI)

      On 14 Jun 2026, 14:02:11 UTC, Maria Anders got \`false\`, the default.
      Rule 1 took Enterprise; this customer was not in it. Rule 2 took 10 % of everyone, and this customer's bucket is 37.120.

      Not killed, on in Production
      Client keys cannot see this flag
      Bucket 37.120 of 100
      Rule 1 (Enterprise) → true: not in the audience
        ✕ plan: free today (must equal \`enterprise\`)
      Rule 2 (everyone, 10 %) → true: bucket outside
      Otherwise false: served

      Since v31 (14 Jun 2026, 16:02:00 UTC, Ada: “ramp”) rule 2 is at 50 %, was 10 %. Now they get \`true\`.

      Known: Version v7 of the flag was in force, made 10 Jun 2026, 08:00:00 UTC, Ada: “ramp”.
      Known: The bucket was 37.120, as it always is for this customer and flag.
      Known: Logged at 14 Jun 2026, 14:02:11 UTC: \`false\`, no rule matched, v7, asked by halyard-js/1.0, 49 s before the moment you asked about.
      Known: Which audiences they were in follows from what was logged.
      Not known: What the customer's row held then is not kept. The row shown is today's.

      Flag new-dashboard v7 · Production · customer ALFKI
      Asked about 14 Jun 2026, 14:03:00 UTC
      Explained by Halyard on 15 Jun 2026, 12:00:00 UTC"
    `);
  });
});
