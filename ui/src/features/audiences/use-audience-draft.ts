// The draft of one audience on its page: kept at every keystroke through navigation and restart, and merged
// with newer versions as they arrive.
import { useEffect, useRef } from "react";
import { useStored } from "@/app/stored";
import { useWorkspace } from "@/app/workspace";
import type { Audience } from "@/contract";
import {
  type AudienceDraft,
  type AudienceField,
  conflictsWith,
  draftOf,
  isUntouched,
  newDraft,
  rebased,
  type Side,
} from "./model/draft";

type Drafts = { readonly [id in string]?: AudienceDraft };
const NONE: Drafts = {};

export type KeptDraft = {
  draft: AudienceDraft;
  /** Fields that somebody else changed too; empty unless one has to choose. */
  asked: ReadonlyArray<AudienceField>;
  change: (changes: Partial<AudienceDraft>) => void;
  /** The draft as it is now, also after a change in this very tick. */
  latest: () => AudienceDraft;
  replace: (draft: AudienceDraft) => void;
  discard: () => void;
  resolve: (choices: { readonly [field in AudienceField]?: Side }) => void;
};

export function useAudienceDrafts(): [Drafts, (drafts: Drafts | undefined) => void] {
  return useStored(`halyard.audience-drafts.${useWorkspace().id}`, NONE);
}

/** `id` names the draft; `audience` is null for one that does not exist yet. */
export function useAudienceDraft(id: string, audience: Audience | null): KeptDraft {
  const [drafts, store] = useAudienceDrafts();
  const untouched = useUntouched(id, audience);
  const draft = drafts[id] ?? untouched;
  const latest = useRef(draft);
  latest.current = draft;

  const keep = (next: AudienceDraft) => {
    latest.current = next;
    const { [id]: _old, ...others } = drafts;
    store(isUntouched(next) ? others : { ...others, [id]: next });
  };

  const behind = audience !== null && draft.base !== null && audience.version !== draft.base.version;
  const asked = behind ? conflictsWith(draft, audience) : [];
  const silent = behind && asked.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer version is what asks for a merge
  useEffect(() => {
    if (silent) keep(rebased(latest.current, audience));
  }, [silent, audience]);

  return {
    draft,
    asked,
    change: (changes) => keep({ ...latest.current, ...changes }),
    latest: () => latest.current,
    replace: keep,
    discard: () => keep(audience ? draftOf(audience) : newDraft()),
    resolve: (choices) => {
      if (audience) keep(rebased(latest.current, audience, choices));
    },
  };
}

/** What the page shows before anything is edited; the same object until another version comes. */
function useUntouched(id: string, audience: Audience | null): AudienceDraft {
  const last = useRef<{ id: string; audience: Audience | null; draft: AudienceDraft } | null>(null);
  if (last.current?.id !== id || last.current.audience !== audience) {
    last.current = { id, audience, draft: audience ? draftOf(audience) : newDraft() };
  }
  return last.current.draft;
}
