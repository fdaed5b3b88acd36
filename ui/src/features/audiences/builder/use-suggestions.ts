// What could be typed: common values of an attribute, paths inside JSON, names of events. Read when somebody
// looks for them; typing never waits for that.
import { useDebouncedValue } from "@mantine/hooks";
import { useCommandQuery } from "@/api";
import { formatCount, formatShare } from "@/components";
import type { AttributeType } from "@/contract";
import { ANY_EVENT } from "../model/event-words";
import { TYPE_WORDS } from "../model/operators";
import type { Leaf } from "../model/tree";
import { numberText, pathText } from "../model/typed";

export type Suggestion = {
  /** What is put into the field. */
  text: string;
  label?: string;
  /** As in "16.5 %". */
  detail?: string;
};

export type Suggestions = {
  found: ReadonlyArray<Suggestion>;
  /** What stands below them, or in their place. */
  note: string | null;
  /** They were searched for already: all of them are shown. */
  searched?: boolean;
};

const NONE: Suggestions = { found: [], note: null };
const LOADING: Suggestions = { found: [], note: "Looking for values…" };

const failed = (message: string): Suggestions => ({
  found: [],
  note: `No suggestions: ${message} Type what you look for.`,
});

const CUSTOMERS_SHOWN = 20;
const SEARCH_REST_MS = 150;

/** Customers by name, e-mail or id. */
export function useCustomerSuggestions(typed: string, wanted: boolean): Suggestions {
  const [query] = useDebouncedValue(typed.trim(), SEARCH_REST_MS);
  const { data, error } = useCommandQuery(
    "customers_search",
    { query, limit: CUSTOMERS_SHOWN },
    { enabled: wanted, keepPrevious: true },
  );
  if (!wanted) return NONE;
  if (error) return failed(error.message);
  if (!data) return { found: [], note: "Looking for customers…" };
  const found = data.map(({ entityId, name, email }) => ({
    text: entityId,
    label: [name, email].filter(Boolean).join(" · ") || entityId,
    detail: entityId,
  }));
  const nobody = query === "" ? "There are no customers." : `No customer matches “${query}”.`;
  return { found, note: found.length === 0 ? nobody : null, searched: true };
}

/** Values of the attribute, or of the place inside JSON that the leaf reads. */
export function useValueSuggestions(
  { attribute, path, readAs }: Pick<Leaf, "attribute" | "path" | "readAs">,
  wanted: boolean,
): Suggestions {
  const { data, error } = useCommandQuery("attribute_suggestions", { attribute }, { enabled: wanted });
  if (!wanted) return NONE;
  if (error) return failed(error.message);
  if (!data) return LOADING;
  if (readAs !== null) {
    const place = data.paths.find((one) => pathText(one.path) === pathText(path));
    return { found: (place?.values ?? []).map((value) => ({ text: numberText(value) })), note: null };
  }
  const found = data.values.map(({ value, share }) => ({
    text: numberText(value),
    ...(share === null ? {} : { detail: formatShare(share, 1) }),
  }));
  const some = data.from === "statistics" || data.from === "sample";
  return { found, note: some && found.length > 0 ? "The most common values, about how common." : null };
}

export type FoundPath = { path: ReadonlyArray<string>; types: ReadonlyArray<AttributeType> };

/** Places inside JSON, the most common first. */
export function usePathSuggestions(
  attribute: string,
  wanted: boolean,
): { paths: ReadonlyArray<FoundPath>; suggestions: Suggestions } {
  const { data, error } = useCommandQuery("attribute_suggestions", { attribute }, { enabled: wanted });
  if (!wanted) return { paths: [], suggestions: NONE };
  if (error) return { paths: [], suggestions: failed(error.message) };
  if (!data) return { paths: [], suggestions: { found: [], note: "Looking into the JSON…" } };
  const found = data.paths
    .filter(({ path }) => path.length > 0)
    .map(({ path, types }) => ({
      text: pathText(path),
      detail: types.map((type) => TYPE_WORDS[type]).join(", "),
    }));
  const sampled = data.from === "sample" ? "Found in some of the customers. Others can be typed." : null;
  const note = found.length === 0 ? "Nothing was found inside. Type a path, as in plan.tier." : sampled;
  return { paths: data.paths, suggestions: { found, note } };
}

export function useEventSuggestions(wanted: boolean): Suggestions {
  const { data, error } = useCommandQuery("event_names", {}, { enabled: wanted });
  const any: Suggestion = { text: ANY_EVENT, label: "any event" };
  if (!wanted) return NONE;
  if (error) return { ...failed(error.message), found: [any] };
  if (data === undefined) return { found: [any], note: "Looking for names…" };
  const names = data?.names ?? [];
  return {
    found: [any, ...names.map(({ name, events }) => ({ text: name, detail: formatCount(events) }))],
    note:
      data && !data.complete
        ? `Out of ${formatCount(data.sampled)} events that were looked at. Other names can be typed.`
        : null,
  };
}
