// Who gets what from a flag in one environment, as a bar and in a few words; and what switching on would do. Pure.
import { formatCounted, formatPercentage, formatShare, type Share } from "@/components";
import type { FlagSummary, FlagsReach, JsonValue, ValueShare } from "@/contract";
import { flagState } from "./model";

export type Rollout = {
  /** The default first. */
  shares: ReadonlyArray<Share>;
  caption: string;
  tone: "plain" | "quiet" | "killed";
};

/** A value as sentences write it: texts in quotation marks, the rest as JSON, cut to 24 characters. */
export function valueInWords(value: JsonValue): string {
  if (typeof value === "string") return `“${cut(value)}”`;
  return cut(JSON.stringify(value));
}

/** The default as the list knows it: compact JSON that may be cut. */
export function defaultInWords({
  type,
  defaultPreview,
}: Pick<FlagSummary, "type" | "defaultPreview">): string {
  if (type !== "string") return cut(defaultPreview);
  try {
    return valueInWords(JSON.parse(defaultPreview) as JsonValue);
  } catch {
    return `“${cut(defaultPreview.replace(/^"/, ""))}”`;
  }
}

function cut(text: string, length = 24): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** What `flag` gives the customers in `environment` now. */
export function rollout(
  flag: FlagSummary,
  environment: { key: string; name: string },
  reach: FlagsReach | undefined,
): Rollout {
  const everyone = [{ label: defaultInWords(flag), customers: reach?.customers || 1 }];
  const state = flagState(flag, environment.key);
  if (state === "killed")
    return { shares: everyone, caption: `killed · all get ${defaultInWords(flag)}`, tone: "killed" };
  if (state === "off") return { shares: everyone, caption: `off in ${environment.name}`, tone: "quiet" };
  if (flag.ruleCount === 0)
    return { shares: everyone, caption: `all get ${defaultInWords(flag)}`, tone: "quiet" };
  const counted = reach?.flags[flag.id];
  if (!counted) {
    const caption = reach?.state === "failed" ? "not counted" : "counting…";
    return { shares: [], caption, tone: "quiet" };
  }
  return {
    shares: counted.map(({ value, customers }) => ({ label: valueInWords(value), customers })),
    caption: captionOf(counted),
    tone: "plain",
  };
}

function captionOf(counted: ReadonlyArray<ValueShare>): string {
  const total = counted.reduce((sum, { customers }) => sum + customers, 0);
  const [byDefault, ...others] = counted;
  const served = others.filter(({ customers }) => customers > 0);
  const only = served[0];
  if (total === 0) return "no customers";
  if (!only) return `all get ${valueInWords(byDefault?.value ?? null)}`;
  const values = served.length + (byDefault && byDefault.customers > 0 ? 1 : 0);
  const share = formatShare(only.customers, total);
  if (values === 1)
    return typeof only.value === "boolean" ? `100 % ${only.value}` : `all get ${valueInWords(only.value)}`;
  // An object says little in a few letters.
  if (served.length > 1 || (typeof only.value === "object" && only.value !== null)) return `${values} values`;
  // Side by side, two numbers need a word between them; a long text may be cut, its share may not.
  return typeof only.value === "number"
    ? `${only.value} for ${share}`
    : `${share} ${valueInWords(only.value)}`;
}

/** What switching `flag` on does, in sentences: "49,812 customers get true." */
export function exposure(flag: FlagSummary, reach: FlagsReach | undefined): ReadonlyArray<string> {
  const otherwise = defaultInWords(flag);
  const sentences: Array<string> = [];
  const counted = reach?.flags[flag.id];
  if (flag.ruleCount === 0) {
    sentences.push(
      `Nothing changes for customers yet: there are no rules, so everyone keeps getting ${otherwise}.`,
    );
  } else if (!counted) {
    sentences.push(
      reach?.state === "failed"
        ? `How many customers that is could not be counted. Its ${rulesOf(flag)} will decide who gets what.`
        : `Still counting. Its ${rulesOf(flag)} will decide who gets what.`,
    );
  } else {
    const [byDefault, ...others] = counted;
    const served = others.filter(({ customers }) => customers > 0);
    const total = counted.reduce((sum, { customers }) => sum + customers, 0);
    for (const { value, customers } of served) {
      const of =
        customers === total
          ? "all"
          : formatPercentage(Math.round((customers / Math.max(total, 1)) * 1000) / 10);
      sentences.push(
        `${formatCounted(customers, "customer")} (${of}) ${customers === 1 ? "gets" : "get"} ${valueInWords(value)}.`,
      );
    }
    if (served.length === 0)
      sentences.push(`No customer matches a rule, so everyone keeps getting ${otherwise}.`);
    else if (byDefault && byDefault.customers > 0) {
      sentences.push(
        `${formatCounted(byDefault.customers, "customer")} ${byDefault.customers === 1 ? "keeps" : "keep"} ${otherwise}.`,
      );
    }
  }
  if (!flag.isActive) sentences.push("It is killed: this takes effect when it is restored.");
  return sentences;
}

function rulesOf({ ruleCount }: FlagSummary): string {
  return ruleCount === 1 ? "rule" : `${ruleCount} rules`;
}
