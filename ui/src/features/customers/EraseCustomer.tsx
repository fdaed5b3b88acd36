// Erasing a customer from the evaluation log: what it does is said first, the id is typed again, then how far it is,
// and what was removed.
import { Button, Modal, Progress, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { CopyButton, ErrorNote, formatCount, formatCounted, NoteField } from "@/components";
import classes from "./EraseCustomer.module.css";

type Props = { entityId: string; onClose: () => void };

const FOLLOW_MS = 300;
/** No environment asks for a note here. */
const NOWHERE: ReadonlyArray<never> = [];

export function EraseCustomer({ entityId, onClose }: Props) {
  const [sure, setSure] = useState(false);
  const [typed, setTyped] = useState("");
  const [note, setNote] = useState("");
  const erase = useCommandMutation("customer_erase");
  const progress = useCommandQuery(
    "customer_erase_progress",
    {},
    { enabled: erase.isPending, refetchInterval: FOLLOW_MS, staleTime: 0 },
  ).data;
  const customer = useCommandQuery("customer_get", { entityId }).data;
  const name = customer?.name ?? customer?.email ?? null;
  const matches = typed === entityId;
  const problem = namesCustomer(note, [entityId, customer?.name, customer?.email])
    ? "The note stays in the audit trail for good: do not name the customer in it."
    : undefined;

  if (erase.data) {
    const { removed, partitions, erasureId } = erase.data;
    return (
      <Modal opened onClose={onClose} title="Erased" closeButtonProps={{ "aria-label": "Close" }}>
        <p role="status" className={classes.text}>
          {removed === 0
            ? "The log held no call of this customer. Calls that are still on their way to it will not be stored."
            : `${formatCounted(removed, "call")} of ${formatCounted(partitions, "day")} removed. Calls that are still on their way to the log will not be stored either.`}
        </p>
        <p className={classes.text}>
          The audit trail says that somebody was erased, not who. Its entry is named by this id:
        </p>
        <p className={classes.id}>
          <code>{erasureId}</code>
          <CopyButton text={erasureId} what="the erasure's id" />
        </p>
        <div className={classes.buttons}>
          <Button data-autofocus variant="filled" onClick={onClose}>
            Done
          </Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal
      opened
      onClose={() => {
        if (!erase.isPending) onClose();
      }}
      title="Erase a customer from the log?"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!sure) setSure(true);
          else if (matches && problem === undefined && !erase.isPending)
            erase.mutate({ entityId, confirm: typed, ...(note.trim() ? { note: note.trim() } : {}) });
        }}
      >
        <p className={classes.text}>
          Every logged evaluation of {name === null ? "this customer" : <strong dir="auto">{name}</strong>} is
          removed, in every environment. This cannot be undone.
        </p>
        <p className={classes.id} data-selectable>
          <code>{entityId}</code>
          <CopyButton text={entityId} what="the customer's id" />
        </p>
        <p className={classes.text}>
          Counts stay, for they name nobody; the row in your customers table stays, for Halyard never writes
          there; flags go on serving them.
        </p>
        {sure && (
          <>
            <TextInput
              className={classes.confirm ?? ""}
              label="Type the id to confirm"
              error={
                typed !== "" && !matches && !entityId.startsWith(typed) ? "This is not the id above." : null
              }
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              disabled={erase.isPending}
              autoComplete="off"
              spellCheck={false}
              autoFocus
            />
            <NoteField
              label="Note"
              placeholder="Why? It stays in the audit trail: do not name the customer"
              value={note}
              onChange={setNote}
              guarded={NOWHERE}
              failure={null}
              error={problem}
            />
          </>
        )}
        {erase.isPending && (
          <div className={classes.progress} role="status">
            <Progress.Root size={6} className={classes.bar ?? ""}>
              <Progress.Section
                value={progress && progress.of > 0 ? (progress.partitions / progress.of) * 100 : 100}
                animated={!progress || progress.of === 0}
                aria-label="Erased"
              />
            </Progress.Root>
            <span>
              {progress && progress.of > 0
                ? `Day ${formatCount(progress.partitions)} of ${formatCount(progress.of)} · ${formatCounted(progress.removed, "call")} removed`
                : "Erasing…"}
            </span>
          </div>
        )}
        {erase.error && <ErrorNote title="Nothing was erased." failure={erase.error} />}
        <div className={classes.buttons}>
          <Button onClick={onClose} disabled={erase.isPending}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="light"
            color="orange"
            loading={erase.isPending}
            disabled={sure && (!matches || problem !== undefined)}
            {...(sure ? {} : { "data-autofocus": true })}
          >
            {sure ? "Erase for good" : "Continue"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Whether a note says who it is about. */
function namesCustomer(note: string, names: ReadonlyArray<string | null | undefined>): boolean {
  const said = note.toLowerCase();
  return names.some((name) => name != null && name.trim() !== "" && said.includes(name.toLowerCase()));
}
