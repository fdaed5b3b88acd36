// The problems of each node as the same object for as long as they say the same, and all of them as the same map, so
// that no row need draw again.
import { useRef } from "react";
import type { NodeProblems, Problems } from "../model/check";

export function useSameProblems(problems: Problems): Problems {
  const last = useRef<Problems>(problems);
  if (last.current === problems) return problems;
  const next = new Map<string, NodeProblems>();
  let same = problems.size === last.current.size;
  for (const [id, own] of problems) {
    const before = last.current.get(id);
    const kept = before && JSON.stringify(before) === JSON.stringify(own) ? before : own;
    same &&= kept === before;
    next.set(id, kept);
  }
  if (!same) last.current = next;
  return last.current;
}
