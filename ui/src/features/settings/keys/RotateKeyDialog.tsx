// Rotating: a second key takes the place of a first one, and the first one ends when the apps have changed over.
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation, useSecretCommand } from "@/api";
import { Choices, ErrorNote } from "@/components";
import type { CreatedSdkKey, Environment, SdkKey } from "@/contract";
import classes from "./Keys.module.css";
import { hasRoom, isLive, kindOf, LIVE_LIMIT, OLD_KEY, type OldKey, oldExpiresAt } from "./model";
import { ShownOnce } from "./ShownOnce";

type Props = {
  sdkKey: SdkKey;
  keys: ReadonlyArray<SdkKey>;
  environments: ReadonlyArray<Environment>;
  onClose: () => void;
};

export function RotateKeyDialog({ sdkKey, keys, environments, onClose }: Props) {
  const { id, name, kind, prefix } = sdkKey;
  const [old, setOld] = useState<OldKey>("day");
  /** Kept here alone: it goes with the dialog. */
  const [created, setCreated] = useState<CreatedSdkKey | null>(null);
  const rotate = useSecretCommand("sdk_key_rotate");
  const revoke = useCommandMutation("sdk_key_revoke");
  const now = Date.now();
  const room = hasRoom(keys, sdkKey, now);
  const place =
    environments.find(({ key }) => key === sdkKey.environment)?.name ??
    sdkKey.environment ??
    "administration";
  const other = keys.find(
    (key) => key.id !== id && key.kind === kind && key.environment === sdkKey.environment && isLive(key, now),
  );

  async function submit() {
    const at = oldExpiresAt(old, Date.now());
    const answer = await rotate.run({ id, ...(at === null ? {} : { oldExpiresAt: at }) });
    if (!answer) return;
    setCreated(answer);
    if (old === "now") revoke.mutate({ id });
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={created ? `${name}: copy the new key now` : `Rotate ${name}`}
      size={620}
      closeOnClickOutside={false}
      closeOnEscape={created === null}
      withCloseButton={created === null}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {created ? (
        <ShownOnce created={created} onDone={onClose}>
          {revoke.error ? (
            <ErrorNote
              title="The old key still works."
              failure={revoke.error}
              onRetry={() => revoke.mutate({ id })}
            />
          ) : (
            <p className={classes.hint}>
              The old key <code>{prefix}</code> {fate(old)}
            </p>
          )}
        </ShownOnce>
      ) : !room ? (
        <div className={classes.form}>
          <p>
            {place} has {LIVE_LIMIT} live {kind} keys, which is the most: <strong>{name}</strong>
            {other && (
              <>
                {" "}
                and <strong>{other.name}</strong>
              </>
            )}
            . Revoke the one that no app uses any more, then rotate.
          </p>
          <div className={classes.buttons}>
            <Button data-autofocus onClick={onClose}>
              Close
            </Button>
          </div>
        </div>
      ) : (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!rotate.pending) void submit();
          }}
        >
          <p>
            Makes another {kindOf(kind).name.toLowerCase()} key
            {sdkKey.environment === null ? " of the same role" : ` for ${place}`}, also called {name}. Both
            work until the old one ends
            {kind === "admin" ? "." : `: ${LIVE_LIMIT} live keys are the limit.`}
          </p>
          <Choices<OldKey>
            legend={`When does the old key ${prefix} end?`}
            columns={2}
            choices={OLD_KEY}
            value={old}
            onChange={setOld}
          />
          {rotate.failure && <ErrorNote title="The key was not rotated." failure={rotate.failure} />}
          <div className={classes.buttons}>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" data-autofocus loading={rotate.pending}>
              Make the new key
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function fate(old: OldKey): string {
  switch (old) {
    case "now":
      return "is revoked: it is refused within 2 seconds.";
    case "day":
      return "works for another 24 hours.";
    case "week":
      return "works for another 7 days.";
    case "stays":
      return "works until you revoke it.";
  }
}
