// The list of flags: state, search, filters, and an order that holds still. Pure.

import type { Sort } from "@/components";
import type { FlagSummary, FlagType } from "@/contract";

/** Where a flag stands in one environment. */
export type FlagState = "serving" | "off" | "killed";

export function flagState(flag: FlagSummary, environment: string): FlagState {
  if (!flag.isActive) return "killed";
  return flag.environments[environment] ? "serving" : "off";
}

/** A flag with the text it is found by, made once for many key strokes. */
export type IndexedFlag = { flag: FlagSummary; text: string };

export function indexFlags(flags: ReadonlyArray<FlagSummary>): ReadonlyArray<IndexedFlag> {
  return flags.map((flag) => ({
    flag,
    text: [flag.key, flag.name, flag.defaultPreview, flag.updatedBy, ...flag.tags].join("\n").toLowerCase(),
  }));
}

export type StateFilter = FlagState | "draft" | "permanent" | "client";

export type Filters = {
  text: string;
  states: ReadonlyArray<StateFilter>;
  types: ReadonlyArray<FlagType>;
  tags: ReadonlyArray<string>;
  /** Ids. */
  audiences: ReadonlyArray<string>;
  /** The archived flags instead of the others. */
  archived: boolean;
};

export const NO_FILTERS: Filters = {
  text: "",
  states: [],
  types: [],
  tags: [],
  audiences: [],
  archived: false,
};

export function isFiltered(filters: Filters): boolean {
  return (
    filters.text.trim() !== "" ||
    filters.states.length + filters.types.length + filters.tags.length + filters.audiences.length > 0
  );
}

/** What states mean depends on the environment that is looked at and on the drafts of this computer. */
export type Surroundings = { environment: string; drafted: ReadonlySet<string> };

/** All words must be found; of each filter, one of what was chosen must hold. */
export function filterFlags(
  flags: ReadonlyArray<IndexedFlag>,
  filters: Filters,
  surroundings: Surroundings,
): ReadonlyArray<FlagSummary> {
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const kept: Array<FlagSummary> = [];
  for (const { flag, text } of flags) {
    if (
      words.every((word) => text.includes(word)) &&
      holds(filters.types, (type) => flag.type === type) &&
      holds(filters.tags, (tag) => flag.tags.includes(tag)) &&
      holds(filters.audiences, (id) => flag.audienceIds.includes(id)) &&
      holds(filters.states, (state) => isIn(state, flag, surroundings))
    ) {
      kept.push(flag);
    }
  }
  return kept;
}

function holds<Item>(chosen: ReadonlyArray<Item>, test: (item: Item) => boolean): boolean {
  return chosen.length === 0 || chosen.some(test);
}

function isIn(state: StateFilter, flag: FlagSummary, { environment, drafted }: Surroundings): boolean {
  switch (state) {
    case "draft":
      return drafted.has(flag.id);
    case "permanent":
      return flag.permanent;
    case "client":
      return flag.clientVisible;
    default:
      return flagState(flag, environment) === state;
  }
}

export const FIRST_SORT: Sort = { column: "changed", direction: "descending" };

/**
 * Killed flags first, on top of them those that production would serve by rules otherwise; then as sorted. The key
 * decides among equals. `production`: keys of the production environments.
 */
export function compareFlags(
  sort: Sort,
  production: ReadonlyArray<string>,
): (a: FlagSummary, b: FlagSummary) => number {
  const sign = sort.direction === "ascending" ? 1 : -1;
  const byKey = (a: FlagSummary, b: FlagSummary) => compareTexts(a.key, b.key);
  const by: Record<string, (a: FlagSummary, b: FlagSummary) => number> = {
    flag: byKey,
    type: (a, b) => compareTexts(a.type, b.type),
    changed: (a, b) => compareTexts(a.updatedAt, b.updatedAt),
  };
  const compare = by[sort.column] ?? byKey;
  const urgency = ({ isActive, environments }: FlagSummary) =>
    isActive ? 0 : production.some((key) => environments[key]) ? 2 : 1;
  return (a, b) => urgency(b) - urgency(a) || sign * compare(a, b) || byKey(a, b);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The ids in the order in which they stay while the page is open: those of `previous` where they were,
 * flags that came since on top. A change moves no row; the next visit sorts anew.
 */
export function settledOrder(
  previous: ReadonlyArray<string>,
  flags: ReadonlyArray<FlagSummary>,
  sort: Sort,
  production: ReadonlyArray<string>,
): ReadonlyArray<string> {
  const known = new Set(previous);
  const added = flags.filter(({ id }) => !known.has(id)).sort(compareFlags(sort, production));
  return added.length === 0 ? previous : [...added.map(({ id }) => id), ...previous];
}

/** `flags` in the order of `ids`. */
export function inOrder(
  flags: ReadonlyArray<IndexedFlag>,
  ids: ReadonlyArray<string>,
): ReadonlyArray<IndexedFlag> {
  const byId = new Map(flags.map((indexed) => [indexed.flag.id, indexed]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Every tag with the number of its flags, by name. */
export function tagCounts(flags: ReadonlyArray<FlagSummary>): ReadonlyArray<{ tag: string; flags: number }> {
  const counts = new Map<string, number>();
  for (const { tags } of flags) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, flags: count }))
    .sort((a, b) => compareTexts(a.tag, b.tag));
}

/** `before` with `id` turned over, and everything between `from` and it made the same. `order`: as listed. */
export function selected(
  before: ReadonlySet<string>,
  order: ReadonlyArray<string>,
  id: string,
  from: string | null,
): ReadonlySet<string> {
  const next = new Set(before);
  const choose = !before.has(id);
  const ends = [order.indexOf(id), from === null ? -1 : order.indexOf(from)].filter((index) => index >= 0);
  for (const each of order.slice(Math.min(...ends), Math.max(...ends) + 1)) {
    if (choose) next.add(each);
    else next.delete(each);
  }
  return next;
}
