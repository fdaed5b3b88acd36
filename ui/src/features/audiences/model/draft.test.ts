import { describe, expect, test } from "vitest";
import {
  audienceToCreate,
  changesToSend,
  conflictsWith,
  copyOf,
  draftOf,
  editedFields,
  isUntouched,
  newDraft,
  rebased,
} from "./draft";
import { audience, MRR, PLAN, tree } from "./testing";
import { toCondition } from "./tree";

const stored = audience();
const edited = { ...draftOf(stored), name: "Big ones", tree: tree({ all: [PLAN, MRR] }) };

test("a draft that was not touched sends nothing", () => {
  expect(isUntouched(draftOf(stored))).toBe(true);
  expect(changesToSend(draftOf(stored))).toEqual({});
  expect(isUntouched(newDraft())).toBe(true);
});
test("only edited fields are sent", () => {
  expect(editedFields(edited)).toEqual(["name", "condition"]);
  expect(changesToSend(edited)).toEqual({ name: "Big ones", condition: { all: [PLAN, MRR] } });
});
test("a note alone is kept, but is no change", () => {
  const noted = { ...draftOf(stored), note: "why" };
  expect(isUntouched(noted)).toBe(false);
  expect(editedFields(noted)).toEqual([]);
});
test("a copy is a new audience with another name", () => {
  expect(audienceToCreate(copyOf(stored))).toEqual({
    name: "Copy of Enterprise",
    condition: { all: [PLAN] },
  });
});

describe("somebody else saved meanwhile", () => {
  const renamed = audience({ version: 4, name: "Theirs" });
  const described = audience({ version: 4, description: "Those who pay" });

  test("another field merges by itself", () => {
    expect(conflictsWith(edited, described)).toEqual([]);
    const next = rebased(edited, described);
    expect(next).toMatchObject({ name: "Big ones", description: "Those who pay", base: described });
    expect(changesToSend(next)).toEqual({ name: "Big ones", condition: { all: [PLAN, MRR] } });
  });
  test("the same field asks", () => {
    expect(conflictsWith(edited, renamed)).toEqual(["name"]);
  });
  test("the same change by both asks nothing", () => {
    expect(conflictsWith(edited, audience({ version: 4, condition: { all: [PLAN, MRR] } }))).toEqual([]);
  });
  test("theirs gives my edit of that field up, mine keeps it", () => {
    expect(rebased(edited, renamed, { name: "theirs" })).toMatchObject({ name: "Theirs" });
    expect(changesToSend(rebased(edited, renamed, { name: "theirs" }))).toEqual({
      condition: { all: [PLAN, MRR] },
    });
    expect(changesToSend(rebased(edited, renamed, { name: "mine" }))).toMatchObject({ name: "Big ones" });
  });
  test("a condition that was not edited follows theirs", () => {
    const other = audience({ version: 4, condition: { any: [MRR] } });
    expect(toCondition(rebased({ ...draftOf(stored), name: "x" }, other).tree)).toEqual({ any: [MRR] });
  });
});
