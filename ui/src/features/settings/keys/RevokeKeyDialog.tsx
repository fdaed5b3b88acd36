// Revoking a key says who stops, and how soon. There is no way back.
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog, RelativeTime } from "@/components";
import type { Environment, SdkKey } from "@/contract";
import classes from "./Keys.module.css";
import { kindOf } from "./model";

type Props = { sdkKey: SdkKey; environments: ReadonlyArray<Environment>; onClose: () => void };

export function RevokeKeyDialog({ sdkKey, environments, onClose }: Props) {
  const { id, kind, name, prefix, lastUsedAt } = sdkKey;
  const revoke = useCommandMutation("sdk_key_revoke");
  const environment = environments.find(({ key }) => key === sdkKey.environment)?.name ?? sdkKey.environment;
  return (
    <ConfirmDialog
      title={`Revoke ${name}`}
      confirmLabel="Revoke key"
      tone={lastUsedAt === null ? "plain" : "warning"}
      busy={revoke.isPending}
      failure={revoke.error}
      failureTitle={`${name} was not revoked.`}
      onCancel={onClose}
      onConfirm={() =>
        revoke.mutate(
          { id },
          {
            onSuccess: () => {
              announce({ text: `${name} is revoked.` });
              onClose();
            },
          },
        )
      }
    >
      <p className={classes.consequence}>
        Whoever uses <code>{prefix}</code> is refused within 2 seconds.
      </p>
      <p>
        It is {environment ? `a ${kindOf(kind).name.toLowerCase()} key for ${environment}` : "an admin key"}.{" "}
        {lastUsedAt ? (
          <>
            It was last used <RelativeTime at={lastUsedAt} />.{" "}
            {environment
              ? `Apps that have no other key for ${environment} use their own fallback values.`
              : "Scripts that have no other key fail."}
          </>
        ) : (
          "It was never used."
        )}{" "}
        It cannot be made valid again: make a new key instead.
      </p>
    </ConfirmDialog>
  );
}
