// Which flags of the list are chosen, for doing something with several at once.
import { useMemo, useRef, useState } from "react";
import type { FlagSummary } from "@/contract";
import { selected } from "./model";

export type Selection = {
  ids: ReadonlySet<string>;
  /** Those that are listed now: what a filter hides is not done anything with. */
  flags: ReadonlyArray<FlagSummary>;
  /** `through`: all between the last one and this, as with Shift. */
  toggle: (id: string, through?: boolean) => void;
  toggleAll: () => void;
  clear: () => void;
};

export function useSelection(rows: ReadonlyArray<FlagSummary>): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const flags = useMemo(() => rows.filter(({ id }) => ids.has(id)), [rows, ids]);
  const order = useRef(rows);
  order.current = rows;
  return {
    ids,
    flags,
    toggle: (id, through = false) => {
      const all = order.current.map((flag) => flag.id);
      const from = through ? last.current : null;
      last.current = id;
      setIds((before) => selected(before, all, id, from));
    },
    toggleAll: () => setIds(flags.length === rows.length ? new Set() : new Set(rows.map(({ id }) => id))),
    clear: () => setIds(new Set()),
  };
}
