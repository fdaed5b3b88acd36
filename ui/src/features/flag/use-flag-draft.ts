// The draft of one flag on the page: kept at every keystroke, merged with newer versions as they arrive.

import { useEffect, useRef, useState } from "react";
import { announce } from "@/app/announcements";
import { useDraft } from "@/app/drafts";
import type { Flag } from "@/contract";
import { type Draft, emptyDraft, isEmpty, withoutStrayTexts } from "./model/draft";
import { type Choice, type Conflict, changedForDraft, conflicts, merged } from "./model/merge";

export type FlagDraft = {
  draft: Draft;
  /** What the draft and a newer version both changed; empty unless somebody must choose. */
  asked: ReadonlyArray<Conflict>;
  /** The newest version that was merged into the draft silently; null until one was, and once dismissed. */
  mergedWith: Flag | null;
  change: (change: (draft: Draft) => Draft) => void;
  /** The draft as it is now, also after a change in this very tick. */
  latest: () => Draft;
  discard: () => void;
  resolve: (choices: Readonly<Record<string, Choice>>) => void;
  dismissMerged: () => void;
};

export const newRuleId = (): string => crypto.randomUUID();

/** The draft moved on top of `flag`; null when something must be asked first. */
export function rebased(draft: Draft, flag: Flag): Draft | null {
  if (conflicts(draft.base, draft.edits, flag).length > 0) return null;
  return withoutStrayTexts({
    ...draft,
    base: flag,
    edits: merged(draft.base, draft.edits, flag, {}, newRuleId),
  });
}

/** `actor` is who uses this app: their own saves need no announcement. */
export function useFlagDraft(flag: Flag, actor: string): FlagDraft {
  const [stored, store] = useDraft<Draft>(flag.id);
  const [mergedWith, setMergedWith] = useState<Flag | null>(null);
  const draft = stored ?? emptyDraft(flag);
  // Two changes in one tick must build on each other, and an answer that comes late on the newest draft.
  const latest = useRef(draft);
  latest.current = draft;

  const keep = (next: Draft) => {
    latest.current = next;
    store(isEmpty(next) ? undefined : next);
  };

  const behind = flag.version !== draft.base.version;
  const asked = behind ? conflicts(draft.base, draft.edits, flag) : [];
  const silent = behind && asked.length === 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer version is what asks for a merge
  useEffect(() => {
    if (!silent) return;
    const { base } = latest.current;
    const next = rebased(latest.current, flag);
    if (!next) return;
    keep(next);
    if (changedForDraft(base, flag) && flag.updatedBy !== actor) setMergedWith(flag);
  }, [silent, flag]);

  return {
    draft,
    asked,
    mergedWith: isEmpty(draft) ? null : mergedWith,
    change: (change) => keep(change(latest.current)),
    latest: () => latest.current,
    discard: () => {
      const discarded = latest.current;
      setMergedWith(null);
      keep(emptyDraft(flag));
      announce({
        text: `Your changes of ${flag.key} are discarded.`,
        // On top of a version that came meanwhile it is merged like any draft.
        undo: { label: "Undo", run: () => keep(discarded) },
      });
    },
    resolve: (choices) => {
      const { base, edits } = latest.current;
      keep(
        withoutStrayTexts({
          ...latest.current,
          base: flag,
          edits: merged(base, edits, flag, choices, newRuleId),
        }),
      );
    },
    dismissMerged: () => setMergedWith(null),
  };
}
