// The problems of each node as the same object for as long as they say the same, so that its row need not draw
// again.
import { useRef } from "react";
import type { NodeProblems, Problems } from "../model/check";

export function useSameProblems(problems: Problems): Problems {
  const last = useRef<Problems>(problems);
  const next = new Map<string, NodeProblems>();
  for (const [id, own] of problems) {
    const before = last.current.get(id);
    next.set(id, before && JSON.stringify(before) === JSON.stringify(own) ? before : own);
  }
  last.current = next;
  return next;
}
