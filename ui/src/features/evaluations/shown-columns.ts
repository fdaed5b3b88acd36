// Which columns of the log are shown, as it was left on this computer. Time, customer and value are always there.
import { useMemo } from "react";
import { useStored } from "@/app/stored";

export const CHOOSABLE = [
  { id: "flag", label: "Flag" },
  { id: "reason", label: "Reason" },
  { id: "version", label: "Version" },
  { id: "environment", label: "Environment" },
  { id: "call", label: "Call" },
  { id: "sdk", label: "SDK" },
] as const;

export type ColumnId = (typeof CHOOSABLE)[number]["id"];

const KEY = "halyard.evaluations.columns";
const USUAL: ReadonlyArray<ColumnId> = ["flag", "reason", "version", "call", "sdk"];

export function useShownColumns(): [ReadonlySet<ColumnId>, (shown: ReadonlySet<ColumnId>) => void] {
  const [kept, setKept] = useStored<ReadonlyArray<ColumnId>>(KEY, USUAL);
  const shown = useMemo(() => new Set(kept), [kept]);
  return [shown, (next) => setKept([...next])];
}

export function isShown(column: string, shown: ReadonlySet<ColumnId>): boolean {
  return !CHOOSABLE.some(({ id }) => id === column) || shown.has(column as ColumnId);
}
