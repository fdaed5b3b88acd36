// Why, said afterwards: a kill waits for no note, and takes it off the list of what is to be reviewed.
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import classes from "./NoteAfter.module.css";

/** `seq`: the audit entry that the note is for. */
export function NoteAfter({ seq }: { seq: number }) {
  const [note, setNote] = useState("");
  const add = useCommandMutation("change_note_add");
  const [added, setAdded] = useState<string | null>(null);
  if (added !== null) return <span className={classes.added}>“{added}”</span>;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const text = note.trim();
        if (text === "") return;
        add.mutate(
          { seq, note: text },
          {
            onSuccess: () => {
              setAdded(text);
              announce({ text: "The note was added." });
            },
          },
        );
      }}
    >
      <TextInput
        className={classes.field ?? ""}
        aria-label="Note on the kill"
        placeholder="Why? Add a note"
        value={note}
        error={add.error?.message}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {note.trim() !== "" && (
        <Button type="submit" loading={add.isPending}>
          Add note
        </Button>
      )}
    </form>
  );
}
