// Unsaved edits of flags, kept through navigation and restart. What is in a draft is its page's matter.
import { useMemo } from "react";
import { useStored } from "./stored";
import { useWorkspace } from "./workspace";

type Drafts = { readonly [flagId in string]?: unknown };
const NONE: Drafts = {};

const storageKey = (workspaceId: string) => `halyard.drafts.${workspaceId}`;

/** The draft of one flag; undefined when there is none. Setting undefined discards it. */
export function useDraft<Draft>(flagId: string): [Draft | undefined, (draft: Draft | undefined) => void] {
  const [drafts, setDrafts] = useStored(storageKey(useWorkspace().id), NONE);
  const set = (draft: Draft | undefined) => {
    const { [flagId]: _old, ...others } = drafts;
    setDrafts(draft === undefined ? others : { ...others, [flagId]: draft });
  };
  return [drafts[flagId] as Draft | undefined, set];
}

/** Ids of the flags with unsaved edits. */
export function useDraftedFlags(): ReadonlySet<string> {
  const [drafts] = useStored(storageKey(useWorkspace().id), NONE);
  return useMemo(() => new Set(Object.keys(drafts)), [drafts]);
}
