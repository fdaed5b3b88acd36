// What the log is narrowed to, in the words of the page. Pure.
import { momentText } from "@/components";
import type { JsonValue } from "@/contract";
import { valueLabel } from "@/features/flag/model/value";
import { type SdkFilter, sdkWords } from "./filters/options";
import type { Span } from "./histogram/bars";
import { callWords } from "./model";

/** Why a value was served, as a filter tells them apart. */
export const REASONS = ["RULE_MATCH", "FALLTHROUGH", "KILLED", "OFF", "ERROR"] as const;
/** Killed is everywhere and undone by Restore, off is in one environment: two answers to "why?". */
export type ReasonFilter = (typeof REASONS)[number];
/** A rule by what stays when rules move, and by what it was called when it was chosen. */
export type RuleFilter = { id: string; label: string };

export type Filters = {
  /** Key of the flag; null: all. */
  flag: string | null;
  /** The customer's id; null: all. */
  entity: string | null;
  /** The value that was served, as JSON; null: any. */
  value: string | null;
  reason: ReasonFilter | null;
  /** Which rule matched. */
  rule: RuleFilter | null;
  /** Which door the call came through; null: any. */
  source: string | null;
  /** What the caller said it is. */
  sdk: SdkFilter | null;
  /** From this moment on, in milliseconds since 1970; null: from the oldest. */
  from: number | null;
  /** Before this moment; null: to now. */
  to: number | null;
};

export const NO_FILTERS: Filters = {
  flag: null,
  entity: null,
  value: null,
  reason: null,
  rule: null,
  source: null,
  sdk: null,
  from: null,
  to: null,
};

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== null);
}

/** Whether the list ends before now: then nothing can come in at its top. */
export function endsInThePast({ to }: Filters, now: number): boolean {
  return to !== null && to <= now;
}

/** The span as an answer to "which part of these bars is chosen?"; null: all of it. */
export function chosenSpan({ from, to }: Filters, now: number): Span | null {
  if (from === null && to === null) return null;
  return { from: from ?? 0, to: to ?? now };
}

export const REASON_WORDS: Record<ReasonFilter, string> = {
  RULE_MATCH: "a rule matched",
  FALLTHROUGH: "no rule matched",
  KILLED: "killed",
  OFF: "off",
  ERROR: "not decided",
};

/** "No app asked for new-dashboard for cus_1 …": what an empty list looked for. */
export function filterWords(filters: Filters): string {
  const { flag, entity, value, reason, rule, source, sdk, from, to } = filters;
  const parts = [
    value === null ? null : `that got ${valueLabel(JSON.parse(value) as JsonValue)}`,
    rule === null ? null : `by ${rule.label}`,
    reason === null ? null : `because: ${REASON_WORDS[reason]}`,
    source === null ? null : `through ${callWords(source)}`,
    sdk === null ? null : `with an SDK: ${sdkWords(sdk)}`,
    from === null ? null : `since ${momentText(from)}`,
    to === null ? null : `before ${momentText(to)}`,
  ].filter((part) => part !== null);
  const whom = entity === null ? "" : ` for ${entity}`;
  const how = parts.length === 0 ? "" : ` ${parts.join(", ")}`;
  return `No app asked for ${flag ?? "a flag"}${whom}${how}.`;
}
