// What the list says of an evaluation, in words, and how its pages lie together. Pure.
import type { EvaluationFilter, EvaluationRow, EvaluationsPage, JsonValue } from "@/contract";
import type { Filters, ReasonFilter } from "./filter";

export type ReasonWords = {
  text: string;
  tone: "plain" | "killed" | "warning";
  /** More, on hover. */
  detail?: string;
};

/** Why a value was served, as in "rule 2", "no rule matched", "killed". */
export function reasonWords(row: EvaluationRow, environmentName: string): ReasonWords {
  const reason = plainReason(row, environmentName);
  if (!row.stale) return reason;
  return {
    text: `stale · ${reason.text}`,
    tone: "warning",
    detail: "The database was away: decided by the audiences that the customer was last known to be in.",
  };
}

function plainReason(row: EvaluationRow, environmentName: string): ReasonWords {
  switch (row.reason) {
    case "RULE_MATCH":
      return { text: row.ruleIndex === null ? "a rule" : `rule ${row.ruleIndex + 1}`, tone: "plain" };
    case "FALLTHROUGH":
      return { text: "no rule matched", tone: "plain" };
    case "OFF":
      return row.offBy === "KILL_SWITCH"
        ? { text: "killed", tone: "killed" }
        : { text: `off in ${environmentName}`, tone: "plain" };
    default:
      return {
        text: "not decided",
        tone: "warning",
        detail: "Its audiences could not be read, or the evaluation failed: the default value was served.",
      };
  }
}

/** Which of the flag's values was served, where it can be told: 0 is the default. */
export function variation(
  { reason, value, flagKey }: EvaluationRow,
  booleanDefaults: ReadonlyMap<string, boolean>,
): number | null {
  if (reason !== "RULE_MATCH") return 0;
  const otherwise = booleanDefaults.get(flagKey);
  // A boolean flag has two values at most; of others only their versions know the order.
  return otherwise === undefined ? null : value === otherwise ? 0 : 1;
}

const CALLS: { readonly [source in string]?: string } = {
  evaluate: "evaluate",
  evaluate_all: "evaluate-all",
  launchdarkly: "LaunchDarkly",
  ofrep: "OFREP",
  ofrep_all: "OFREP all",
};

export const SOURCES = ["evaluate", "evaluate_all", "launchdarkly", "ofrep", "ofrep_all"] as const;

/** Which door a call came through. */
export function callWords(source: string): string {
  return CALLS[source] ?? source;
}

/** Where Why explains this very evaluation. */
export function whyThen({ entityId, flagKey, environment, at }: EvaluationRow) {
  return { entity: entityId, flag: flagKey, environment, at };
}

/** The newest evaluation when the list was opened: what is above it came since, and waits to be asked for. */
export type Top = { id: string | null; cursor: string | null };
/** A page, and the list it belongs to. */
export type ListPage = EvaluationsPage & { top: Top };

/** The rows, of which all that one version of a flag answered by one rule share its value: it may be large. */
export function sharingValues(rows: ReadonlyArray<EvaluationRow>): Array<EvaluationRow> {
  const values = new Map<string, JsonValue>();
  return rows.map((row) => {
    const served = `${row.flagKey} ${row.flagVersion} ${row.ruleIndex}`;
    const value = values.get(served);
    if (value !== undefined) return { ...row, value };
    values.set(served, row.value);
    return row;
  });
}

/** `page` as part of the list that began at `top`; without one it begins here. */
export function within(page: EvaluationsPage, top: Top | null): ListPage {
  const begin = top ?? { id: null, cursor: page.newerCursor };
  // A page may have nothing in it and yet not be the last.
  return {
    ...page,
    evaluations: sharingValues(page.evaluations),
    top: begin.id === null ? { ...begin, id: page.evaluations[0]?.id ?? null } : begin,
  };
}

/**
 * The rows of the pages from the top of the list on, newest first; a row that two pages have is there once. With
 * `letGo`, there are rows between the first of these and the top.
 */
export function rowsOf(pages: ReadonlyArray<ListPage>): {
  rows: ReadonlyArray<EvaluationRow>;
  letGo: boolean;
} {
  const seen = new Set<string>();
  const all = pages.flatMap(({ evaluations }) =>
    evaluations.filter(({ id }) => {
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    }),
  );
  const top = pages.at(-1)?.top.id ?? null;
  const first = top === null ? 0 : all.findIndex(({ id }) => id === top);
  return { rows: first > 0 ? all.slice(first) : all, letGo: first < 0 && all.length > 0 };
}

const REASON_FILTERS: Record<ReasonFilter, EvaluationFilter> = {
  RULE_MATCH: { reason: "RULE_MATCH" },
  FALLTHROUGH: { reason: "FALLTHROUGH" },
  KILLED: { offBy: "KILL_SWITCH" },
  OFF: { offBy: "ENVIRONMENT" },
  ERROR: { reason: "ERROR" },
};

/** The filter as the log is asked by it. */
export function asked(filters: Filters, environment: string | undefined): EvaluationFilter {
  const { flag, entity, value, reason, rule, source, sdk, from, to } = filters;
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(flag === null ? {} : { flagKey: flag }),
    ...(entity === null ? {} : { entityId: entity }),
    ...(value === null ? {} : { value: JSON.parse(value) as JsonValue }),
    ...(reason === null ? {} : REASON_FILTERS[reason]),
    ...(rule === null ? {} : { ruleId: rule.id }),
    ...(source === null ? {} : { source }),
    ...(sdk === null ? {} : sdk.kind === "name" ? { sdk: sdk.text } : { sdkContains: sdk.text }),
    ...(from === null ? {} : { from: new Date(from).toISOString() }),
    ...(to === null ? {} : { to: new Date(to).toISOString() }),
  };
}

/** "15:59:58.204" today, "21 Nov, 15:59:58" before, with the year in another one. Local, or in `timeZone`. */
export function rowTime(at: Date, now: Date, timeZone?: string): string {
  if (Number.isNaN(at.getTime())) return "–";
  const zone = timeZone ? { timeZone } : {};
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", ...zone });
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", ...zone } as const;
  if (day.format(at) === day.format(now)) {
    return new Intl.DateTimeFormat("en-GB", { ...clock, fractionalSecondDigits: 3 }).format(at);
  }
  const time = new Intl.DateTimeFormat("en-GB", clock).format(at);
  const sameYear = day.format(at).slice(-4) === day.format(now).slice(-4);
  return sameYear ? `${day.format(at).slice(0, -5)}, ${time}` : `${day.format(at)}, ${time}`;
}
