// Confirms by consequence: the sentence says what will happen, the button says it again in short.
import { Button, Modal, TextInput } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import type { Environment } from "@/contract";
import type { CommandFailure } from "@/platform";
import classes from "./ConfirmDialog.module.css";
import { ErrorNote } from "./ErrorNote";
import { NoteField } from "./NoteField";

type Props = {
  title: string;
  /** The consequence, as in "49,812 customers will get true." */
  children: ReactNode;
  /** What the button does, as in "Switch on in Production". */
  confirmLabel: string;
  /** `kill` is red and for killing alone; `warning` is amber; the colour of an environment can be given. */
  tone?: "plain" | "warning" | "kill";
  /** Asks for a note; `required` holds the button back until there is one. */
  note?: "optional" | "required";
  /** The guarded environments that this would change: the note is required there. */
  guarded?: ReadonlyArray<Pick<Environment, "name">>;
  /** Holds the button back until this text is typed: for what cannot be undone. */
  typed?: string | undefined;
  /** In pixels, where the consequence needs more room than a sentence. */
  size?: number;
  busy?: boolean;
  failure?: CommandFailure | null;
  /** What failed, shown over the failure. */
  failureTitle?: string;
  onConfirm: (note: string) => void;
  onCancel: () => void;
};

const NOWHERE: ReadonlyArray<Environment> = [];

export function ConfirmDialog(props: Props) {
  const {
    title,
    children,
    confirmLabel,
    tone = "plain",
    note,
    guarded = NOWHERE,
    typed,
    busy = false,
    failure,
    onConfirm,
    onCancel,
  } = props;
  const [text, setText] = useState("");
  const [proof, setProof] = useState("");
  const sentence = useId();
  const needsNote = note === "required" || guarded.length > 0;
  const held = (needsNote && text.trim() === "") || (typed !== undefined && proof.trim() !== typed);
  return (
    <Modal
      opened
      onClose={onCancel}
      title={title}
      {...(props.size === undefined ? {} : { size: props.size })}
      closeButtonProps={{ "aria-label": "Close" }}
      aria-describedby={sentence}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!held && !busy) onConfirm(text.trim());
        }}
      >
        <div id={sentence} className={classes.sentence} data-selectable>
          {children}
        </div>
        {note && (
          <NoteField
            label={needsNote ? "Note (required)" : "Note"}
            placeholder="Why? It goes into the audit trail"
            value={text}
            onChange={setText}
            guarded={guarded}
            failure={failure ?? null}
            autoFocus
          />
        )}
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to confirm`}
            value={proof}
            onChange={(event) => setProof(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        {failure && !isSaidByField(failure, note) && (
          <div className={classes.failure}>
            <ErrorNote title={props.failureTitle ?? "That did not work."} failure={failure} />
          </div>
        )}
        <div className={classes.buttons}>
          <Button onClick={onCancel}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            className={classes.confirm}
            data-tone={tone}
            loading={busy}
            disabled={held}
            {...(note || typed !== undefined ? {} : { "data-autofocus": true })}
          >
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** A refusal for want of a note stands at the field, where there is one. */
function isSaidByField(failure: CommandFailure, note: Props["note"]): boolean {
  return note !== undefined && failure.code === "note_required";
}
