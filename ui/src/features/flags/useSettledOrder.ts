// The order of the list while it is open: set by a visit or by sorting, never by a change under the pointer.
import { useRef } from "react";
import { useKept } from "@/app/kept";
import type { Sort } from "@/components";
import type { Environment, FlagSummary } from "@/contract";
import { FIRST_SORT, settledOrder } from "./model";

export function useSettledOrder(
  flags: ReadonlyArray<FlagSummary>,
  archived: boolean,
  environments: ReadonlyArray<Environment>,
) {
  const [sort, setSort] = useKept<Sort>("flags.sort", FIRST_SORT);
  const production = environments.filter((one) => one.production).map(({ key }) => key);
  // Which environments are production is known a moment after the flags, or before: the order is set with both.
  const set = JSON.stringify([sort, archived, production]);
  const settled = useRef<{ set: string; ids: ReadonlyArray<string> }>({ set, ids: [] });
  const previous = settled.current.set === set ? settled.current.ids : [];
  const order = settledOrder(previous, flags, sort, production);
  settled.current = { set, ids: order };
  return { sort, setSort, order };
}
