// What changed between two states of a flag: marks on the rows ("new", "was 50 %", "moved") and a list of
// sentences beside Save and in the history. Pure.

import type { Flag, Rule } from "@/contract";
import { sameRule } from "./draft";
import { percentageLabel } from "./percentage";
import { code, listInWords, type Phrase, strong } from "./phrase";
import { sameValue, valueLabel } from "./value";

/** Names for ids and keys; an unknown one is named as such by the caller. */
export type Names = {
  audience: (id: string) => string;
  environment: (key: string) => string;
};

export type RuleMark =
  | { kind: "new" }
  | { kind: "was"; field: "audience" | "percentage" | "value"; text: string }
  | { kind: "described" }
  | { kind: "moved"; from: number };

/** Marks by rule id, for rules that are in `after`. */
export function ruleMarks(
  before: ReadonlyArray<Rule>,
  after: ReadonlyArray<Rule>,
  names: Pick<Names, "audience">,
): Map<string, Array<RuleMark>> {
  const marks = new Map<string, Array<RuleMark>>();
  const moved = movedRules(before, after);
  for (const rule of after) {
    const from = before.findIndex(({ id }) => id === rule.id);
    const old = before[from];
    const own: Array<RuleMark> = old ? editMarks(old, rule, names) : [{ kind: "new" }];
    if (moved.has(rule.id)) own.push({ kind: "moved", from: from + 1 });
    if (own.length > 0) marks.set(rule.id, own);
  }
  return marks;
}

function editMarks(old: Rule, rule: Rule, names: Pick<Names, "audience">): Array<RuleMark> {
  const marks: Array<RuleMark> = [];
  if (old.audienceId !== rule.audienceId) {
    marks.push({ kind: "was", field: "audience", text: audienceName(old.audienceId, names) });
  }
  if (old.percentage !== rule.percentage) {
    marks.push({ kind: "was", field: "percentage", text: percentageLabel(old.percentage) });
  }
  if (!sameValue(old.value, rule.value))
    marks.push({ kind: "was", field: "value", text: valueLabel(old.value, 24) });
  if (old.description !== rule.description) marks.push({ kind: "described" });
  return marks;
}

export function removedRules(before: ReadonlyArray<Rule>, after: ReadonlyArray<Rule>): Array<Rule> {
  return before.filter((rule) => !after.some(({ id }) => id === rule.id));
}

/**
 * The fewest rules that must have moved: those in both lists that are outside their longest common order.
 * Moving one rule past three others marks that one, not the three.
 */
export function movedRules(before: ReadonlyArray<Rule>, after: ReadonlyArray<Rule>): Set<string> {
  const positions = after
    .map((rule) => ({ id: rule.id, position: before.findIndex(({ id }) => id === rule.id) }))
    .filter(({ position }) => position >= 0);
  // Among equally few, those that stand where they stood are better left unmarked.
  const inOrder = positions.map(({ position }) => position).sort((a, b) => a - b);
  const weight: Array<number> = positions.map(({ position }, index) =>
    inOrder[index] === position ? 1.01 : 1,
  );
  // longest[i]: the heaviest increasing run that ends at i; previous[i]: the one before it.
  const longest = [...weight];
  const previous = positions.map(() => -1);
  for (const [index, { position }] of positions.entries()) {
    for (let earlier = 0; earlier < index; earlier++) {
      const run = (longest[earlier] ?? 0) + (weight[index] ?? 0);
      if ((positions[earlier]?.position ?? 0) < position && run > (longest[index] ?? 0)) {
        longest[index] = run;
        previous[index] = earlier;
      }
    }
  }
  const stayed = new Set<string>();
  let at = longest.indexOf(Math.max(0, ...longest));
  while (at >= 0) {
    stayed.add(positions[at]?.id ?? "");
    at = previous[at] ?? -1;
  }
  return new Set(positions.map(({ id }) => id).filter((id) => !stayed.has(id)));
}

export function audienceName(id: string | null, names: Pick<Names, "audience">): string {
  return id === null ? "Everyone" : names.audience(id);
}

/** "Enterprise, 25 % → `true`" */
export function ruleSummary(rule: Rule, names: Pick<Names, "audience">): Phrase {
  const share = rule.percentage === null ? "" : ` · ${percentageLabel(rule.percentage)}`;
  return [`${audienceName(rule.audienceId, names)}${share} → `, code(valueLabel(rule.value, 40))];
}

type Described = Pick<
  Flag,
  "name" | "description" | "defaultValue" | "rules" | "clientVisible" | "permanent" | "tags"
> &
  Partial<Pick<Flag, "environments" | "isActive" | "archivedAt">>;

/** Everything that changed, one sentence each, the strongest effect first. */
export function changeSentences(before: Described, after: Described, names: Names): Array<Phrase> {
  return [
    ...stateSentences(before, after, names),
    ...ruleSentences(before.rules, after.rules, names),
    ...defaultSentences(before, after),
    ...detailSentences(before, after),
  ];
}

function stateSentences(before: Described, after: Described, names: Names): Array<Phrase> {
  const sentences: Array<Phrase> = [];
  if (before.isActive !== after.isActive) sentences.push([after.isActive ? "Restored" : "Killed"]);
  if (!before.archivedAt !== !after.archivedAt)
    sentences.push([after.archivedAt ? "Archived" : "Unarchived"]);
  const keys = new Set([...Object.keys(before.environments ?? {}), ...Object.keys(after.environments ?? {})]);
  for (const key of keys) {
    const on = after.environments?.[key] === true;
    if ((before.environments?.[key] === true) !== on) {
      sentences.push([`${names.environment(key)} switched ${on ? "on" : "off"}`]);
    }
  }
  return sentences;
}

function ruleSentences(before: ReadonlyArray<Rule>, after: ReadonlyArray<Rule>, names: Names): Array<Phrase> {
  const sentences: Array<Phrase> = [];
  const moved = movedRules(before, after);
  for (const [index, rule] of after.entries()) {
    const number = strong(`Rule ${index + 1}`);
    const from = before.findIndex(({ id }) => id === rule.id);
    const old = before[from];
    if (!old) {
      sentences.push([number, " added: ", ...ruleSummary(rule, names)]);
      continue;
    }
    const edits = sameRule(old, rule) ? [] : ruleEdits(old, rule, names);
    const steps = [...(moved.has(rule.id) ? [[`moved from ${from + 1}`]] : []), ...edits];
    if (steps.length > 0) sentences.push([number, ": ", ...joined(steps)]);
  }
  for (const rule of removedRules(before, after)) {
    const from = before.findIndex(({ id }) => id === rule.id);
    sentences.push(["Former ", strong(`rule ${from + 1}`), " removed: ", ...ruleSummary(rule, names)]);
  }
  return sentences;
}

function ruleEdits(old: Rule, rule: Rule, names: Names): Array<Phrase> {
  const edits: Array<Phrase> = [];
  if (old.audienceId !== rule.audienceId) {
    edits.push([`${audienceName(old.audienceId, names)} → ${audienceName(rule.audienceId, names)}`]);
  }
  if (old.percentage !== rule.percentage) {
    edits.push([`${percentageLabel(old.percentage)} → ${percentageLabel(rule.percentage)}`]);
  }
  if (!sameValue(old.value, rule.value)) {
    edits.push([
      "serves ",
      code(valueLabel(rule.value, 24)),
      " instead of ",
      code(valueLabel(old.value, 24)),
    ]);
  }
  if (old.description !== rule.description) edits.push(["description changed"]);
  return edits;
}

function joined(phrases: ReadonlyArray<Phrase>): Phrase {
  return phrases.flatMap((phrase, index) => (index === 0 ? [...phrase] : [", ", ...phrase]));
}

function defaultSentences(before: Described, after: Described): Array<Phrase> {
  if (sameValue(before.defaultValue, after.defaultValue)) return [];
  const [from, to] = [valueLabel(before.defaultValue, 24), valueLabel(after.defaultValue, 24)];
  return [[strong("Otherwise"), " serves ", code(to), " instead of ", code(from)]];
}

function detailSentences(before: Described, after: Described): Array<Phrase> {
  const sentences: Array<Phrase> = [];
  if (before.name !== after.name) sentences.push([`Renamed to “${after.name}”`]);
  if (before.description !== after.description) sentences.push(["Description changed"]);
  const added = after.tags.filter((tag) => !before.tags.includes(tag));
  const removed = before.tags.filter((tag) => !after.tags.includes(tag));
  if (added.length > 0) sentences.push([`Tagged ${listInWords(added)}`]);
  if (removed.length > 0) sentences.push([`No longer tagged ${listInWords(removed)}`]);
  if (added.length === 0 && removed.length === 0 && !sameValue(before.tags, after.tags)) {
    sentences.push(["Tags reordered"]);
  }
  if (before.clientVisible !== after.clientVisible) {
    sentences.push([after.clientVisible ? "Visible to clients" : "Hidden from clients"]);
  }
  if (before.permanent !== after.permanent) {
    sentences.push([after.permanent ? "Marked permanent" : "No longer permanent"]);
  }
  return sentences;
}

export type SaveEffect =
  | { effect: "changes"; keys: Array<string> }
  | { effect: "when_on" }
  | { effect: "when_restored" }
  | { effect: "when_unarchived" };

/**
 * What saving would reach: "changes Production, Development", or that it waits for a switch. Keys in the
 * order of the environments.
 */
export function environmentsThatChange(
  flag: Pick<Flag, "isActive" | "environments" | "archivedAt">,
  environments: ReadonlyArray<{ key: string }>,
): SaveEffect {
  if (flag.archivedAt) return { effect: "when_unarchived" };
  if (!flag.isActive) return { effect: "when_restored" };
  const keys = environments.map(({ key }) => key).filter((key) => flag.environments[key] === true);
  return keys.length > 0 ? { effect: "changes", keys } : { effect: "when_on" };
}
