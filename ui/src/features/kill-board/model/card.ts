// A card in words: the state from two metres away, and what customers get and would get. Pure.
import { formatCount } from "@/components/format";
import type { Environment, FlagSummary, FlagsReach } from "@/contract";
import { listInWords } from "../../flag/model/phrase";
import { defaultInWords, valueInWords } from "../../flags/rollout";

export type CardState = {
  state: "serving" | "off" | "killed";
  /** "ON", "OFF", "KILLED" */
  word: string;
  /** "in Production", "in Production, on in Staging" */
  where: string;
};

/** What counts is production; a workspace without one is looked at as a whole. */
export function cardState(flag: FlagSummary, environments: ReadonlyArray<Environment>): CardState {
  if (!flag.isActive) return { state: "killed", word: "KILLED", where: "" };
  const production = environments.filter((one) => one.production);
  const looked = production.length > 0 ? production : environments;
  const isOn = ({ key }: Environment) => flag.environments[key] === true;
  const names = (all: ReadonlyArray<Environment>) => listInWords(all.map(({ name }) => name));
  const on = looked.filter(isOn);
  if (on.length > 0) return { state: "serving", word: "ON", where: `in ${names(on)}` };
  const elsewhere = environments.filter(isOn);
  const also = elsewhere.length > 0 ? `, on in ${names(elsewhere)}` : "";
  return { state: "off", word: "OFF", where: `in ${names(looked)}${also}` };
}

export type CardCount = {
  /** Customers who get something other than the default; null when there is no number to show. */
  customers: string | null;
  /** "get true · would get false" */
  words: string;
};

/** What customers get now and would get from a kill; unknown is said as unknown. */
export function cardCount(
  flag: FlagSummary,
  state: CardState["state"],
  reach: FlagsReach | undefined,
): CardCount {
  const value = defaultInWords(flag);
  if (state !== "serving" || flag.ruleCount === 0) return { customers: null, words: `all get ${value}` };
  const counted = reach?.flags[flag.id];
  if (!counted) {
    const failed = reach?.state === "failed" || reach?.state === "ready";
    return {
      customers: null,
      words: failed ? `not counted · would get ${value}` : `counting… · would get ${value}`,
    };
  }
  const others = counted.slice(1).filter(({ customers }) => customers > 0);
  const sum = others.reduce((total, { customers }) => total + customers, 0);
  const [only] = others;
  const get =
    only === undefined
      ? "get another value"
      : others.length > 1
        ? "get other values"
        : `get ${valueInWords(only.value)}`;
  return { customers: formatCount(sum), words: `${get} · would get ${value}` };
}
