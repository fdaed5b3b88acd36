// The draft of one audience on its page: kept at every keystroke through navigation and restart, and merged
// with newer versions as they arrive.
import { useEffect, useRef, useState } from "react";
import { announce } from "@/app/announcements";
import { readStored, useStored, writeStored } from "@/app/stored";
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
import { sameCondition } from "./model/tree";

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
  /** Says so, and can be undone; `onUndo` goes back to where the draft is edited. */
  discard: (onUndo?: () => void) => void;
  /** There is nothing left to edit. */
  forget: () => void;
  resolve: (choices: { readonly [field in AudienceField]?: Side }) => void;
};

const storageKey = (workspaceId: string) => `halyard.audience-drafts.${workspaceId}`;

export function useAudienceDrafts(): [Drafts, (drafts: Drafts | undefined) => void] {
  return useStored(storageKey(useWorkspace().id), NONE);
}

/** Keeps the draft of one id, or forgets it when it is null. The others stay as they are by now. */
function useKeepDraft(): (id: string, draft: AudienceDraft | null) => void {
  const key = storageKey(useWorkspace().id);
  return (id, draft) => {
    const { [id]: _old, ...others } = readStored<Drafts>(key, NONE);
    writeStored(key, draft === null ? others : { ...others, [id]: draft });
  };
}

/** `id` names the draft; `audience` is null for one that does not exist yet. */
export function useAudienceDraft(id: string, audience: Audience | null): KeptDraft {
  const [drafts] = useAudienceDrafts();
  const store = useKeepDraft();
  const untouched = useUntouched(id, audience);
  const draft = drafts[id] ?? untouched;
  const latest = useRef(draft);
  latest.current = draft;

  const keep = (next: AudienceDraft) => {
    latest.current = next;
    store(id, isUntouched(next) ? null : next);
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
    discard: (onUndo) => {
      const discarded = latest.current;
      keep(audience ? draftOf(audience) : newDraft());
      if (isUntouched(discarded)) return;
      announce({
        text: audience ? `Your changes of ${audience.name} are discarded.` : "The new audience is discarded.",
        undo: {
          label: "Undo",
          run: () => {
            keep(discarded);
            onUndo?.();
          },
        },
      });
    },
    forget: () => keep(audience ? draftOf(audience) : newDraft()),
    resolve: (choices) => {
      if (audience) keep(rebased(latest.current, audience, choices));
    },
  };
}

export type SheetDraft = {
  draft: AudienceDraft;
  /** It was begun before, and closed. */
  resumed: boolean;
  change: (changes: Partial<AudienceDraft>) => void;
  latest: () => AudienceDraft;
  startOver: () => void;
};

/** The draft in a side sheet that starts from `fresh`: closing the sheet keeps it for the next time. */
export function useSheetDraft(id: string, fresh: AudienceDraft): SheetDraft {
  const [drafts] = useAudienceDrafts();
  const store = useKeepDraft();
  const [resumed, setResumed] = useState(drafts[id] !== undefined);
  const draft = drafts[id] ?? fresh;
  const latest = useRef(draft);
  latest.current = draft;
  return {
    draft,
    resumed,
    change: (changes) => {
      const next = { ...latest.current, ...changes };
      latest.current = next;
      const { name, description, tree } = next;
      const nothing = name === "" && description === "" && sameCondition(tree, fresh.tree);
      store(id, nothing ? null : next);
    },
    latest: () => latest.current,
    startOver: () => {
      setResumed(false);
      store(id, null);
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
