// What a kill or a restore does to customers, in a sentence. Pure.
import { formatCount, formatCounted } from "@/components/format";
import type { KillConsequence } from "@/contract";
import { code, type Phrase, strong } from "../../flag/model/phrase";
import { sameValue } from "../../flag/model/value";
import { valueInWords } from "../../flags/rollout";

/** How many parts of a breakdown fit into a sentence. */
const PARTS = 2;
const LENGTH = 32;

/** "4,812 customers get `false` instead of `true` (31 enterprise)." */
export function killInWords(consequence: KillConsequence, where: string): Phrase {
  const { on, changed, from, to } = consequence;
  const value = code(valueInWords(to));
  if (!on) return [`It is off in ${where}: everyone there gets `, value, " already."];
  const losing = from.filter((each) => each.customers > 0 && !sameValue(each.value, to));
  if (changed === 0) return ["No customer's value changes: everyone gets ", value, " already."];
  const instead: Phrase =
    losing.length === 1
      ? [" instead of ", code(valueInWords(losing[0]?.value ?? null))]
      : [` instead of one of ${losing.length} other values`];
  return [
    strong(formatCounted(changed, "customer")),
    changed === 1 ? " gets " : " get ",
    value,
    ...instead,
    partsOf(consequence),
    ".",
  ];
}

function partsOf({ breakdown }: KillConsequence): string {
  const named = (breakdown?.values ?? []).filter(({ value, customers }) => value !== null && customers > 0);
  if (named.length === 0) return "";
  const shown = named.slice(0, PARTS).map(({ value, customers }) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${formatCount(customers)} ${text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text}`;
  });
  return ` (${shown.join(", ")})`;
}
