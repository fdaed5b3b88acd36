// One test of a condition: as a row of fields once it comes near the part of the page that one sees, until then as
// its sentence. A hundred rows hold a thousand controls, which nobody needs at once.
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { leafWords } from "../model/summary";
import type { Leaf } from "../model/tree";
import { type LeafProps, LeafRow } from "./LeafRow";
import classes from "./LeafRow.module.css";
import type { Near } from "./use-near";

type Props = LeafProps & {
  /** Drawn in the first moment. */
  early: boolean;
  near: Near | null;
};

export const ConditionRow = memo(function ConditionRow({ early, near, ...row }: Props) {
  const [drawn, setDrawn] = useState(early || near === null);
  const entered = useRef(false);
  const { id } = row.leaf;
  useLayoutEffect(() => {
    if (!drawn || !entered.current) return;
    entered.current = false;
    document.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"] [aria-haspopup="listbox"]`)?.focus();
  }, [drawn, id]);
  // A row with something wrong has to show it.
  if (drawn || near === null || row.problems !== undefined) return <LeafRow {...row} />;
  return (
    <RestingRow
      leaf={row.leaf}
      what={`condition ${row.number}`}
      near={near}
      onDraw={(byFocus) => {
        entered.current = byFocus;
        setDrawn(true);
      }}
    />
  );
});

type RestingProps = {
  leaf: Leaf;
  what: string;
  near: Near;
  /** `byFocus`: the keyboard is in it already. */
  onDraw: (byFocus: boolean) => void;
};

function RestingRow({ leaf, what, near, onDraw }: RestingProps) {
  const row = useRef<HTMLDivElement>(null);
  const draw = useRef(onDraw);
  draw.current = onDraw;
  const { id } = leaf;
  useEffect(() => {
    if (row.current) return near.wait(id, row.current, () => draw.current(false));
  }, [near, id]);
  return (
    <div ref={row} className={classes.resting} data-node={id} role="group" aria-label={what}>
      <button type="button" onFocus={() => onDraw(true)}>
        {leafWords(leaf)}
      </button>
    </div>
  );
}
