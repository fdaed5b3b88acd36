// Something failed, beside the thing that failed: what happened, what it means, what to do.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { ErrorCode } from "@/contract";
import type { CommandFailure } from "@/platform";
import classes from "./ErrorNote.module.css";
import { StateGlyph } from "./StateGlyph";

type Props = {
  /** What happened, as in "The flags could not be loaded." */
  title: string;
  /** The failure behind it; its message, and what its code means. */
  failure?: CommandFailure | null;
  /** What was tried: reading changes nothing, whatever comes of it. A change unless said. */
  tried?: "reading" | "change";
  /** What it means and what to do, where this place knows better than the failure's code does. */
  children?: ReactNode;
  onRetry?: () => void;
};

export function ErrorNote({ title, failure, tried = "change", children, onRetry }: Props) {
  // A single violation is the message itself.
  const violations = failure?.violations.filter(({ message }) => message !== failure.message) ?? [];
  const meanings = tried === "reading" ? { ...MEANINGS, ...OF_READING } : MEANINGS;
  const meaning = failure && children === undefined ? meanings[failure.code] : undefined;
  return (
    <div className={classes.note} role="alert">
      <StateGlyph state="warning" label="Problem" size={16} />
      <div className={classes.body} data-selectable>
        <p className={classes.title}>{title}</p>
        {failure && <p>{failure.message}</p>}
        {violations.length > 0 && (
          <ul className={classes.list}>
            {violations.map(({ path, message }) => (
              <li key={`${path} ${message}`}>{message}</li>
            ))}
          </ul>
        )}
        {meaning && <p className={classes.meaning}>{meaning}</p>}
        {children}
      </div>
      {onRetry && (
        <Button className={classes.retry} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** What a failure means and what to do, where its message cannot know. */
const MEANINGS: Partial<Record<ErrorCode, string>> = {
  database_unavailable: "Nothing was changed. It can be tried again once the database answers.",
  timeout: "It may still have happened: look again before you repeat it.",
  forbidden: "Nothing was changed. Ask whoever runs the database for the role that it takes.",
  read_only:
    "Nothing was changed. Ask whoever runs the database why it takes no changes, or connect to its primary.",
  blocked: "Nothing was changed. Try again once the one who holds it is done.",
  note_required: "Nothing was changed. Write a note and try again.",
  permission_denied: "The database role you are logged in as may not do this. Ask whoever runs the database.",
  no_workspace: "The workspace was closed. Open it again from the menu at the top left.",
  internal: "This is a fault of the app, not yours. Try again; if it stays, report it with this message.",
};

const OF_READING: Partial<Record<ErrorCode, string>> = {
  database_unavailable: "It can be tried again once the database answers.",
  timeout: "Try again, or ask for less: a narrower filter, a shorter time.",
};
