// The single changes that would give another value, in words. Which they are the engine has found. Pure.

import type { Change, Flip, Why } from "@/contract";
import { bucketLabel } from "../flag/model/percentage";
import { code, type Phrase, strong } from "../flag/model/phrase";
import { sameValue, valueLabel } from "../flag/model/value";
import { need } from "./condition-words";

/** How many are named at first. */
export const NAMED_FLIPS = 4;

/** "Would get `true` with plan = enterprise (rule 1), or with rule 2 at 37.121 % or more." – a line for each value. */
export function flipLines(
  why: Why,
  environmentName: string,
  named: number = NAMED_FLIPS,
): ReadonlyArray<Phrase> {
  const lines: Array<{ value: Flip["value"]; ways: Array<Phrase> }> = [];
  for (const { change, value } of why.flips.slice(0, named)) {
    const way = wayOf(change, why, environmentName);
    const line = lines.find((line) => sameValue(line.value, value));
    if (line) line.ways.push(way);
    else lines.push({ value, ways: [way] });
  }
  return lines.map(({ value, ways }) => [
    "Would get ",
    code(valueLabel(value, 40)),
    " ",
    ...ways.flatMap((way, index) => (index === 0 ? way : [", or ", ...way])),
    ".",
  ]);
}

/** Why nothing is named; null when something is, or when there is nothing to change. */
export function noFlip(why: Why, environmentName: string): string | null {
  if (why.past !== null || why.flips.length > 0 || why.flag.rules.length === 0) return null;
  if (why.flag.archivedAt !== null)
    return "It is archived, and would serve nothing else but the default once it is not.";
  const on = why.trace.environmentOn;
  if (!why.trace.isActive && !on)
    return `It is killed and off in ${environmentName} as well: no single change gives another value.`;
  if (!why.trace.isActive) return "Restored, it would give them the same.";
  if (!on) return `Switched on in ${environmentName}, it would give them the same.`;
  return "No single change of the flag or of this customer would give another value.";
}

function wayOf(change: Change, why: Why, environmentName: string): Phrase {
  switch (change.kind) {
    case "unarchive":
      return ["if the flag were ", strong("unarchived")];
    case "restore":
      return ["if the flag were ", strong("restored")];
    case "switchOn":
      return ["if ", strong(environmentName), " were ", strong("switched on")];
    case "atLeast":
      return [
        `with rule ${change.ruleIndex + 1} at `,
        strong(`${bucketLabel(change.threshold)} %`),
        change.threshold === 100_000 ? "" : " or more",
      ];
    case "atMost":
      return [
        `with rule ${change.ruleIndex + 1} at `,
        strong(`${bucketLabel(change.threshold)} %`),
        change.threshold === 0 ? "" : " or less",
      ];
    case "test":
      return ["with ", strong(need(change.leaf, !change.holds)), ` (rule ${change.ruleIndex + 1})`];
    case "audience": {
      const audience = why.audiences.find(({ audienceId }) => audienceId === change.audienceId);
      const name = audience ? strong(audience.name) : `the audience of rule ${change.ruleIndex + 1}`;
      return [`if they were ${change.member ? "" : "not "}in `, name];
    }
  }
}
