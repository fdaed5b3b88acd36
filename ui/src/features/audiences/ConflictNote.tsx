// Somebody else changed a field that was edited here too: mine or theirs, field by field, before saving.
import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { RelativeTime, StateGlyph } from "@/components";
import type { Audience } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import classes from "./ConflictNote.module.css";
import { type AudienceDraft, type AudienceField, draftOf, type Side } from "./model/draft";
import { conditionSentence } from "./model/summary";

type Props = {
  /** As it is stored now. */
  audience: Audience;
  draft: AudienceDraft;
  asked: ReadonlyArray<AudienceField>;
  onResolve: (choices: { readonly [field in AudienceField]?: Side }) => void;
};

const FIELDS: Record<AudienceField, string> = {
  name: "Name",
  description: "Description",
  condition: "Condition",
};

export function ConflictNote({ audience, draft, asked, onResolve }: Props) {
  const [choices, setChoices] = useState<{ readonly [field in AudienceField]?: Side }>({});
  const theirs = draftOf(audience);
  const open = asked.filter((field) => choices[field] === undefined).length;
  return (
    <section className={classes.note} data-conflict aria-label="Changed by two people">
      <p className={classes.title} role="status">
        <StateGlyph state="warning" label="Conflict" />
        <span>
          <strong>{audience.updatedBy}</strong> saved v{audience.version}{" "}
          <RelativeTime at={audience.updatedAt} />, and changed what you changed too. Nothing of yours is
          saved yet.
        </span>
      </p>
      {asked.map((field) => (
        <fieldset key={field} className={classes.field}>
          <legend className={classes.legend}>{FIELDS[field]}</legend>
          <dl className={classes.sides}>
            <dt>Mine</dt>
            <dd dir="auto">{shown(draft, field)}</dd>
            <dt>Theirs</dt>
            <dd dir="auto">{shown(theirs, field)}</dd>
          </dl>
          <SegmentedControl
            aria-label={`Keep which, for ${FIELDS[field]}`}
            value={choices[field] ?? ""}
            data={[
              { value: "mine", label: "Keep mine" },
              { value: "theirs", label: "Keep theirs" },
            ]}
            onChange={(side) => setChoices({ ...choices, [field]: side as Side })}
          />
        </fieldset>
      ))}
      <Button
        variant="filled"
        className={classes.use ?? ""}
        disabled={open > 0}
        onClick={() => onResolve(choices)}
      >
        {open > 0 ? `${open} to choose` : "Use these"}
      </Button>
    </section>
  );
}

function shown(draft: AudienceDraft, field: AudienceField): string {
  if (field === "condition") return plainText(conditionSentence(draft.tree));
  return draft[field] === "" ? "(empty)" : draft[field];
}
