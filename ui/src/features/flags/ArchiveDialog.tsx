// Archiving says what apps will see from then on.
import { useCommandMutation } from "@/api";
import { useNoteRequired } from "@/app/note-guard";
import { ConfirmDialog } from "@/components";
import type { Environment, FlagSummary } from "@/contract";
import classes from "./FlagsPage.module.css";

type Props = {
  flag: Pick<FlagSummary, "id" | "key" | "isActive" | "environments">;
  environments: ReadonlyArray<Environment>;
  onDone: () => void;
  onCancel: () => void;
};

export function ArchiveDialog({ flag, environments, onDone, onCancel }: Props) {
  const archive = useCommandMutation("flag_archive");
  const serving = flag.isActive ? environments.filter(({ key }) => flag.environments[key] === true) : [];
  const guarded = useNoteRequired(serving.map(({ key }) => key));
  return (
    <ConfirmDialog
      title={`Archive ${flag.key}`}
      confirmLabel="Archive"
      note="optional"
      guarded={guarded}
      tone={serving.length > 0 ? "warning" : "plain"}
      busy={archive.isPending}
      failure={archive.error}
      failureTitle={`${flag.key} was not archived.`}
      onCancel={onCancel}
      onConfirm={(note) => archive.mutate({ flag: flag.id, note }, { onSuccess: onDone })}
    >
      <p className={classes.consequence}>
        Apps that ask for <code>{flag.key}</code> get “not found” and use their own fallback.
      </p>
      {serving.length > 0 && <p>It is still on in {serving.map(({ name }) => name).join(", ")}.</p>}
      <p>Its rules and history are kept: it can be unarchived at any time.</p>
    </ConfirmDialog>
  );
}
