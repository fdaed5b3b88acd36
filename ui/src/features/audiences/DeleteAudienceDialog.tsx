// Deleting an audience; one in use names the flags that hold it instead.
import { Button, Modal } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog, formatCounted, KeyText } from "@/components";
import type { Audience, FlagReference } from "@/contract";
import classes from "./DeleteAudienceDialog.module.css";

type Props = { audience: Audience; onCancel: () => void; onDeleted: () => void };

export function DeleteAudienceDialog({ audience, onCancel, onDeleted }: Props) {
  const remove = useCommandMutation("audience_delete");
  const create = useCommandMutation("audience_create");
  const usedBy = remove.error?.code === "in_use" ? (remove.error.details.flags ?? []) : audience.usedBy;
  if (usedBy.length > 0) return <InUse audience={audience} flags={usedBy} onClose={onCancel} />;
  const { name, description, condition } = audience;
  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      confirmLabel="Delete audience"
      note="optional"
      busy={remove.isPending}
      failure={remove.error}
      failureTitle="The audience was not deleted."
      onCancel={onCancel}
      onConfirm={(note) =>
        remove.mutate(
          { id: audience.id, ...(note === "" ? {} : { note }) },
          {
            onSuccess: () => {
              announce({
                text: `${name} is deleted.`,
                undo: {
                  label: "Create it again",
                  run: () => create.mutate({ name, description, condition }),
                },
              });
              onDeleted();
            },
          },
        )
      }
    >
      No flag uses it, so nobody gets another value. Its history stays in the audit.
    </ConfirmDialog>
  );
}

function InUse(props: { audience: Audience; flags: ReadonlyArray<FlagReference>; onClose: () => void }) {
  const { audience, flags, onClose } = props;
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${audience.name} is in use`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <p>
        {formatCounted(flags.length, "flag has", "flags have")} a rule on it. Take it out of{" "}
        {flags.length === 1 ? "that rule" : "those rules"} first; then it can be deleted.
      </p>
      <ul className={classes.flags}>
        {flags.map(({ id, key }) => (
          <li key={id}>
            <Link to="/flags/$key" params={{ key }}>
              <KeyText text={key} />
            </Link>
          </li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      </div>
    </Modal>
  );
}
