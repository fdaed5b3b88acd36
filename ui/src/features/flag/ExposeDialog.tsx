// Exposing takes a sentence: what customers will get, and a note, before Enter switches on or restores.
import { useCommandMutation } from "@/api";
import { ConfirmDialog, formatCounted, formatDuration } from "@/components";
import type { Environment, Flag } from "@/contract";
import { listInWords } from "./model/phrase";
import { exposure } from "./model/reach";
import { Phrase } from "./Phrase";
import { useReach } from "./use-reach";

type Props = {
  flag: Flag;
  environments: ReadonlyArray<Environment>;
  /** The environment to switch on; null restores a killed flag. */
  environment: Environment | null;
  onClose: () => void;
  onDone: (announcement: string) => void;
};

export function ExposeDialog({ flag, environments, environment, onClose, onDone }: Props) {
  const restore = useCommandMutation("flag_set_active");
  const switchOn = useCommandMutation("flag_set_environment");
  const reach = useReach(flag);
  const on = environments.filter(({ key }) => flag.environments[key] === true);
  const where = environment ? environment.name : listInWords(on.map(({ name }) => name));

  async function confirm(note: string) {
    const noted = note === "" ? {} : { note };
    try {
      if (environment) {
        await switchOn.mutateAsync({ flag: flag.id, environment: environment.key, enabled: true, ...noted });
        onDone(`${flag.key} is on in ${environment.name}.`);
      } else {
        await restore.mutateAsync({ flag: flag.id, isActive: true, ...noted });
        onDone(`${flag.key} is restored.`);
      }
    } catch {
      // The dialog stays and shows why.
    }
  }

  const title = environment ? `Switch on ${flag.key} in ${environment.name}` : `Restore ${flag.key}`;
  return (
    <ConfirmDialog
      title={title}
      confirmLabel={environment ? `Switch on in ${environment.name}` : restoreLabel(flag)}
      note="optional"
      busy={restore.isPending || switchOn.isPending}
      failure={environment ? switchOn.error : restore.error}
      failureTitle="Nothing was changed."
      onConfirm={(note) => void confirm(note)}
      onCancel={onClose}
    >
      <p>
        {where === "" ? (
          "It is off in every environment: everyone keeps the default until it is switched on."
        ) : (
          <>
            In {where}:{" "}
            {reach.failure ? (
              `how many customers get what could not be counted. ${reach.failure.message}`
            ) : reach.count ? (
              <Phrase of={exposure(reach.count, flag.defaultValue)} />
            ) : (
              "counting the customers…"
            )}
          </>
        )}
      </p>
      {reach.count && where !== "" && (
        <p className="faint">
          Counted over {formatCounted(reach.count.customers, "customer")} in{" "}
          {formatDuration(reach.count.durationMs)}. Visitors outside the table are not counted.
        </p>
      )}
    </ConfirmDialog>
  );
}

export function restoreLabel(flag: Flag): string {
  const count = flag.rules.length;
  return count === 0 ? "Restore" : `Restore the ${formatCounted(count, "rule")}`;
}
