// A draft: what somebody changed on a flag and has not saved. Holds changed fields only, beside the
// version they started from, and the texts that do not parse yet. Pure; drafts.ts keeps it.

import type { Flag, FlagChanges, JsonValue, Rule } from "@/contract";
import { parsePercentage } from "./percentage";
import { parseValue, sameValue } from "./value";

/** The fields that a draft may hold. Environments and the kill switch take effect at once and are never drafted. */
export type Edits = {
  name?: string;
  description?: string;
  defaultValue?: JsonValue;
  rules?: Array<Rule>;
  clientVisible?: boolean;
  permanent?: boolean;
  tags?: Array<string>;
};
export type EditedField = keyof Edits;
export const EDITED_FIELDS = [
  "name",
  "description",
  "defaultValue",
  "rules",
  "clientVisible",
  "permanent",
  "tags",
] as const satisfies ReadonlyArray<EditedField>;

export type Draft = {
  /** The flag as it was when editing began, or as it was merged with last. */
  base: Flag;
  edits: Edits;
  /** Typed texts that are not a value yet, by field: `rule:<id>:percentage`, `rule:<id>:value`, `default`. */
  texts: Record<string, string>;
  note: string;
};

export const percentageField = (ruleId: string) => `rule:${ruleId}:percentage`;
export const valueField = (ruleId: string) => `rule:${ruleId}:value`;
export const DEFAULT_FIELD = "default";

export function emptyDraft(base: Flag): Draft {
  return { base, edits: {}, texts: {}, note: "" };
}

/** Nothing changed and nothing half typed; a note alone is no draft. */
export function isEmpty(draft: Draft): boolean {
  return Object.keys(draft.edits).length === 0 && Object.keys(draft.texts).length === 0;
}

/** The flag as it would be once saved. */
export function withEdits(flag: Flag, edits: Edits): Flag {
  return { ...flag, ...edits };
}

/** Sets fields; one that is back at what the base has is no change any more. */
export function edited(draft: Draft, changes: Edits): Draft {
  return { ...draft, edits: realEdits(draft.base, { ...draft.edits, ...changes }) };
}

/** Keeps only the fields that differ from the flag. */
export function realEdits(flag: Flag, edits: Edits): Edits {
  const real: Record<string, unknown> = {};
  for (const field of EDITED_FIELDS) {
    const value = edits[field];
    if (value !== undefined && !sameField(field, value, flag[field])) real[field] = value;
  }
  return real as Edits;
}

function sameField(field: EditedField, a: unknown, b: unknown): boolean {
  if (field === "rules") return sameRules(a as Array<Rule>, b as Array<Rule>);
  return sameValue(a as JsonValue, b as JsonValue);
}

export function sameRules(a: ReadonlyArray<Rule>, b: ReadonlyArray<Rule>): boolean {
  return a.length === b.length && a.every((rule, index) => sameRule(rule, b[index]));
}

/** The same rule with the same content, wherever it stands. */
export function sameRule(a: Rule | null | undefined, b: Rule | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  return (
    a.id === b.id &&
    a.audienceId === b.audienceId &&
    a.percentage === b.percentage &&
    a.description === b.description &&
    sameValue(a.value, b.value)
  );
}

/** Remembers a typed text that is not a value yet; null forgets it. */
export function withText(draft: Draft, field: string, text: string | null): Draft {
  if (text === null && !(field in draft.texts)) return draft;
  const texts = { ...draft.texts };
  if (text === null) delete texts[field];
  else texts[field] = text;
  return { ...draft, texts };
}

/** The fields whose text is no value yet; a save must wait for them. */
export function unfinishedFields(draft: Draft): Array<string> {
  const unfinished = (field: string, text: string) =>
    field.endsWith(":percentage") ? !parsePercentage(text).ok : !parseValue(draft.base.type, text).ok;
  return Object.entries(draft.texts)
    .filter(([field, text]) => unfinished(field, text))
    .map(([field]) => field);
}

/** Texts of rules that are gone are gone with them. */
export function withoutStrayTexts(draft: Draft): Draft {
  const ids = new Set((draft.edits.rules ?? draft.base.rules).map((rule) => rule.id));
  const texts = Object.fromEntries(
    Object.entries(draft.texts).filter(
      ([field]) => field === DEFAULT_FIELD || ids.has(field.split(":")[1] ?? ""),
    ),
  );
  return Object.keys(texts).length === Object.keys(draft.texts).length ? draft : { ...draft, texts };
}

/** What is sent: the changed fields alone. New rules keep the id that the page gave them, so a save is repeatable. */
export function changesToSend(edits: Edits): FlagChanges {
  return edits;
}

/** What is left of a draft after `sent` of it was saved: edits made meanwhile stay. */
export function afterSave(draft: Draft, sent: Draft, saved: Flag): Draft {
  const note = draft.note === sent.note ? "" : draft.note;
  return { ...draft, note, base: saved, edits: realEdits(saved, draft.edits) };
}

/** Whether saving changes what customers get, and so concerns environments; a name or a tag does not. */
export function changesEvaluation(base: Flag, edits: Edits): boolean {
  if (edits.defaultValue !== undefined) return true;
  if (!edits.rules) return false;
  const served = (rules: ReadonlyArray<Rule>) => rules.map((rule) => ({ ...rule, id: "", description: "" }));
  return !sameRules(served(base.rules), served(edits.rules));
}

// ------------------------------------------------------------------ rules

export function movedRule(rules: ReadonlyArray<Rule>, from: number, to: number): Array<Rule> {
  const next = [...rules];
  const [rule] = next.splice(from, 1);
  if (!rule) return next;
  next.splice(Math.max(0, Math.min(next.length, to)), 0, rule);
  return next;
}

export function withRule(
  rules: ReadonlyArray<Rule>,
  ruleId: string,
  changes: Partial<Omit<Rule, "id">>,
): Array<Rule> {
  return rules.map((rule) => (rule.id === ruleId ? { ...rule, ...changes } : rule));
}

export function withoutRule(rules: ReadonlyArray<Rule>, ruleId: string): Array<Rule> {
  return rules.filter((rule) => rule.id !== ruleId);
}

/** The copy stands right below its original. */
export function withDuplicate(rules: ReadonlyArray<Rule>, ruleId: string, newId: string): Array<Rule> {
  return rules.flatMap((rule) => (rule.id === ruleId ? [rule, { ...rule, id: newId }] : [rule]));
}

/**
 * Whether an edit finishes a ramp by the default: on a boolean flag a default of true would make Kill turn the
 * feature on, so the page offers a rule instead.
 */
export function finishesRampByDefault(flag: Flag, edits: Edits): boolean {
  return flag.type === "boolean" && flag.defaultValue === false && edits.defaultValue === true;
}

/** The offer taken: the default as it was, and a last rule that serves true to everyone. */
export function withRuleForEveryone(draft: Draft, newId: string): Draft {
  const rules = draft.edits.rules ?? draft.base.rules;
  const everyone: Rule = { id: newId, audienceId: null, percentage: null, value: true, description: "" };
  return edited(draft, { defaultValue: draft.base.defaultValue, rules: [...rules, everyone] });
}
