// What page and sheet share: the condition's problems, when to show them, and how many customers it holds for.
import { useMemo, useState } from "react";
import { useAttributes } from "./AudienceFields";
import type { NodeProblems, Problems } from "./model/check";
import { problemsOf } from "./model/check";
import type { AudienceDraft } from "./model/draft";
import { toCondition } from "./model/tree";
import type { Refusals } from "./model/violations";
import { type Count, useConditionCount } from "./use-count";

export type BuilderState = {
  /** Every condition is filled in. */
  finished: boolean;
  /** What to show now. */
  problems: Problems;
  fields: Refusals["fields"];
  /** Of the condition as it rested last. */
  count: Count;
  /** True when there is nothing left to fill in; otherwise shows what, and goes there. */
  ready: () => boolean;
};

export function useBuilder(draft: AudienceDraft, refused: Refusals): BuilderState {
  const { attributes, query } = useAttributes();
  const [tried, setTried] = useState(false);
  const unfinished = useMemo(() => problemsOf(draft.tree, attributes), [draft.tree, attributes]);
  const finished = unfinished.size === 0 && query.data !== undefined;
  const condition = useMemo(() => (finished ? toCondition(draft.tree) : null), [finished, draft.tree]);
  const count = useConditionCount(condition);
  const nameless = draft.name.trim() === "";
  return {
    finished,
    problems: tried ? bothOf(unfinished, refused.nodes) : refused.nodes,
    fields: tried && nameless ? { name: "Give it a name.", ...refused.fields } : refused.fields,
    count,
    ready: () => {
      setTried(true);
      if (nameless || unfinished.size > 0) {
        requestAnimationFrame(focusFirstProblem);
        return false;
      }
      return true;
    },
  };
}

function bothOf(unfinished: Problems, refused: Problems): Problems {
  if (refused.size === 0) return unfinished;
  const both = new Map<string, NodeProblems>(unfinished);
  for (const [id, problems] of refused) both.set(id, { ...problems, ...both.get(id) });
  return both;
}

function focusFirstProblem() {
  const field = document.querySelector<HTMLElement>('[aria-invalid="true"]');
  field?.focus();
  field?.scrollIntoView({ block: "nearest" });
}
