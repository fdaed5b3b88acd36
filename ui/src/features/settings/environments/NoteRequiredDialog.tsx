// Requiring a note with every change of what is live in an environment, or not any more.
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog } from "@/components";
import type { Environment } from "@/contract";

type Props = { environment: Environment; onClose: () => void };

export function NoteRequiredDialog({ environment, onClose }: Props) {
  const update = useCommandMutation("environment_update");
  const { key, name, noteRequired } = environment;
  return (
    <ConfirmDialog
      title={noteRequired ? `Require no note in ${name}` : `Require a note in ${name}`}
      confirmLabel={noteRequired ? "Require no note" : "Require a note"}
      tone={noteRequired ? "warning" : "plain"}
      {...(noteRequired ? { note: "required" as const } : {})}
      busy={update.isPending}
      failure={update.error}
      failureTitle={`${name} was not changed.`}
      onCancel={onClose}
      onConfirm={(note) =>
        update.mutate(
          { key, changes: { noteRequired: !noteRequired }, ...(note ? { note } : {}) },
          {
            onSuccess: () => {
              announce({
                text: `Changes in ${name} ${noteRequired ? "need no note any more" : "need a note"}.`,
              });
              onClose();
            },
          },
        )
      }
    >
      {noteRequired ? (
        <p>
          What is live in {name} can then be changed without saying why, and nothing there is left to review.
          The audit still says who changed what, and when.
        </p>
      ) : (
        <p>
          Whoever changes what is live in {name} has to say why, here, with an admin key and in psql. Killing,
          restoring and switching off never wait for a note; without one they are left to review.
        </p>
      )}
    </ConfirmDialog>
  );
}
