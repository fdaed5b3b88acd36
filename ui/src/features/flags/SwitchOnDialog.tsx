// Exposing takes a sentence: what customers will get, and a note, before a production environment is switched on.
import { useCommandMutation } from "@/api";
import { servedIn, useNoteRequired } from "@/app/note-guard";
import { ConfirmDialog, EnvironmentBadge } from "@/components";
import type { Environment, FlagSummary, FlagsReach } from "@/contract";
import classes from "./FlagsPage.module.css";
import { exposure } from "./rollout";

type Props = {
  flag: FlagSummary;
  environment: Environment;
  reach: FlagsReach | undefined;
  onDone: () => void;
  onCancel: () => void;
};

export function SwitchOnDialog({ flag, environment, reach, onDone, onCancel }: Props) {
  const change = useCommandMutation("flag_set_environment");
  // Killed or archived, nothing goes live by it.
  const guarded = useNoteRequired(flag.isActive ? [environment.key, ...servedIn(flag)] : []);
  const [first, ...more] = exposure(flag, reach);
  return (
    <ConfirmDialog
      title={`Switch on ${flag.key} in ${environment.name}`}
      confirmLabel={`Switch on in ${environment.name}`}
      note="optional"
      guarded={guarded}
      busy={change.isPending}
      failure={change.error}
      failureTitle={`${flag.key} is still off in ${environment.name}.`}
      onCancel={onCancel}
      onConfirm={(note) =>
        change.mutate(
          { flag: flag.id, environment: environment.key, enabled: true, note },
          { onSuccess: onDone },
        )
      }
    >
      <p className={classes.consequence}>{first}</p>
      {more.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p className={classes.where}>
        <EnvironmentBadge environment={environment} /> changes for real customers
      </p>
    </ConfirmDialog>
  );
}
