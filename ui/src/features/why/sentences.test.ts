// The sentence of every outcome, now and of the past, as somebody reads it: the snapshot is to be read by people.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ConditionTrace, Past, Reason, Rule, RuleTrace, VersionMark, Why } from "@/contract";
import { rule } from "../flag/testing";
import {
  audience,
  logged,
  missAudience,
  missBucket,
  noBeta,
  pastOf,
  planIsFree,
  read,
  unreadAudience,
  whyOf,
} from "./testing";

beforeAll(() => void vi.stubEnv("TZ", "UTC"));
afterAll(() => void vi.unstubAllEnvs());

type Case = Parameters<typeof whyOf>[0];
type RuleCase = Case["rules"][number];

const ent = audience("ent", "Enterprise", planIsFree);
const beta = audience("beta", "Beta volunteers", noBeta);
const large = unreadAudience("large", "Large companies");
const mark: VersionMark = { version: 4, at: "2026-06-12T16:02:00Z", actor: "Ada", note: "error rate 12 %." };
const inIt = (condition: ConditionTrace): ConditionTrace => ({ ...condition, holds: true }) as ConditionTrace;

const fallthrough: Reason = { kind: "FALLTHROUGH" };
const matched = (fields: Partial<Rule>, trace: Partial<RuleTrace> = {}): RuleCase => [
  rule("m", fields),
  { audienceMatched: fields.audienceId ? true : null, threshold: null, outcome: "matched", ...trace },
];
const notReached = (fields: Partial<Rule> = {}): RuleCase => [
  rule("n", fields),
  { audienceMatched: null, threshold: null, outcome: "not_reached" },
];
const ofRule = (ruleIndex: number): Reason => ({ kind: "RULE_MATCH", ruleIndex, ruleId: "m" });

const OUTCOMES: Record<string, Case> = {
  "a rule for everyone": { rules: [matched({})], reason: ofRule(0), value: true },
  "a rule for all of everyone": {
    rules: [matched({ percentage: 100 }, { threshold: 100_000 })],
    reason: ofRule(0),
    value: true,
  },
  "a rule's percentage": {
    rules: [missAudience("a", "ent"), matched({ percentage: 50 }, { threshold: 50_000 })],
    reason: ofRule(1),
    audiences: [ent],
    value: true,
  },
  "the last bucket that a percentage takes": {
    rules: [matched({ percentage: 37.121 }, { threshold: 37_121 })],
    reason: ofRule(0),
    value: true,
  },
  "a rule's audience": {
    rules: [matched({ audienceId: "ent" })],
    reason: ofRule(0),
    audiences: [audience("ent", "Enterprise", inIt(planIsFree))],
    value: true,
  },
  "a part of an audience": {
    rules: [matched({ audienceId: "ent", percentage: 50 }, { threshold: 50_000 })],
    reason: ofRule(0),
    audiences: [audience("ent", "Enterprise", inIt(planIsFree))],
    value: true,
  },
  "no rule at all": { rules: [], reason: fallthrough },
  "neither audience": {
    rules: [missAudience("a", "ent"), missAudience("b", "beta")],
    reason: fallthrough,
    audiences: [ent, beta],
  },
  "outside a percentage, and one that takes nobody": {
    rules: [missBucket("a", 0), missBucket("b", 37.12)],
    reason: fallthrough,
  },
  "the larger of three percentages, said once": {
    rules: [missBucket("a", 5), missBucket("b", 20), missBucket("c", 30)],
    reason: fallthrough,
  },
  "in the audience but outside its percentage": {
    rules: [
      [
        rule("a", { audienceId: "ent", percentage: 25 }),
        { audienceMatched: true, threshold: 25_000, outcome: "percentage_no" },
      ],
    ],
    reason: fallthrough,
    audiences: [audience("ent", "Enterprise", inIt(planIsFree))],
  },
  "an event that never was": {
    rules: [missAudience("a", "ev")],
    reason: fallthrough,
    audiences: [
      audience("ev", "Active", {
        leaf: { event: "login", operator: "performed", times: 3, withinDays: 30 },
        rowValue: 0,
        holds: false,
      }),
    ],
  },
  "an event that was too rare": {
    rules: [missAudience("a", "ev")],
    reason: fallthrough,
    audiences: [
      audience("ev", "Active", {
        leaf: { event: "login", operator: "performed", times: 3, withinDays: 30 },
        rowValue: 2,
        holds: false,
      }),
    ],
  },
  "twenty rules": {
    rules: [...Array.from({ length: 19 }, (_, at) => missAudience(`r${at}`, "ent")), missBucket("last", 10)],
    reason: fallthrough,
    audiences: [ent],
  },
  killed: {
    rules: [notReached()],
    reason: { kind: "OFF", offBy: "KILL_SWITCH" },
    fields: { isActive: false, killedAt: mark.at, killedBy: "Ada" },
    switched: mark,
  },
  "switched off": { rules: [notReached()], reason: { kind: "OFF", offBy: "ENVIRONMENT" }, switched: mark },
  "never switched on": {
    rules: [notReached()],
    reason: { kind: "OFF", offBy: "ENVIRONMENT" },
    switched: { ...mark, version: 1 },
  },
  "off since nobody knows when": { rules: [], reason: { kind: "OFF", offBy: "ENVIRONMENT" } },
  archived: {
    rules: [notReached()],
    reason: { kind: "ERROR", errorKind: "FLAG_NOT_FOUND" },
    value: null,
    fields: { archivedAt: mark.at },
  },
  "an audience that cannot be computed": {
    rules: [notReached({ audienceId: "large" })],
    reason: { kind: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" },
    audiences: [{ ...large, member: null, problem: "There is no attribute “mrr” any more." }],
  },
  "customers that cannot be read": {
    rules: [notReached({ audienceId: "large" })],
    reason: { kind: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" },
    audiences: [{ ...large, member: null }],
    known: false,
    unread: "The database did not answer in time.",
  },
  "a stranger, one audience": {
    rules: [missAudience("a", "large"), missBucket("b", 10)],
    reason: fallthrough,
    audiences: [large],
    known: false,
  },
  "a stranger, two audiences": {
    rules: [missAudience("a", "large"), missAudience("b", "ent")],
    reason: fallthrough,
    audiences: [large, unreadAudience("ent", "Enterprise")],
    known: false,
  },
  "a stranger, one audience twice": {
    rules: [missAudience("a", "large"), missAudience("b", "large", { percentage: 50 })],
    reason: fallthrough,
    audiences: [large],
    known: false,
  },
  "a json value": {
    rules: [matched({ value: { headline: "Welcome back", steps: [1, 2, 3], cta: { text: "Go" } } })],
    reason: ofRule(0),
    value: { headline: "Welcome back", steps: [1, 2, 3], cta: { text: "Go" } },
  },
  "an empty text": { rules: [], reason: fallthrough, value: "" },
  "a value of 32 KiB": { rules: [], reason: fallthrough, value: "long ".repeat(6_553) },
};

describe("the sentence of every outcome now", () => {
  it.each(Object.entries(OUTCOMES))("%s", (_, given) => {
    expect(text(whyOf(given))).toMatchSnapshot();
  });
});

const guessed: Partial<Past> = { basis: "today", logged: null, loggedExplained: false };
const certain: Partial<Past> = { basis: "settings", logged: null, loggedExplained: false };
const hoursLater = logged({ at: "2026-06-14T20:10:11Z" });
const THEN: ReadonlyArray<[what: string, outcome: string, past: Partial<Past>]> = [
  ["logged", "a rule's percentage", {}],
  ["logged", "a rule's audience", {}],
  ["logged", "a part of an audience", {}],
  ["logged", "neither audience", {}],
  ["logged by a stranger", "a stranger, two audiences", {}],
  ["logged", "killed", {}],
  ["logged", "switched off", {}],
  ["logged", "an audience that cannot be computed", {}],
  ["logged hours later", "neither audience", { logged: hoursLater }],
  ["known by the settings alone", "outside a percentage, and one that takes nobody", certain],
  ["known by the settings alone", "never switched on", certain],
  ["known by the settings alone", "archived", certain],
  ["by today's row", "neither audience", guessed],
  ["by today's row", "a rule's audience", guessed],
  ["of a stranger, by today's row", "a stranger, two audiences", guessed],
  ["not known", "an audience that cannot be computed", guessed],
  ["not known", "customers that cannot be read", guessed],
];

describe("the sentence of every outcome of the past", () => {
  it.each(THEN)("%s: %s", (_, outcome, past) => {
    expect(text(whyOf({ ...(OUTCOMES[outcome] as Case), past: pastOf(past) }))).toMatchSnapshot();
  });

  it("of an evaluation that failed", () => {
    const reason: Reason = { kind: "ERROR", errorKind: "EXCEPTION" };
    expect(text(whyOf({ rules: [notReached()], reason, past: pastOf() }))).toMatchSnapshot();
  });
});

function text(why: Why): string {
  const { headline, reasons, more } = read(why);
  return [headline, ...reasons, ...(more ? [more] : [])].join("\n");
}
