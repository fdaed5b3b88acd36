// The order of the list while it is open: set by a visit or by sorting, never by a change under the pointer.
import { useRef } from "react";
import { useKept } from "@/app/kept";
import type { Sort } from "@/components";
import type { FlagSummary } from "@/contract";
import { FIRST_SORT, settledOrder } from "./model";

export function useSettledOrder(flags: ReadonlyArray<FlagSummary>, archived: boolean) {
  const [sort, setSort] = useKept<Sort>("flags.sort", FIRST_SORT);
  const settled = useRef<{ sort: Sort; archived: boolean; ids: ReadonlyArray<string> }>({
    sort,
    archived,
    ids: [],
  });
  const { current } = settled;
  const previous = current.sort === sort && current.archived === archived ? current.ids : [];
  const order = settledOrder(previous, flags, sort);
  settled.current = { sort, archived, ids: order };
  return { sort, setSort, order };
}
