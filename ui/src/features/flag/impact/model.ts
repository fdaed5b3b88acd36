// What an edit does to customers, in figures and words: who gains, loses or changes value, and which rules
// above took everybody of a rule. Pure.

import { formatCount } from "@/components/format";
import type { JsonValue } from "@/contract";
import { code, listInWords, type Phrase } from "../model/phrase";
import { sameValue, valueLabel } from "../model/value";

/** Customers whose value changes from one to another. */
export type Move = { from: JsonValue; to: JsonValue; customers: number };

/** What the figures are made from. */
export type Moved = {
  /** The default before and after the edit. */
  defaults: { before: JsonValue; after: JsonValue };
  /** All values that anybody gets, before or after, besides the defaults. */
  others: ReadonlyArray<JsonValue>;
  moves: ReadonlyArray<Move>;
};

/** One number of the panel, as in "+722 gain `true`". */
export type Figure = { sign: "+" | "−" | ""; customers: number; words: Phrase };

/**
 * With one value beside the default: who gains it and who loses it. With more: who leaves the default, who falls
 * back to it, and who gets another value than before otherwise.
 */
export function figures({ defaults, others, moves }: Moved): Array<Figure> {
  const [only] = others;
  const sum = (which: (move: Move) => boolean) =>
    moves.filter(which).reduce((total, { customers }) => total + customers, 0);
  if (others.length === 1 && only !== undefined && sameValue(defaults.before, defaults.after)) {
    const value = code(valueLabel(only, 16));
    return [
      { sign: "+", customers: sum(({ to }) => sameValue(to, only)), words: ["gain ", value] },
      { sign: "−", customers: sum(({ from }) => sameValue(from, only)), words: ["lose ", value] },
    ];
  }
  const leaves = ({ from, to }: Move) => sameValue(from, defaults.before) && !sameValue(to, defaults.after);
  const returns = ({ from, to }: Move) => !sameValue(from, defaults.before) && sameValue(to, defaults.after);
  const changes = sum((move) => !leaves(move) && !returns(move));
  const all: Array<Figure> = [
    { sign: "+", customers: sum(leaves), words: ["leave the default"] },
    { sign: "−", customers: sum(returns), words: ["fall back to it"] },
  ];
  return changes === 0 ? all : [...all, { sign: "", customers: changes, words: ["change value"] }];
}

/** "+722", "−0" reads as "0": a sign belongs to somebody. */
export function figureText({ sign, customers }: Pick<Figure, "sign" | "customers">): string {
  return customers === 0 ? "0" : `${sign}${formatCount(customers)}`;
}

/** Everybody whose value changes. */
export function customersMoved(moves: ReadonlyArray<Move>): number {
  return moves.reduce((sum, { customers }) => sum + customers, 0);
}

/** The most customers first; in the order given among equals. */
export function largestFirst<Of extends Move>(moves: ReadonlyArray<Of>): Array<Of> {
  return [...moves].sort((a, b) => b.customers - a.customers);
}

/** "false → true" */
export function moveLabel({ from, to }: Pick<Move, "from" | "to">, limit = 24): string {
  return `${valueLabel(from, limit)} → ${valueLabel(to, limit)}`;
}

/** Whom the rules above took from a rule, by rule. */
export type TakenBy = ReadonlyArray<{ ruleId: string; customers: number }>;

/**
 * "rules 1 and 2 take all 482": which rules took everybody whom a rule would reach. `order` has the ids of the
 * rules as they stand; null when nobody was taken by any of them.
 */
export function takenByRules(takenBy: TakenBy, order: ReadonlyArray<string>): string | null {
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
