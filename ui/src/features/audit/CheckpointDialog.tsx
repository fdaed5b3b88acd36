// Signs what the audit is now. Kept elsewhere, the line shows later whether entries were cut off or written anew.
import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { commandKey, useCommandMutation } from "@/api";
import { CopyButton, ErrorNote, formatCount } from "@/components";
import classes from "./ExportMenu.module.css";

export function CheckpointDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const sign = useCommandMutation("audit_checkpoint");
  const { mutate } = sign;
  const run = () =>
    mutate(
      {},
      { onSuccess: () => client.invalidateQueries({ queryKey: commandKey("audit_verification", {}) }) },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(run, []);
  const made = sign.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title="Signed checkpoint"
      size={520}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {sign.isPending && <p className="muted">Signing…</p>}
      {sign.error && <ErrorNote title="The checkpoint was not signed." failure={sign.error} onRetry={run} />}
      {made && (
        <div className={classes.status} data-selectable>
          <p>
            Entry {formatCount(made.checkpoint.seq)} and everything before it, signed. Keep this line outside
            the database: a mail to yourself, a ticket, a vault. <code>halyard-server audit verify</code> and
            this app hold the trail against it.
          </p>
          <div className={classes.line}>
            <strong>One line</strong>
            <CopyButton text={made.line} what="checkpoint" />
          </div>
          <textarea
            className={classes.text}
            readOnly
            aria-label="Checkpoint"
            value={made.line}
            onFocus={(event) => event.currentTarget.select()}
          />
          <div className={classes.line}>
            <span className="muted">
              Checked with the public key <code>{made.checkpoint.publicKey.slice(0, 16)}…</code>; the secret
              one is in{" "}
              {made.keyPlace === "keychain" ? "this computer's keychain" : "a file that only you can read"}.
            </span>
            <CopyButton text={made.checkpoint.publicKey} what="public key" />
          </div>
        </div>
      )}
      <div className={classes.buttons}>
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      </div>
    </Modal>
  );
}
