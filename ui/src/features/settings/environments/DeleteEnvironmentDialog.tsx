// Deleting an environment says what apps will get, and for production asks for its key.
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog, formatCounted } from "@/components";
import type { Environment } from "@/contract";
import { flagsOn } from "../model/environments";
import classes from "./Environments.module.css";

const NAMED = 3;

export function DeleteEnvironmentDialog({
  environment,
  onClose,
}: {
  environment: Environment;
  onClose: () => void;
}) {
  const { key, name, production, noteRequired } = environment;
  const remove = useCommandMutation("environment_delete");
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags;
  const on = flagsOn(flags ?? [], key);
  const named = on
    .slice(0, NAMED)
    .map((flag) => flag.key)
    .join(", ");
  return (
    <ConfirmDialog
      title={`Delete ${name}`}
      confirmLabel="Delete environment"
      tone={on.length > 0 || production ? "warning" : "plain"}
      typed={production ? key : undefined}
      {...(noteRequired ? { note: "required" as const } : {})}
      busy={remove.isPending}
      failure={remove.error}
      failureTitle={`${name} was not deleted.`}
      onCancel={onClose}
      onConfirm={(note) =>
        remove.mutate(
          { key, ...(note ? { note } : {}) },
          {
            onSuccess: () => {
              announce({ text: `${name} is deleted.` });
              onClose();
            },
          },
        )
      }
    >
      <p className={classes.consequence}>
        Apps that ask for <code>{key}</code> get the default value of every flag.
      </p>
      {on.length > 0 && (
        <p>
          {formatCounted(on.length, "flag is", "flags are")} on in it now: {named}
          {on.length > NAMED ? ` and ${on.length - NAMED} more` : ""}.
        </p>
      )}
      <p>
        The switches of all flags for it are gone: a new environment of this key starts with every flag off.
        Past evaluations and the audit stay.
      </p>
    </ConfirmDialog>
  );
}
