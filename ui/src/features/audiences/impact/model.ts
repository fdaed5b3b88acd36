// What saving an edited audience does, in words and figures. Pure.
import { formatCount, formatCounted } from "@/components/format";
import type { AudienceImpact, FlagMoved } from "@/contract";

/** Everybody whose value the flag changes, where it is on. */
export function peopleMoved({ gained, lost, changed }: FlagMoved): number {
  return gained + lost + changed;
}

/** Whether saving moves them: the flag is on somewhere and not killed. */
export function isServing({ environments }: FlagMoved): boolean {
  return environments.length > 0;
}

/** "Saving moves people in 2 flags": what stands over the figures. */
export function impactTitle(impact: AudienceImpact, act = "Saving"): string {
  const { flags } = impact;
  if (flags.length === 0) return "No flag uses it: nobody gets another value.";
  const moving = flags.filter((flag) => peopleMoved(flag) > 0);
  const now = moving.filter(isServing).length;
  if (now > 0) return `${act} moves people in ${formatCounted(now, "flag")}`;
  if (moving.length > 0) return `${act} moves nobody: where its rules would, the flags are not on`;
  return `${act} moves nobody in ${flags.length === 1 ? "the flag that uses" : "the flags that use"} it`;
}

/** "12 come in, 4 go out", with how many they were and will be. */
export function crossingText({ joining, leaving, membersNow, membersAfter }: AudienceImpact): string {
  const sizes = `${formatCount(membersNow)} → ${formatCounted(membersAfter, "customer")}`;
  if (joining + leaving === 0) return `The same ${formatCounted(membersNow, "customer")} are in it.`;
  const parts = [
    ...(joining > 0 ? [`${formatCount(joining)} ${joining === 1 ? "comes" : "come"} in`] : []),
    ...(leaving > 0 ? [`${formatCount(leaving)} ${leaving === 1 ? "goes" : "go"} out`] : []),
  ];
  return `${parts.join(", ")}: ${sizes}`;
}

/** What happens by one flag: "+ 61 gain", "− 18 lose"; change only where somebody does. */
export function flagFigures({ gained, lost, changed }: FlagMoved): ReadonlyArray<string> {
  return [
    gained === 0 ? "0 gain" : `+ ${formatCount(gained)} gain`,
    lost === 0 ? "0 lose" : `− ${formatCount(lost)} lose`,
    ...(changed === 0 ? [] : [`${formatCount(changed)} change`]),
  ];
}
