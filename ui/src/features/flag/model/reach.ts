// Counts of a rule in words: what rules above took of it, why it reaches nobody, what exposing would do. Pure.

import { formatCounted } from "@/components/format";
import type { FlagReach, JsonValue, Rule, RuleImpact, RuleReach } from "@/contract";
import { takenByRules } from "../impact/model";
import { percentageLabel } from "./percentage";
import { code, type Phrase, strong } from "./phrase";
import { sameValue, valueLabel } from "./value";

type Format = (count: number) => string;

/** "4,885 in its 10 %, rules above took 482"; null when nothing was taken. */
export function takenAbove(rule: Rule, reach: RuleReach, format: Format): string | null {
  const taken = reach.inPercentage - reach.net;
  if (taken <= 0 || reach.net === 0) return null;
  const where =
    rule.percentage === null
      ? rule.audienceId === null
        ? "in all"
        : "in it"
      : `in its ${percentageLabel(rule.percentage)}`;
  return `${format(reach.inPercentage)} ${where}, rules above took ${format(taken)}`;
}

/** Why a rule serves no customer; null when it serves some. `order` has the ids of the rules as they stand. */
export function nobodyBecause(rule: Rule, reach: RuleImpact, order: ReadonlyArray<string>): string | null {
  if (reach.net > 0) return null;
  if (rule.percentage === 0) return "it is at 0 %.";
  if (reach.inAudience === 0)
    return rule.audienceId === null ? "there are no customers." : "no customer is in its audience.";
  if (reach.inPercentage === 0) return `none of its audience is in its ${percentageLabel(rule.percentage)}.`;
  return takenByRules(reach.takenBy, order) ?? "rules above take all of it.";
}

/**
 * What customers get once the rules serve: "49,812 customers get `true`, the rest `false`." For switching
 * on and restoring.
 */
export function exposure(reach: FlagReach, defaultValue: JsonValue): Phrase {
  const gaining = reach.distribution.filter(
    ({ value, customers }) => customers > 0 && !sameValue(value, defaultValue),
  );
  const rest: Phrase = [code(valueLabel(defaultValue, 40)), ", the default."];
  if (gaining.length === 0) return ["No customer gets anything but ", ...rest];
  const parts = gaining.flatMap(({ value, customers }, index) => [
    index === 0 ? "" : ", ",
    strong(formatCounted(customers, "customer")),
    ` ${customers === 1 ? "gets" : "get"} `,
    code(valueLabel(value, 40)),
  ]);
  const gained = gaining.reduce((sum, { customers }) => sum + customers, 0);
  return gained === reach.customers ? [...parts, "."] : [...parts, "; all others get ", ...rest];
}
