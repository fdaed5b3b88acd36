// Which field each violation belongs to, so that its sentence stands beside what was typed. Pure.

import type { Rule, Violation } from "@/contract";

export type RuleField = "audienceId" | "percentage" | "value" | "description" | "rule";

export type FieldErrors = {
  /** By rule id, then field; `rule` is about the rule as a whole. */
  rules: Map<string, Partial<Record<RuleField, string>>>;
  /** By field of the flag: `defaultValue`, `rules`, `name`, `note`, `tags` … */
  fields: Map<string, string>;
};

export const NO_ERRORS: FieldErrors = { rules: new Map(), fields: new Map() };

const RULE_FIELDS: ReadonlyArray<string> = ["audienceId", "percentage", "value", "description"];

/** `sent` are the rules in the order in which they were sent, which the paths count in. */
export function fieldErrors(violations: ReadonlyArray<Violation>, sent: ReadonlyArray<Rule>): FieldErrors {
  const errors: FieldErrors = { rules: new Map(), fields: new Map() };
  for (const { path, message } of violations) {
    const [, index, inner] = /^(?:changes\.)?rules\[(\d+)\](?:\.([A-Za-z]+))?/.exec(path) ?? [];
    const rule = index === undefined ? undefined : sent[Number(index)];
    if (rule) {
      const field = (inner && RULE_FIELDS.includes(inner) ? inner : "rule") as RuleField;
      const own = errors.rules.get(rule.id) ?? {};
      own[field] = own[field] ? `${own[field]} ${message}` : message;
      errors.rules.set(rule.id, own);
    } else {
      const field = /^(?:changes\.)?([A-Za-z]+)/.exec(path)?.[1] ?? "";
      const known = errors.fields.get(field);
      errors.fields.set(field, known ? `${known} ${message}` : message);
    }
  }
  return errors;
}

export function hasErrors(errors: FieldErrors): boolean {
  return errors.rules.size > 0 || errors.fields.size > 0;
}
