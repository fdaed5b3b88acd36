// One text that is saved by itself: a button appears once it differs, Escape takes the edit back.
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { CommandFailure } from "@/api";
import { ErrorNote } from "@/components";
import classes from "./Workspace.module.css";

type Props = {
  label: string;
  description?: string;
  value: string;
  maximum: number;
  /** Said when it is empty. */
  missing: string;
  busy: boolean;
  failure: CommandFailure | null;
  disabled: boolean;
  onSave: (text: string, done: () => void) => void;
  /** The last attempt is of no interest any more. */
  onEdit: () => void;
};

export function TextSetting(props: Props) {
  const { label, description, value, maximum, missing, busy, failure, disabled, onSave, onEdit } = props;
  /** null: not edited. */
  const [text, setText] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const shown = text ?? value;
  const edited = text !== null && text.trim() !== value;
  const length = [...shown.trim()].length;
  const local =
    shown.trim() === ""
      ? missing
      : length > maximum
        ? `At most ${maximum} characters; this is ${length}.`
        : null;
  const refused =
    failure?.code === "invalid" ? failure.violations.map(({ message }) => message).join(" ") : "";
  const reset = () => {
    setText(null);
    setTried(false);
    onEdit();
  };
  return (
    <form
      className={classes.text}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (edited && local === null) onSave(shown.trim(), reset);
      }}
    >
      <div className={classes.line}>
        <TextInput
          className={classes.input ?? ""}
          label={label}
          description={description}
          value={shown}
          dir="auto"
          disabled={disabled}
          error={(tried && local) || refused || undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            if (failure) onEdit();
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape" && text !== null) reset();
          }}
        />
        {edited && (
          <div className={classes.buttons}>
            <Button onClick={reset} disabled={busy}>
              Discard
            </Button>
            <Button type="submit" variant="filled" loading={busy} aria-label={`Save ${label.toLowerCase()}`}>
              Save
            </Button>
          </div>
        )}
      </div>
      {failure && !refused && <ErrorNote title={`${label} was not saved.`} failure={failure} />}
    </form>
  );
}
