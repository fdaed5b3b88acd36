// Three-way merge of a draft with a newer version of its flag. Rules merge by id; a field or rule that one
// side alone changed merges silently; only what both changed differently is asked. Pure.

import type { Flag, Rule } from "@/contract";
import { EDITED_FIELDS, type EditedField, type Edits, realEdits, sameRule } from "./draft";
import { sameValue } from "./value";

export type RuleConflict = {
  kind: "rule";
  ruleId: string;
  base: Rule | null;
  mine: Rule | null;
  theirs: Rule | null;
};
export type FieldConflict = { kind: "field"; field: Exclude<EditedField, "rules"> };
/** Both moved rules, in different ways. */
export type OrderConflict = { kind: "order" };
export type Conflict = RuleConflict | FieldConflict | OrderConflict;

/** `both` keeps theirs and adds mine as a new rule below it; only for rules that both sides still have. */
export type Choice = "mine" | "theirs" | "both";

export const conflictId = (conflict: Conflict): string =>
  conflict.kind === "rule" ? `rule:${conflict.ruleId}` : conflict.kind === "field" ? conflict.field : "order";

export const canKeepBoth = (conflict: Conflict): boolean =>
  conflict.kind === "rule" && conflict.mine !== null && conflict.theirs !== null;

/** What must be asked before the draft on `base` can become one on `theirs`. */
export function conflicts(base: Flag, edits: Edits, theirs: Flag): Array<Conflict> {
  const found: Array<Conflict> = [];
  for (const field of EDITED_FIELDS) {
    const mine = edits[field];
    if (field === "rules" || mine === undefined) continue;
    if (!sameValue(theirs[field], base[field]) && !sameValue(theirs[field], mine))
      found.push({ kind: "field", field });
  }
  if (edits.rules) {
    found.push(...ruleConflicts(base.rules, edits.rules, theirs.rules));
    if (orderConflicts(base.rules, edits.rules, theirs.rules)) found.push({ kind: "order" });
  }
  return found;
}

function ruleConflicts(base: ReadonlyArray<Rule>, mine: ReadonlyArray<Rule>, theirs: ReadonlyArray<Rule>) {
  const ids = new Set([...theirs, ...mine, ...base].map(({ id }) => id));
  const found: Array<RuleConflict> = [];
  for (const ruleId of ids) {
    const [was, ours, other] = [base, mine, theirs].map((rules) => ruleIn(rules, ruleId)) as [
      Rule | null,
      Rule | null,
      Rule | null,
    ];
    const iChanged = !sameRule(was, ours);
    const theyChanged = !sameRule(was, other);
    if (iChanged && theyChanged && !sameRule(ours, other)) {
      found.push({ kind: "rule", ruleId, base: was, mine: ours, theirs: other });
    }
  }
  return found;
}

function ruleIn(rules: ReadonlyArray<Rule>, ruleId: string): Rule | null {
  return rules.find(({ id }) => id === ruleId) ?? null;
}

function orderConflicts(
  base: ReadonlyArray<Rule>,
  mine: ReadonlyArray<Rule>,
  theirs: ReadonlyArray<Rule>,
): boolean {
  const inAll = (rules: ReadonlyArray<Rule>) =>
    rules
      .filter(({ id }) => ruleIn(base, id) && ruleIn(mine, id) && ruleIn(theirs, id))
      .map(({ id }) => id)
      .join();
  const [was, ours, other] = [inAll(base), inAll(mine), inAll(theirs)];
  return ours !== was && other !== was && ours !== other;
}

/**
 * The edits as they are on top of `theirs`, with every conflict answered; an unanswered one keeps theirs.
 * `newId` gives the ids of rules kept as both.
 */
export function merged(
  base: Flag,
  edits: Edits,
  theirs: Flag,
  choices: Readonly<Record<string, Choice>>,
  newId: () => string,
): Edits {
  const asked = conflicts(base, edits, theirs);
  const result: Edits = { ...edits };
  for (const conflict of asked) {
    if (conflict.kind === "field" && choices[conflict.field] !== "mine") delete result[conflict.field];
  }
  if (edits.rules) result.rules = mergedRules(base.rules, edits.rules, theirs.rules, asked, choices, newId);
  return realEdits(theirs, result);
}

function mergedRules(
  base: ReadonlyArray<Rule>,
  mine: ReadonlyArray<Rule>,
  theirs: ReadonlyArray<Rule>,
  asked: ReadonlyArray<Conflict>,
  choices: Readonly<Record<string, Choice>>,
  newId: () => string,
): Array<Rule> {
  const content = (ruleId: string): Array<Rule> => {
    const [was, ours, other] = [ruleIn(base, ruleId), ruleIn(mine, ruleId), ruleIn(theirs, ruleId)];
    const conflict = asked.find((each) => each.kind === "rule" && each.ruleId === ruleId);
    if (!conflict) {
      const kept = sameRule(was, ours) ? other : ours;
      return kept ? [kept] : [];
    }
    const choice = choices[conflictId(conflict)] ?? "theirs";
    if (choice === "both" && ours && other) return [other, { ...ours, id: newId() }];
    const kept = choice === "mine" ? ours : other;
    return kept ? [kept] : [];
  };
  return mergedOrder(base, mine, theirs, asked, choices).flatMap(content);
}

/** The order of the side that moved rules, with the other side's additions right after their neighbours. */
function mergedOrder(
  base: ReadonlyArray<Rule>,
  mine: ReadonlyArray<Rule>,
  theirs: ReadonlyArray<Rule>,
  asked: ReadonlyArray<Conflict>,
  choices: Readonly<Record<string, Choice>>,
): Array<string> {
  const ids = (rules: ReadonlyArray<Rule>) => rules.map(({ id }) => id);
  const bothMoved = asked.some(({ kind }) => kind === "order");
  const mineLeads = bothMoved ? choices.order === "mine" : iMoved(base, mine, theirs);
  const [leading, following] = mineLeads ? [ids(mine), ids(theirs)] : [ids(theirs), ids(mine)];
  const order = [...leading];
  for (const [index, id] of following.entries()) {
    if (order.includes(id)) continue;
    const above = following
      .slice(0, index)
      .reverse()
      .find((each) => order.includes(each));
    order.splice(above === undefined ? 0 : order.indexOf(above) + 1, 0, id);
  }
  return order;
}

function iMoved(base: ReadonlyArray<Rule>, mine: ReadonlyArray<Rule>, theirs: ReadonlyArray<Rule>): boolean {
  const common = (rules: ReadonlyArray<Rule>) =>
    rules
      .filter(({ id }) => ruleIn(base, id) && ruleIn(mine, id) && ruleIn(theirs, id))
      .map(({ id }) => id)
      .join();
  return common(mine) !== common(base);
}

/** Whether a newer version changed anything that a draft could hold; kills and switches alone did not. */
export function changedForDraft(base: Flag, theirs: Flag): boolean {
  return EDITED_FIELDS.some((field) =>
    field === "rules"
      ? base.rules.length !== theirs.rules.length ||
        base.rules.some((rule, index) => !sameRule(rule, theirs.rules[index]))
      : !sameValue(base[field], theirs[field]),
  );
}
