import { describe, expect, it } from "vitest";
import { flag, rule } from "../testing";
import {
  afterSave,
  changesEvaluation,
  changesToSend,
  edited,
  emptyDraft,
  finishesRampByDefault,
  isEmpty,
  movedRule,
  percentageField,
  unfinishedFields,
  withDuplicate,
  withEdits,
  withoutStrayTexts,
  withRule,
  withRuleForEveryone,
  withText,
} from "./draft";

const base = flag({ rules: [rule("a", { percentage: 50 }), rule("b"), rule("c")] });

describe("a draft", () => {
  it("holds changed fields only and sends them alone", () => {
    const draft = edited(emptyDraft(base), { defaultValue: true });
    expect(changesToSend(draft.edits)).toEqual({ defaultValue: true });
    expect(withEdits(base, draft.edits).defaultValue).toBe(true);
  });

  it("is empty again when the change is taken back by hand", () => {
    const once = edited(emptyDraft(base), { rules: withRule(base.rules, "a", { percentage: 25 }) });
    expect(isEmpty(once)).toBe(false);
    const back = edited(once, { rules: withRule(once.edits.rules ?? [], "a", { percentage: 50 }) });
    expect(isEmpty(back)).toBe(true);
  });

  it("keeps absent and 100 apart", () => {
    const draft = edited(emptyDraft(base), { rules: withRule(base.rules, "b", { percentage: 100 }) });
    expect(isEmpty(draft)).toBe(false);
  });

  it("keeps what was edited while an earlier state was being saved", () => {
    const sent = {
      ...edited(emptyDraft(base), { rules: withRule(base.rules, "a", { percentage: 25 }) }),
      note: "why",
    };
    const saved = { ...withEdits(base, sent.edits), version: 8 };
    expect(isEmpty(afterSave(sent, sent, saved))).toBe(true);
    const later = edited(sent, { defaultValue: true });
    expect(afterSave(later, sent, saved)).toMatchObject({
      base: { version: 8 },
      edits: { defaultValue: true },
      note: "",
    });
    expect(afterSave(later, sent, saved).edits.rules).toBeUndefined();
  });

  it("knows which texts are no value yet", () => {
    let draft = withText(emptyDraft(base), percentageField("a"), "12.3456");
    draft = withText(draft, percentageField("b"), "12.50");
    expect(unfinishedFields(draft)).toEqual([percentageField("a")]);
  });

  it("with a half-typed text is not empty, and loses it with its rule", () => {
    const draft = withText(emptyDraft(base), percentageField("b"), "12.3456");
    expect(isEmpty(draft)).toBe(false);
    const without = edited(draft, { rules: base.rules.filter(({ id }) => id !== "b") });
    expect(withoutStrayTexts(without).texts).toEqual({});
    expect(withText(draft, percentageField("b"), null).texts).toEqual({});
  });
});

it("moving keeps every rule and clamps to the list", () => {
  const ids = (from: number, to: number) => movedRule(base.rules, from, to).map(({ id }) => id);
  expect(ids(0, 2)).toEqual(["b", "c", "a"]);
  expect(ids(2, 0)).toEqual(["c", "a", "b"]);
  expect(ids(0, -1)).toEqual(["a", "b", "c"]);
  expect(ids(1, 9)).toEqual(["a", "c", "b"]);
});

it("a duplicate stands right below its original with an id of its own", () => {
  const copy = withDuplicate(base.rules, "a", "x");
  expect(copy.map(({ id }) => id)).toEqual(["a", "x", "b", "c"]);
  expect(copy[1]?.percentage).toBe(50);
});

describe("finishing a ramp by the default", () => {
  const draft = edited(emptyDraft(base), { defaultValue: true });

  it("is noticed on a boolean flag alone", () => {
    expect(finishesRampByDefault(base, draft.edits)).toBe(true);
    expect(finishesRampByDefault(flag({ type: "string", defaultValue: "a" }), { defaultValue: "b" })).toBe(
      false,
    );
    expect(finishesRampByDefault(flag({ defaultValue: true }), { defaultValue: false })).toBe(false);
  });

  it("offers a last rule for everyone, with the default as it was", () => {
    const offered = withRuleForEveryone(draft, "new");
    expect(offered.edits.defaultValue).toBeUndefined();
    expect(offered.edits.rules?.at(-1)).toEqual({
      id: "new",
      audienceId: null,
      percentage: null,
      value: true,
      description: "",
    });
  });
});

it("descriptions and names do not change what customers get", () => {
  expect(changesEvaluation(base, { name: "x", tags: ["y"] })).toBe(false);
  expect(changesEvaluation(base, { rules: withRule(base.rules, "a", { description: "why" }) })).toBe(false);
  expect(changesEvaluation(base, { rules: movedRule(base.rules, 0, 1) })).toBe(true);
  expect(changesEvaluation(base, { defaultValue: true })).toBe(true);
});
