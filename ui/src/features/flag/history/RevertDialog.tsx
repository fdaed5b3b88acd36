// Brings an earlier version back as the newest one: what changes, where, and what that does to the customers.
import { useCommandMutation } from "@/api";
import { useNoteRequired } from "@/app/note-guard";
import { ConfirmDialog, EnvironmentBadge } from "@/components";
import type { Environment, Flag, FlagVersion } from "@/contract";
import { ImpactPanel } from "../impact/ImpactPanel";
import { useImpact } from "../impact/use-impact";
import { changeSentences, type Names } from "../model/changes";
import { Changes } from "./Changes";
import classes from "./History.module.css";
import { reverted, touched } from "./revert";

type Props = {
  flag: Flag;
  version: FlagVersion;
  names: Names;
  environments: ReadonlyArray<Environment>;
  onClose: () => void;
  onDone: (announcement: string) => void;
};

export function RevertDialog({ flag, version, names, environments, onClose, onDone }: Props) {
  const revert = useCommandMutation("flag_revert");
  const after = reverted(flag, version.flag, environments);
  const keys = touched(flag, after);
  const guarded = useNoteRequired(keys);
  const impact = useImpact(flag, after);
  const concerned = environments.filter(({ key }) => keys.includes(key));
  const nothing = changeSentences(flag, after, names).length === 0;
  return (
    <ConfirmDialog
      title={`Revert ${flag.key} to v${version.version}`}
      confirmLabel={`Make v${version.version} the newest`}
      note="optional"
      guarded={guarded}
      size={640}
      busy={revert.isPending}
      failure={revert.error}
      failureTitle="Nothing was reverted."
      onCancel={onClose}
      onConfirm={(note) =>
        revert.mutate(
          { flag: flag.id, version: version.version, ...(note === "" ? {} : { note }) },
          {
            onSuccess: (saved) => onDone(`Reverted to v${version.version}; saved as v${saved.version}.`),
          },
        )
      }
    >
      {nothing ? (
        <p>
          v{version.version} is what {flag.key} is now: reverting to it changes nothing.
        </p>
      ) : (
        <>
          <p>It becomes a new version, v{flag.version + 1}, with this:</p>
          <div className={classes.reverting}>
            <Changes from={flag} to={after} names={names} />
          </div>
          <p className={classes.concerned}>
            {!flag.isActive ? (
              "Takes effect when it is restored: reverting does not undo a kill."
            ) : concerned.length === 0 ? (
              "Takes effect when it is switched on."
            ) : (
              <>
                Changes
                {concerned.map((environment) => (
                  <EnvironmentBadge key={environment.key} environment={environment} />
                ))}
              </>
            )}
          </p>
          <div className={classes.impact}>
            <ImpactPanel saved={flag} draft={after} impact={impact} />
          </div>
          {concerned.length > 0 && (
            <p className="faint">
              Of the customers where it is on before and after; visitors are not counted.
            </p>
          )}
        </>
      )}
    </ConfirmDialog>
  );
}
