// Exposing takes a sentence: what customers will get, and a note, before Enter switches on.
import { useCommandMutation } from "@/api";
import { servedIn, useNoteRequired } from "@/app/note-guard";
import { ConfirmDialog } from "@/components";
import type { Environment, Flag } from "@/contract";
import { Exposure } from "./Exposure";

type Props = {
  flag: Flag;
  /** The environment to switch on. */
  environment: Environment;
  onClose: () => void;
  onDone: (announcement: string) => void;
};

export function ExposeDialog({ flag, environment, onClose, onDone }: Props) {
  const switchOn = useCommandMutation("flag_set_environment");
  // While it is killed nothing goes live by it.
  const guarded = useNoteRequired(flag.isActive ? [environment.key, ...servedIn(flag)] : []);
  return (
    <ConfirmDialog
      title={`Switch on ${flag.key} in ${environment.name}`}
      confirmLabel={`Switch on in ${environment.name}`}
      note="optional"
      guarded={guarded}
      busy={switchOn.isPending}
      failure={switchOn.error}
      failureTitle="Nothing was changed."
      onConfirm={(note) =>
        switchOn.mutate(
          {
            flag: flag.id,
            environment: environment.key,
            enabled: true,
            ...(note === "" ? {} : { note }),
          },
          { onSuccess: () => onDone(`${flag.key} is on in ${environment.name}.`) },
        )
      }
      onCancel={onClose}
    >
      <Exposure flag={flag} where={environment.name} />
    </ConfirmDialog>
  );
}
