// What a filter's picker offers for what is typed so far. Pure.
import type { FlagType, JsonValue, SdkSeen } from "@/contract";
import { sameValue, valueLabel } from "@/features/flag/model/value";

export type Option = {
  /** What is chosen with it. */
  id: string;
  label: string;
  /** Smaller, at the end of the line. */
  detail?: string;
};

const SHOWN = 60;
const LABEL_CHARACTERS = 60;

/**
 * Values to filter by, each named by its JSON. Of a flag whose type is known, a text is what that type makes of it;
 * otherwise "12" may be a number or a text, and both are offered.
 */
export function valueOptions(
  text: string,
  type: FlagType | null,
  known: ReadonlyArray<JsonValue>,
): ReadonlyArray<Option> {
  const typed = text.trim();
  const words = typed.toLowerCase();
  const offered = known.filter((value) => written(value).toLowerCase().includes(words)).slice(0, SHOWN);
  const isOffered = (value: JsonValue) => offered.some((one) => sameValue(one, value));
  const readings = typed === "" ? [] : readingsOf(typed, type).filter((value) => !isOffered(value));
  // What was typed in full comes first.
  const exact = offered.filter((value) => written(value).toLowerCase() === words);
  return [...exact, ...readings, ...offered.filter((value) => !exact.includes(value))].map((value) => ({
    id: JSON.stringify(value),
    label: valueLabel(value, LABEL_CHARACTERS),
    detail: kindOf(value),
  }));
}

/** Everything that a typed value may mean. */
function readingsOf(typed: string, type: FlagType | null): ReadonlyArray<JsonValue> {
  if (type === "string") return [typed];
  const parsed = json(typed);
  if (type === null)
    return parsed === undefined ? [typed] : typeof parsed === "string" ? [parsed] : [parsed, typed];
  if (parsed === undefined) return [];
  return type === "json" || typeof parsed === type ? [parsed] : [];
}

function json(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function written(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function kindOf(value: JsonValue): string {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "JSON";
}

/** An SDK by its name, or all whose name contains a text. */
export type SdkFilter = { kind: "name" | "part"; text: string };

/** What those that do not say who they are are called. */
export const NAMELESS = "did not say";
/** The name under which the counts have all rare ones together: nothing to filter by. */
const TOGETHER = "other";

/** SDKs to filter by; `id` is that of `sdkChosen`. What was seen comes by name and version, with its count. */
export function sdkOptions(
  text: string,
  seen: ReadonlyArray<SdkSeen>,
  count: (evaluations: number) => string,
): ReadonlyArray<Option> {
  const typed = text.trim();
  const words = typed.toLowerCase();
  const named = seen
    .filter(({ sdk }) => sdk !== TOGETHER && (sdk === "" ? NAMELESS : sdk).toLowerCase().includes(words))
    .map(({ sdk, evaluations }) => ({
      id: `name:${sdk}`,
      label: sdk === "" ? NAMELESS : sdk,
      detail: count(evaluations),
    }));
  const families = [...familiesOf(seen)]
    .filter(([family, versions]) => versions > 1 && family.toLowerCase().includes(words))
    .map(([family, versions]) => ({
      id: `part:${family}`,
      label: `${family.slice(0, -1)}, any version`,
      detail: `${versions} versions`,
    }));
  const part =
    typed === "" || named.some(({ label }) => label === typed)
      ? []
      : [{ id: `part:${typed}`, label: `Any with “${typed}” in its name` }];
  return [...families, ...named.slice(0, SHOWN), ...part];
}

export function sdkChosen(id: string): SdkFilter {
  const at = id.indexOf(":");
  return { kind: id.slice(0, at) as SdkFilter["kind"], text: id.slice(at + 1) };
}

export function sdkWords({ kind, text }: SdkFilter): string {
  if (kind === "part")
    return /[/ ]$/.test(text) ? `${text.slice(0, -1)}, any version` : `“${text}” in its name`;
  return text === "" ? NAMELESS : text;
}

/** "halyard-js/" of "halyard-js/0.1.0": what versions have in common, with how many there are. */
function familiesOf(seen: ReadonlyArray<SdkSeen>): ReadonlyMap<string, number> {
  const families = new Map<string, number>();
  for (const { sdk } of seen) {
    const family = /^[^/ ]+[/ ](?=\d)/.exec(sdk)?.[0];
    if (family) families.set(family, (families.get(family) ?? 0) + 1);
  }
  return families;
}
