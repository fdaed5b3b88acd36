// Saving a draft: once, or as soon as the database is back, or not at all because something must be
// chosen or corrected first. The draft itself is never lost by any of it.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { commandKey, useCommandMutation, useLive } from "@/api";
import { servedIn, useNoteRequired } from "@/app/note-guard";
import type { Environment, Flag } from "@/contract";
import { CommandFailure } from "@/platform";
import { afterSave, changesToSend, isEmpty, unfinishedFields, withEdits } from "../model/draft";
import { type FieldErrors, fieldErrors, NO_ERRORS } from "../model/violations";
import { type FlagDraft, rebased } from "../use-flag-draft";

export type SaveState =
  | { phase: "idle" }
  | { phase: "saving" }
  /** The database does not answer; the save is repeated when it does. */
  | { phase: "waiting"; failure: CommandFailure }
  | { phase: "failed"; failure: CommandFailure }
  | { phase: "saved"; version: number };

export type Save = {
  state: SaveState;
  /** The environments for which a note is required, as saving would change what is live there. */
  guarded: ReadonlyArray<Environment>;
  /** How often saving was held back because there was no note. */
  noteAsked: number;
  errors: FieldErrors;
  save: () => void;
  /** Stops repeating; the draft stays. */
  stop: () => void;
};

const RETRIES_AFTER_MERGE = 3;
/** How long, in milliseconds, to wait before a save is repeated on a database that says it is there. */
const REPEAT_MS = 1_000;
const SAVED_SHOWN_MS = 6_000;

export function useSave(flag: Flag, flagDraft: FlagDraft, onConflict: () => void): Save {
  const client = useQueryClient();
  const update = useCommandMutation("flag_update");
  const connected = useLive()?.connected !== false;
  const [state, setState] = useState<SaveState>({ phase: "idle" });
  const [errors, setErrors] = useState<{ found: FieldErrors; edits: unknown }>({
    found: NO_ERRORS,
    edits: null,
  });
  const guarded = useNoteRequired(servedIn(flag));
  const [noteAsked, setNoteAsked] = useState(0);
  const { draft } = flagDraft;

  async function attempt() {
    const sent = flagDraft.latest();
    const note = sent.note.trim();
    try {
      const saved = await update.mutateAsync({
        flag: flag.id,
        baseVersion: sent.base.version,
        changes: changesToSend(sent.edits),
        ...(note === "" ? {} : { note }),
      });
      flagDraft.change((now) => afterSave(now, sent, saved));
      client.setQueryData(commandKey("flag_get", { flag: flag.key }), saved);
      return saved;
    } catch (thrown) {
      const failure = CommandFailure.from(thrown);
      if (failure.code === "invalid") {
        const rules = withEdits(sent.base, sent.edits).rules;
        setErrors({ found: fieldErrors(failure.violations, rules), edits: sent.edits });
      }
      throw failure;
    }
  }

  async function save() {
    const now = flagDraft.latest();
    if (isEmpty(now) || state.phase === "saving") return;
    const [unfinished] = unfinishedFields(now);
    if (unfinished !== undefined) return focusField(unfinished);
    if (flagDraft.asked.length > 0) return onConflict();
    if (guarded.length > 0 && now.note.trim() === "") return setNoteAsked((times) => times + 1);
    setState({ phase: "saving" });
    setErrors({ found: NO_ERRORS, edits: null });
    for (let retries = 0; ; retries++) {
      try {
        const saved = await attempt();
        return setState({ phase: "saved", version: saved.version });
      } catch (thrown) {
        const failure = CommandFailure.from(thrown);
        const current = failure.details.currentFlag;
        if (failure.code === "conflict" && current && retries < RETRIES_AFTER_MERGE) {
          const next = rebased(flagDraft.latest(), current);
          if (next) flagDraft.change(() => next);
          client.setQueryData(commandKey("flag_get", { flag: flag.key }), current);
          if (!next) {
            setState({ phase: "idle" });
            return onConflict();
          }
          // What was sent is there already: an answer that got lost had been a yes.
          if (isEmpty(next)) return setState({ phase: "saved", version: current.version });
          continue;
        }
        const gone = failure.code === "database_unavailable" || failure.code === "timeout";
        return setState({ phase: gone ? "waiting" : "failed", failure });
      }
    }
  }

  const latestSave = useRef(save);
  latestSave.current = save;
  const waiting = state.phase === "waiting" ? state : null;
  useEffect(() => {
    if (!waiting || !connected) return;
    const timer = setTimeout(() => void latestSave.current(), REPEAT_MS);
    return () => clearTimeout(timer);
  }, [waiting, connected]);

  const saved = state.phase === "saved";
  useEffect(() => {
    if (!saved) return;
    const timer = setTimeout(() => setState({ phase: "idle" }), SAVED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [saved]);

  return {
    state,
    guarded,
    noteAsked: draft.note.trim() === "" ? noteAsked : 0,
    // What the backend refused is refused until it is edited.
    errors: errors.edits === draft.edits ? errors.found : NO_ERRORS,
    save: () => void save(),
    stop: () => setState({ phase: "idle" }),
  };
}

/** Where the text stands that is no value yet. */
function focusField(field: string) {
  const [kind, ruleId, part] = field.split(":");
  const within = kind === "rule" ? `[data-rule="${ruleId}"]` : '[data-testid="default-row"]';
  const which = part === "percentage" ? '[inputmode="decimal"]' : "";
  const target = document.querySelector<HTMLElement>(`${within} ${which}[aria-invalid="true"]`);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}
