// Going back to a version: what that changes of the audience, and whom it moves, before it is done.
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog } from "@/components";
import type { Audience, AudienceVersion, JsonValue } from "@/contract";
import { sameValue } from "@/features/flag/model/value";
import { AudienceImpactPanel } from "../impact/AudienceImpactPanel";
import { useAudienceImpact, useGuarded } from "../impact/use-audience-impact";
import { Changes } from "./Changes";
import classes from "./HistoryDrawer.module.css";

type Props = {
  audience: Audience;
  version: AudienceVersion;
  onCancel: () => void;
  onReverted: () => void;
};

export function RevertDialog({ audience, version, onCancel, onReverted }: Props) {
  const revert = useCommandMutation("audience_revert");
  const guarded = useGuarded(audience);
  const { condition } = version;
  const moves = condition !== null && !sameValue(condition as JsonValue, audience.condition as JsonValue);
  const impact = useAudienceImpact(audience, moves ? condition : null);
  return (
    <ConfirmDialog
      title={`Revert ${audience.name} to v${version.version}`}
      confirmLabel={`Make v${version.version} the newest`}
      note="optional"
      guarded={guarded}
      busy={revert.isPending}
      failure={revert.error}
      failureTitle="Nothing was reverted."
      onCancel={onCancel}
      onConfirm={(note) =>
        revert.mutate(
          { id: audience.id, version: version.version, ...(note === "" ? {} : { note }) },
          {
            onSuccess: (saved) => {
              announce({ text: `Reverted to v${version.version}; saved as v${saved.version}.` });
              onReverted();
            },
          },
        )
      }
    >
      <p>It becomes a new version with this:</p>
      <Changes from={audience} to={version} />
      <div className={classes.impact}>
        {moves && condition ? (
          <AudienceImpactPanel
            audienceId={audience.id}
            condition={condition}
            impact={impact}
            act="Reverting"
          />
        ) : (
          <p className="muted">The condition stays as it is: nobody gets another value.</p>
        )}
      </div>
    </ConfirmDialog>
  );
}
