// Marking an environment as production, or not any more: says what is asked, and what is not asked, from then on.
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog } from "@/components";
import type { Environment } from "@/contract";

type Props = {
  environment: Environment;
  environments: ReadonlyArray<Environment>;
  onClose: () => void;
};

export function ProductionDialog({ environment, environments, onClose }: Props) {
  const update = useCommandMutation("environment_update");
  const { key, name, production, noteRequired } = environment;
  const last = production && !environments.some((one) => one.production && one.key !== key);
  return (
    <ConfirmDialog
      title={production ? `Take the production mark off ${name}` : `Mark ${name} as production`}
      confirmLabel={production ? "Take the mark off" : "Mark as production"}
      tone={production ? "warning" : "plain"}
      {...(production && noteRequired ? { note: "required" as const } : {})}
      busy={update.isPending}
      failure={update.error}
      failureTitle={`${name} was not changed.`}
      onCancel={onClose}
      onConfirm={(note) =>
        update.mutate(
          { key, changes: { production: !production }, ...(note ? { note } : {}) },
          {
            onSuccess: () => {
              announce({ text: `${name} is ${production ? "not production any more" : "production"}.` });
              onClose();
            },
          },
        )
      }
    >
      {production ? (
        <p>
          Flags will switch on in {name} at once: nobody is shown who gets what, or asked for a note.
          {last && " No environment will be marked as production."}
        </p>
      ) : (
        <p>
          Changing what is live in {name} then needs a note, and switching a flag on shows who gets what
          first.
        </p>
      )}
      <p>What is served now stays the same.</p>
    </ConfirmDialog>
  );
}
