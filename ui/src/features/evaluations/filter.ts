// What the log is narrowed to, in the words of the page. Pure.
import { fieldText, type Span } from "./histogram/bars";

/** Why a value was served, as a filter tells them apart. */
export const REASONS = ["RULE_MATCH", "FALLTHROUGH", "OFF", "ERROR"] as const;
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
  sdk: string | null;
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

/** The value of a filter from what somebody typed: JSON where it reads as that, otherwise the text itself. */
export function typedValue(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify(text);
  }
}

/** How such a value is shown: a text without its quotes. */
export function shownValue(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === "string" ? value : json;
}

/** The span as an answer to "which part of these bars is chosen?"; null: all of it. */
export function chosenSpan({ from, to }: Filters, now: number): Span | null {
  if (from === null && to === null) return null;
  return { from: from ?? 0, to: to ?? now };
}

export const REASON_WORDS: Record<ReasonFilter, string> = {
  RULE_MATCH: "a rule matched",
  FALLTHROUGH: "no rule matched",
  OFF: "off or killed",
  ERROR: "not decided",
};

/** "No app asked for new-dashboard for cus_1 …": what an empty list looked for. */
export function filterWords(filters: Filters): string {
  const { flag, entity, value, reason, rule, source, sdk, from, to } = filters;
  const parts = [
    value === null ? null : `that got ${shownValue(value)}`,
    rule === null ? null : `by ${rule.label}`,
    reason === null ? null : `because: ${REASON_WORDS[reason]}`,
    source === null ? null : `through ${source}`,
    sdk === null ? null : `with ${sdk}`,
    from === null ? null : `since ${fieldText(from).replace("T", " ")}`,
    to === null ? null : `before ${fieldText(to).replace("T", " ")}`,
  ].filter((part) => part !== null);
  const whom = entity === null ? "" : ` for ${entity}`;
  const how = parts.length === 0 ? "" : ` ${parts.join(", ")}`;
  return `No app asked for ${flag ?? "a flag"}${whom}${how}.`;
}
