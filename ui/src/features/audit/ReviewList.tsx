// Production changes that were made without a note: kills, restores, and what was switched off. Each waits here
// until somebody says why.
import { Button } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { type CommandFailure, useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { useGate } from "@/app/rights";
import {
  EmptyState,
  EnvironmentBadge,
  ErrorNote,
  NoteField,
  RelativeTime,
  SkeletonRows,
  StateGlyph,
} from "@/components";
import type { ReviewDue } from "@/contract";
import { dueWords } from "./model/changes";
import classes from "./ReviewList.module.css";
import { type EntryNames, useNames } from "./use-names";

type Props = {
  /** null: not loaded. */
  due: ReadonlyArray<ReviewDue> | null;
  failure: CommandFailure | null;
  onRetry: () => void;
};

export function ReviewList({ due, failure, onRetry }: Props) {
  const names = useNames();
  const list = useRef<HTMLOListElement>(null);
  if (failure && !due) {
    return (
      <div className={classes.problem}>
        <ErrorNote title="What is left to review could not be loaded." failure={failure} onRetry={onRetry} />
      </div>
    );
  }
  if (!due) return <SkeletonRows rows={6} label="Loading what is left to review" />;
  if (due.length === 0) {
    return (
      <EmptyState title="Nothing is left to review" icon={<IconChecks size={24} stroke={1.5} />}>
        Killing, restoring and switching off in production never wait for a note. Whoever does it without one
        finds it here afterwards, to say why.
      </EmptyState>
    );
  }
  return (
    <div className={classes.scroll}>
      <p className={classes.lead}>
        These changed production without a note. Say why, and the note becomes an entry of its own.
      </p>
      <ol ref={list} className={classes.list} aria-label="Left to review">
        {due.map((each) => (
          <DueItem
            key={each.seq}
            due={each}
            names={names}
            onNoted={() => {
              // The next one takes the keyboard.
              requestAnimationFrame(() => list.current?.querySelector("input")?.focus());
            }}
          />
        ))}
      </ol>
    </div>
  );
}

function DueItem({ due, names, onNoted }: { due: ReviewDue; names: EntryNames; onNoted: () => void }) {
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState(0);
  const add = useCommandMutation("change_note_add");
  const gate = useGate("kill");
  const { seq, at, actor, action, flagKey } = due;
  const environments = names.environments.filter(({ key }) => due.environments.includes(key));
  return (
    <li className={classes.item}>
      <div className={classes.what}>
        {action === "flag.killed" && <StateGlyph state="killed" label="" />}
        <Link to="/flags/$key" params={{ key: flagKey }} className={classes.key ?? ""}>
          {flagKey}
        </Link>
        <span>{dueWords(due)}</span>
        <span className="muted" dir="auto">
          by {actor}
        </span>
        <span className="muted">
          <RelativeTime at={at} focusable />
        </span>
        <span className={classes.where}>
          {environments.map((environment) => (
            <EnvironmentBadge key={environment.key} environment={environment} />
          ))}
        </span>
        <Link to="/audit" search={{ entry: String(seq) }} className={classes.entry ?? ""}>
          entry {seq}
        </Link>
      </div>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() === "") return setAsked(asked + 1);
          add.mutate(
            { seq, note: note.trim() },
            {
              onSuccess: () => {
                announce({ text: `The note on ${flagKey} is in the audit.` });
                onNoted();
              },
            },
          );
        }}
      >
        <NoteField
          className={classes.note ?? ""}
          value={note}
          onChange={setNote}
          guarded={[]}
          asked={asked}
          placeholder={`Why was ${flagKey} ${action === "flag.killed" ? "killed" : "changed"}?`}
          error={add.error?.violations[0]?.message}
        />
        <Button type="submit" loading={add.isPending} {...gate}>
          Add note
        </Button>
      </form>
      {add.error && add.error.violations.length === 0 && (
        <ErrorNote title="The note was not added. What you typed is kept." failure={add.error} />
      )}
    </li>
  );
}
