import { expect, test } from "vitest";
import type { Condition } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import { COUNTRY, MRR, PLAN, SEEN } from "../model/testing";
import { audienceChanges, conditionPhrase, sameContent } from "./version-changes";

const content = (condition: Condition | null, name = "Enterprise", description = "") => ({
  name,
  description,
  condition,
});
const changes = (from: Condition | null, to: Condition | null) =>
  audienceChanges(content(from), content(to)).map(plainText);

test("a test that reads otherwise is one edit, not one gone and one new", () => {
  expect(changes({ all: [PLAN, MRR] }, { all: [{ ...PLAN, value: "pro" }, MRR] })).toEqual([
    "`plan is enterprise` → `plan is pro`",
  ]);
});
test("tests that came and went are named", () => {
  expect(changes({ all: [PLAN, COUNTRY] }, { all: [PLAN, SEEN, MRR] })).toEqual([
    "Added: `last_seen_at is within the last 30 days`",
    "Added: `mrr is at least 100`",
    "Taken out: `country is one of CU or KP`",
  ]);
});
test("events are told from attributes of the same name", () => {
  const event: Condition = { event: "plan", operator: "performed", withinDays: 7 };
  const [added, gone] = changes(PLAN, event);
  expect(added).toMatch(/^Added: `performed plan/);
  expect(gone).toBe("Taken out: `plan is enterprise`");
});
test("the same tests combined otherwise are said to be", () => {
  expect(changes({ all: [PLAN, MRR] }, { any: [PLAN, MRR] })).toEqual([
    "Now any one of these is enough; before, all of these have to hold",
  ]);
  expect(changes({ all: [PLAN, MRR, SEEN] }, { all: [PLAN, { any: [MRR, SEEN] }] })[0]).toMatch(
    /^Combined otherwise: Customers whose plan is enterprise, and either mrr/,
  );
  expect(changes({ all: [PLAN] }, { all: [{ not: PLAN }] })).toEqual(["Now none of these may hold"]);
  expect(changes({ not: PLAN }, PLAN)).toEqual(["Now it has to hold"]);
});
test("a group of one says nothing", () => {
  expect(changes({ any: [PLAN] }, { all: [PLAN, MRR] })).toEqual(["Added: `mrr is at least 100`"]);
  expect(changes(PLAN, { any: [PLAN, MRR] })).toEqual([
    "Added: `mrr is at least 100`",
    "Now any one of these is enough",
  ]);
  expect(changes({ all: [{ any: [PLAN, MRR] }] }, { any: [PLAN, { all: [MRR] }, SEEN] })).toEqual([
    "Added: `last_seen_at is within the last 30 days`",
  ]);
});
test("another order is another order", () => {
  expect(changes({ all: [PLAN, MRR] }, { all: [MRR, PLAN] })[0]).toMatch(/^In another order: /);
});
test("the same test twice does not hide that one of them went", () => {
  expect(changes({ all: [PLAN, PLAN] }, { all: [PLAN] })).toEqual(["Taken out: `plan is enterprise`"]);
});
test("name and description are told", () => {
  const all = audienceChanges(content(PLAN, "A", "what for"), content(PLAN, "B"));
  expect(all.map(plainText)).toEqual(["Renamed: A → B", "Description taken away"]);
});
test("what is no condition says so", () => {
  expect(plainText(conditionPhrase(null))).toBe("It could not be read as a condition.");
  expect(changes(null, PLAN)).toEqual(["Condition: Customers whose plan is enterprise."]);
});
test("versions are the same whatever order their fields have", () => {
  const turned = { value: "enterprise", operator: "equals", attribute: "plan" } as Condition;
  expect(sameContent(content(PLAN), content(turned))).toBe(true);
  expect(sameContent(content(PLAN), content(MRR))).toBe(false);
});
