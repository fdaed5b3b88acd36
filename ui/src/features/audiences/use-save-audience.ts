// Saving a draft: created or changed; merged with what others saved meanwhile; kept whatever goes wrong,
// and tried again by itself once a database that was gone is back.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { commandKey, useCommandMutation, useLive } from "@/api";
import type { Audience } from "@/contract";
import { CommandFailure } from "@/platform";
import {
  type AudienceDraft,
  audienceToCreate,
  changesToSend,
  conflictsWith,
  editedFields,
  rebased,
} from "./model/draft";
import { NO_REFUSALS, type Refusals, refusals } from "./model/violations";

export type SaveState =
  | { phase: "idle" | "saving" }
  /** The database does not answer; it is tried again when it does. */
  | { phase: "waiting"; failure: CommandFailure }
  | { phase: "failed"; failure: CommandFailure };

export type Save = {
  state: SaveState;
  /** What the backend refused, until it is edited. */
  refused: Refusals;
  save: () => void;
};

type Options = {
  latest: () => AudienceDraft;
  /** Puts the draft on top of a version that is newer; `asks`: something has to be chosen first. */
  onNewer: (audience: Audience, draft: AudienceDraft, asks: boolean) => void;
  onSaved: (audience: Audience) => void;
};

const RETRIES_AFTER_MERGE = 3;
const REPEAT_MS = 1_000;

export function useSaveAudience({ latest, onNewer, onSaved }: Options): Save {
  const client = useQueryClient();
  const create = useCommandMutation("audience_create");
  const update = useCommandMutation("audience_update");
  const connected = useLive()?.connected !== false;
  const [state, setState] = useState<SaveState>({ phase: "idle" });
  const [refused, setRefused] = useState<{ by: AudienceDraft; found: Refusals } | null>(null);

  async function send(draft: AudienceDraft): Promise<Audience> {
    if (draft.base === null) return create.mutateAsync(audienceToCreate(draft));
    const note = draft.note.trim();
    return update.mutateAsync({
      id: draft.base.id,
      baseVersion: draft.base.version,
      changes: changesToSend(draft),
      ...(note === "" ? {} : { note }),
    });
  }

  async function save() {
    if (state.phase === "saving") return;
    setState({ phase: "saving" });
    setRefused(null);
    let draft = latest();
    for (let retries = 0; ; retries++) {
      try {
        const saved = await send(draft);
        client.setQueryData(commandKey("audience_get", { id: saved.id }), saved);
        setState({ phase: "idle" });
        return onSaved(saved);
      } catch (thrown) {
        const failure = CommandFailure.from(thrown);
        const newer = failure.details.currentAudience;
        if (failure.code === "conflict" && newer && retries < RETRIES_AFTER_MERGE) {
          client.setQueryData(commandKey("audience_get", { id: newer.id }), newer);
          const asks = conflictsWith(draft, newer).length > 0;
          if (!asks) draft = rebased(draft, newer);
          onNewer(newer, draft, asks);
          if (asks) return setState({ phase: "idle" });
          // What was sent is there already: an answer that got lost had been a yes.
          if (editedFields(draft).length === 0) {
            setState({ phase: "idle" });
            return onSaved(newer);
          }
          continue;
        }
        if (failure.code === "invalid") {
          setRefused({ by: draft, found: refusals(failure.violations, draft.tree) });
        }
        // A refusal for want of a note is said beside the note, which takes the focus (NoteField).
        if (failure.code === "already_exists") {
          setRefused({ by: draft, found: { ...NO_REFUSALS, fields: { name: failure.message } } });
        }
        const gone = failure.code === "database_unavailable" || failure.code === "timeout";
        return setState({ phase: gone ? "waiting" : "failed", failure });
      }
    }
  }

  const latestSave = useRef(save);
  latestSave.current = save;
  const waiting = state.phase === "waiting";
  useEffect(() => {
    if (!waiting || !connected) return;
    const timer = setTimeout(() => void latestSave.current(), REPEAT_MS);
    return () => clearTimeout(timer);
  }, [waiting, connected]);

  const now = latest();
  const same =
    refused !== null &&
    refused.by.tree === now.tree &&
    refused.by.name === now.name &&
    refused.by.description === now.description &&
    refused.by.note === now.note;
  return { state, refused: same ? refused.found : NO_REFUSALS, save: () => void save() };
}
