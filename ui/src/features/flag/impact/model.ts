// What an edit does to customers, in figures and words: who gains, loses or changes value, and which rules
// above took everybody of a rule. Pure.

import { formatCount, formatPercentage } from "@/components/format";
import type {
  CountProgress,
  Flag,
  FlagImpact,
  FlagType,
  JsonValue,
  Rule,
  TakenBy,
  ValueMove,
} from "@/contract";
import { code, listInWords, type Phrase } from "../model/phrase";
import { sameValue, valueLabel } from "../model/value";

/** What the figures are made from. */
export type Moved = Pick<FlagImpact, "gained" | "lost" | "changed" | "distribution"> & {
  type: FlagType;
  /** The default before and after the edit. */
  defaults: { before: JsonValue; after: JsonValue };
};

/** One number of the panel, as in "+722 gain `true`". */
export type Figure = { sign: "+" | "−" | ""; customers: number; words: Phrase };

/**
 * With one value beside the default: who gains it and who loses it. With more: who leaves the default, who falls
 * back to it, and who gets another value than before otherwise.
 */
export function figures({ type, defaults, distribution, gained, lost, changed }: Moved): Array<Figure> {
  const only = type === "boolean" ? true : onlyOther(defaults, distribution);
  const value = only === undefined ? null : code(valueLabel(only, 16));
  const all: Array<Figure> = [
    { sign: "+", customers: gained, words: value ? ["gain ", value] : ["leave the default"] },
    { sign: "−", customers: lost, words: value ? ["lose ", value] : ["fall back to it"] },
  ];
  return changed === 0 ? all : [...all, { sign: "", customers: changed, words: ["change value"] }];
}

function onlyOther({ before, after }: Moved["defaults"], distribution: Moved["distribution"]) {
  if (!sameValue(before, after)) return undefined;
  const others = distribution.filter(({ value }) => !sameValue(value, before));
  return others.length === 1 ? others[0]?.value : undefined;
}

/** "+722", "−0" reads as "0": a sign belongs to somebody. */
export function figureText({ sign, customers }: Pick<Figure, "sign" | "customers">): string {
  return customers === 0 ? "0" : `${sign}${formatCount(customers)}`;
}

/** Everybody whose value changes. */
export function customersMoved({ gained, lost, changed }: Pick<FlagImpact, "gained" | "lost" | "changed">) {
  return gained + lost + changed;
}

/** The most customers first; in the order given among equals. */
export function largestFirst(moves: ReadonlyArray<ValueMove>): Array<ValueMove> {
  return [...moves].sort((a, b) => b.customers - a.customers);
}

/** "false → true" */
export function moveLabel({ from, to }: Pick<ValueMove, "from" | "to">, limit = 24): string {
  return `${valueLabel(from, limit)} → ${valueLabel(to, limit)}`;
}

/**
 * "Rule 1 serves 1,204 of 4,816: 722 gain `true`, 482 had it already by the 10 % rule below." What a new rule, at
 * `index` of the draft, does to those it serves; null for one that is not new or serves nobody.
 */
export function newRuleSentence(
  index: number,
  draft: Pick<Flag, "rules">,
  saved: Pick<Flag, "rules" | "defaultValue">,
  impact: Pick<FlagImpact, "rules">,
): Phrase | null {
  const rule = draft.rules[index];
  const reach = rule && impact.rules.find(({ ruleId }) => ruleId === rule.id);
  if (!rule || !reach || reach.netNow !== null || reach.net === 0) return null;
  const parts: Array<Phrase> = [];
  let getting = 0;
  const had: Array<Phrase> = [];
  for (const { ruleId, customers } of reach.servedNow) {
    const by = saved.rules.find(({ id }) => id === ruleId);
    if (!sameValue(by ? by.value : saved.defaultValue, rule.value)) getting += customers;
    else had.push([`${formatCount(customers)} had it already by ${nameOfRule(by, rule, draft)}`]);
  }
  const value = code(valueLabel(rule.value, 16));
  if (getting > 0) parts.push([`${formatCount(getting)} gain `, value]);
  else if (had.length > 0) parts.push(["nobody gains ", value]);
  parts.push(...had);
  const of = rule.audienceId === null ? "" : ` of ${formatCount(reach.inAudience)}`;
  return [
    `Rule ${index + 1} serves ${formatCount(reach.net)}${of}: `,
    ...parts.flatMap((part, position) => (position === 0 ? part : [", ", ...part])),
    ".",
  ];
}

/** "the 10 % rule below", "rule 3 below", "a rule that is deleted", "default". */
function nameOfRule(by: Rule | undefined, rule: Rule, draft: Pick<Flag, "rules">): string {
  if (!by) return "default";
  const now = draft.rules.findIndex(({ id }) => id === by.id);
  if (now < 0) return "a rule that is deleted";
  const where = now > draft.rules.indexOf(rule) ? " below" : " above";
  return by.audienceId === null && by.percentage !== null
    ? `the ${formatPercentage(by.percentage)} rule${where}`
    : `rule ${now + 1}${where}`;
}

/**
 * "rules 1 and 2 take all 482": which rules took everybody whom a rule would reach. `order` has the ids of the
 * rules as they stand; null when nobody was taken by any of them.
 */
export function takenByRules(takenBy: ReadonlyArray<TakenBy>, order: ReadonlyArray<string>): string | null {
  const takers = takenBy
    .map(({ ruleId, customers }) => ({ number: order.indexOf(ruleId) + 1, customers }))
    .filter(({ number, customers }) => number > 0 && customers > 0)
    .sort((a, b) => a.number - b.number);
  const [first] = takers;
  if (!first) return null;
  const all = formatCount(takers.reduce((sum, { customers }) => sum + customers, 0));
  const numbers = listInWords(takers.map(({ number }) => String(number)));
  return takers.length === 1 ? `rule ${numbers} takes all ${all}.` : `rules ${numbers} take all ${all}.`;
}

/** "120,000 of about 1,000,000", "120,000 so far". */
export function progressText({ seen, estimated }: CountProgress): string {
  return estimated === null
    ? `${formatCount(seen)} so far`
    : `${formatCount(seen)} of about ${formatCount(estimated)}`;
}
