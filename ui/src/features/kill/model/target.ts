// What killing and restoring need to know of a flag, wherever it is done: from its page, the list, or the board. Pure.
import type { Environment, Flag, FlagSummary } from "@/contract";
import { defaultInWords } from "../../flags/rollout";

export type KillTarget = Pick<
  FlagSummary,
  "id" | "key" | "name" | "type" | "defaultPreview" | "ruleCount" | "environments" | "isActive" | "version"
>;

/** Longest default that the list knows, in characters; more is cut. */
const PREVIEW = 80;

export function targetOf(flag: Flag): KillTarget {
  const { id, key, name, type, environments, isActive, version } = flag;
  const text = JSON.stringify(flag.defaultValue);
  return {
    id,
    key,
    name,
    type,
    environments,
    isActive,
    version,
    defaultPreview: text.slice(0, PREVIEW),
    ruleCount: flag.rules.length,
  };
}

/** What everyone gets from it while it is killed, as a sentence writes it. */
export const killedValue = (target: Pick<KillTarget, "type" | "defaultPreview">) => defaultInWords(target);

/** A kill that would turn a boolean feature on is amber, for it is no kill in anybody's mind. */
export const killTurnsOn = ({ type, defaultPreview }: Pick<KillTarget, "type" | "defaultPreview">) =>
  type === "boolean" && defaultPreview === "true";

/** "Hold to kill checkout-v2", and what it does where that is not what killing usually does. */
export function holdLabel(target: KillTarget): string {
  const label = `Hold to kill ${target.key}`;
  return killTurnsOn(target) ? `${label}: serves true to everyone` : label;
}

/** The environments in which it is on. */
export function onIn(
  target: Pick<KillTarget, "environments">,
  environments: ReadonlyArray<Environment>,
): ReadonlyArray<Environment> {
  return environments.filter(({ key }) => target.environments[key] === true);
}

/** "Restore the 3 rules"; "Restore" when there are none. */
export function restoreLabel(ruleCount: number): string {
  if (ruleCount === 0) return "Restore";
  return ruleCount === 1 ? "Restore the 1 rule" : `Restore the ${ruleCount} rules`;
}
