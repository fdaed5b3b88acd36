// Changes made in one step, without a field for a note: when the database asks for one, so does this dialog, and
// the change is sent again with it.
import { useMutation } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useCommandMutation } from "@/api";
import { ConfirmDialog } from "@/components";
import type { CommandName } from "@/contract";
import { CommandFailure, type Request, type Response } from "@/platform";
import { wantsNote } from "./note-guard";

type Question = { refusal: CommandFailure; answer: (note: string | null) => void };

let asked: Question | null = null;
const listeners = new Set<() => void>();

function put(next: Question | null): void {
  asked = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The note somebody typed; null when they would rather not change anything. */
function askForNote(refusal: CommandFailure): Promise<string | null> {
  asked?.answer(null);
  return new Promise((resolve) => {
    put({
      refusal,
      answer: (note) => {
        put(null);
        resolve(note);
      },
    });
  });
}

/** Commands that take a note. */
type Noted = { [Name in CommandName]: Request<Name> extends { note?: string } ? Name : never }[CommandName];

/** Like `useCommandMutation`, for changes without a field for a note beside them. */
export function useNotedMutation<Name extends Noted>(name: Name) {
  const plain = useCommandMutation(name);
  return useMutation<Response<Name>, CommandFailure, Request<Name>>({
    mutationFn: async (request) => {
      try {
        return await plain.mutateAsync(request);
      } catch (thrown) {
        if (!wantsNote(thrown)) throw CommandFailure.from(thrown);
        const note = await askForNote(thrown);
        if (note === null) throw calledOff();
        return await plain.mutateAsync({ ...request, note });
      }
    },
  });
}

function calledOff(): CommandFailure {
  return new CommandFailure({
    code: "cancelled",
    message: "It asks for a note, and none was given.",
    details: {},
  });
}

/** Once a page: shows the question. */
export function NoteQuestion() {
  const question = useSyncExternalStore(subscribe, () => asked);
  if (!question) return null;
  return (
    <ConfirmDialog
      title="Why?"
      confirmLabel="Make the change"
      note="required"
      onCancel={() => question.answer(null)}
      onConfirm={question.answer}
    >
      <p>{question.refusal.message}</p>
    </ConfirmDialog>
  );
}
