// Why something is changed, for the history and the audit. Where a guarded environment is concerned the note is
// required: the field says so, and takes the focus when a change was refused for want of it.
import { TextInput } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Environment } from "@/contract";
import type { CommandFailure } from "@/platform";

/** At most so many characters, as the database takes them. */
const LONGEST = 2_000;

type Props = {
  value: string;
  onChange: (note: string) => void;
  /** Where the note is required; empty: it is optional. */
  guarded: ReadonlyArray<Pick<Environment, "name">>;
  /** Counts the attempts that were held back because there was no note: each takes the focus here. */
  asked?: number;
  /** What the last attempt failed with: a refusal for want of a note is said here, and only here. */
  failure?: CommandFailure | null;
  /** Another problem with the text. */
  error?: string | undefined;
  /** Shown above the field; otherwise it is only named. */
  label?: string;
  /** Shown while it is empty and optional. */
  placeholder?: string;
  autoFocus?: boolean;
  className?: string;
};

export function NoteField(props: Props) {
  const { value, onChange, guarded, asked = 0, failure, error, label, autoFocus = false } = props;
  const field = useRef<HTMLInputElement>(null);
  const refused = failure && failure.code === "note_required" ? failure : null;
  useEffect(() => {
    if (asked > 0 || refused) field.current?.focus();
  }, [asked, refused]);

  const required = guarded.length > 0 || refused !== null;
  const blank = value.trim() === "";
  const where = guarded.map(({ name }) => name).join(", ");
  const missing = blank && (asked > 0 || refused !== null);
  const tooLong = [...value].length > LONGEST ? `At most ${LONGEST} characters.` : undefined;
  return (
    <TextInput
      ref={field}
      {...(props.className ? { className: props.className } : {})}
      {...(label ? { label } : { "aria-label": "Note" })}
      placeholder={
        required
          ? `Why? A note is required${where === "" ? "" : ` in ${where}`}`
          : (props.placeholder ?? "Why? The note goes into the history and the audit trail")
      }
      value={value}
      dir="auto"
      aria-required={required}
      error={error ?? tooLong ?? (missing ? missingText(where, refused) : undefined)}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...(autoFocus ? { "data-autofocus": true } : {})}
    />
  );
}

function missingText(where: string, refused: CommandFailure | null): string {
  if (where !== "") return `Say why: ${where} asks for a note with every change.`;
  return refused?.message ?? "Say why.";
}
