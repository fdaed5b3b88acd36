// What a customer's page says, in words: why a flag serves what it does, and how the row's fields read. Pure.
import type { CustomerFlag, JsonValue, Reason } from "@/contract";

export type ServedWords = { text: string; tone: "plain" | "killed" | "warning" };

/** "rule 2", "no rule matched", "off in Production", "killed". */
export function servedWords(reason: Reason, environmentName: string): ServedWords {
  switch (reason.kind) {
    case "RULE_MATCH":
      return { text: `rule ${reason.ruleIndex + 1}`, tone: "plain" };
    case "FALLTHROUGH":
      return { text: "no rule matched", tone: "plain" };
    case "OFF":
      return reason.offBy === "KILL_SWITCH"
        ? { text: "killed", tone: "killed" }
        : { text: `off in ${environmentName}`, tone: "plain" };
    case "ERROR":
      return { text: "an audience cannot be computed", tone: "warning" };
  }
}

/** Those whose key or name contains the text. */
export function matchingFlags(
  flags: ReadonlyArray<CustomerFlag>,
  names: ReadonlyMap<string, string>,
  search: string,
): ReadonlyArray<CustomerFlag> {
  const words = search.trim().toLowerCase();
  if (words === "") return flags;
  return flags.filter(({ id, key }) => `${key} ${names.get(id) ?? ""}`.toLowerCase().includes(words));
}

/** "37.120 %": where a bucket stands on the scale of percentages. */
export function bucketShare(bucket: number): string {
  return `${(bucket / 1_000).toFixed(3)} %`;
}

/** A field that has more to it than a line: objects, lists of more than texts, long texts. */
export function isFolded(value: JsonValue): boolean {
  if (value === null) return false;
  if (typeof value === "string") return value.length > LINE || value.includes("\n");
  if (Array.isArray(value)) return value.length > 0 && JSON.stringify(value).length > LINE;
  return typeof value === "object";
}

/** Characters that fit a line beside the field's name. */
const LINE = 48;

/** The field as it is copied. */
export function fieldText(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What stands for a folded field: "{ 3 fields }", "[ 12 items ]", or how a long text begins. */
export function foldedText(value: JsonValue): string {
  if (Array.isArray(value)) return `[ ${counted(value.length, "item")} ]`;
  if (typeof value === "object" && value !== null)
    return `{ ${counted(Object.keys(value).length, "field")} }`;
  const text = fieldText(value).replace(/\s+/g, " ");
  return text.length > LINE ? `${text.slice(0, LINE - 1)}…` : text;
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
