// What the flag is for: a line to read, an editor on a click. Saved at once; it changes no value.
import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useNotedMutation } from "@/app/noted";
import { useDenied } from "@/app/rights";
import { ErrorNote } from "@/components";
import type { Flag } from "@/contract";
import classes from "./Description.module.css";

export function Description({ flag }: { flag: Flag }) {
  /** null: not being edited. */
  const [text, setText] = useState<string | null>(null);
  const denied = useDenied("editFlags");
  const update = useNotedMutation("flag_update");

  function save() {
    if (text === null || update.isPending) return;
    const description = text.trim();
    if (description === flag.description) return setText(null);
    update.mutate(
      { flag: flag.id, baseVersion: flag.version, changes: { description } },
      { onSuccess: () => setText(null) },
    );
  }

  if (text === null) {
    return (
      <button
        type="button"
        className={classes.read}
        data-empty={flag.description === ""}
        aria-label={
          flag.description === "" ? "Add a description" : `Edit the description: ${flag.description}`
        }
        disabled={flag.archivedAt !== null || denied !== null}
        onClick={() => setText(flag.description)}
      >
        {flag.description === "" ? "Add a description…" : flag.description}
      </button>
    );
  }
  return (
    <div className={classes.edit}>
      <Textarea
        aria-label="Description"
        placeholder="What is this flag for, and when can it go?"
        value={text}
        autosize
        minRows={1}
        maxRows={6}
        autoFocus
        disabled={update.isPending}
        error={update.error?.violations[0]?.message}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => {
          if (!update.error) save();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            save();
          }
          if (event.key === "Escape") {
            event.stopPropagation();
            update.reset();
            setText(null);
          }
        }}
      />
      {update.error && update.error.violations.length === 0 && (
        <ErrorNote title="The description was not saved." failure={update.error} onRetry={save} />
      )}
    </div>
  );
}
