// What saving an edited audience does, a note on why, and Save.
import { Button } from "@mantine/core";
import type { Counted } from "@/api";
import { ErrorNote, Kbd } from "@/components";
import { NoteField } from "@/components/NoteField";
import type { Audience, Condition, Environment } from "@/contract";
import { listInWords } from "@/features/flag/model/phrase";
import { AudienceImpactPanel } from "./impact/AudienceImpactPanel";
import { type AudienceDraft, editedFields } from "./model/draft";
import classes from "./SaveBar.module.css";
import type { SaveState } from "./use-save-audience";

type Props = {
  /** As it is stored; null for a new one. */
  audience: Audience | null;
  draft: AudienceDraft;
  /** Every condition is filled in. */
  finished: boolean;
  /** As it was counted last; null while there is nothing to count. */
  condition: Condition | null;
  impact: Counted<"audience_impact">;
  /** Why the saved condition cannot be computed; null when it can. */
  broken: string | null;
  state: SaveState;
  /** Where the change needs a note. */
  guarded: ReadonlyArray<Environment>;
  /** Attempts that were held back for want of a note. */
  noteAsked: number;
  noteProblem: string | undefined;
  onNote: (note: string) => void;
  onDiscard: () => void;
  onSave: () => void;
};

export function SaveBar(props: Props) {
  const { audience, draft, state, onSave } = props;
  const failure = "failure" in state ? state.failure : null;
  const inItsPlace = failure?.code === "already_exists" || failure?.code === "note_required";
  return (
    <section className={classes.bar} aria-label="Unsaved changes">
      <Consequence {...props} />
      {failure && !inItsPlace && (
        <ErrorNote
          title={
            state.phase === "waiting"
              ? "The database cannot be reached. Your edit is kept, and is saved when it is back."
              : "Not saved. Your edit is kept."
          }
          failure={failure}
          onRetry={onSave}
        />
      )}
      <form
        className={classes.bottom}
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        <NoteField
          className={classes.note ?? ""}
          value={draft.note}
          guarded={props.guarded}
          asked={props.noteAsked}
          failure={failure}
          error={props.noteProblem}
          onChange={props.onNote}
        />
        <Button variant="subtle" color="gray" onClick={props.onDiscard} disabled={state.phase === "saving"}>
          Discard
        </Button>
        <Button
          type="submit"
          variant="filled"
          aria-label={audience ? "Save" : "Create audience"}
          loading={state.phase === "saving"}
          rightSection={<Kbd shortcut="mod+S" />}
        >
          {audience ? "Save" : "Create audience"}
        </Button>
      </form>
    </section>
  );
}

function Consequence({ audience, draft, finished, condition, impact, broken }: Props) {
  if (audience === null) {
    return <p className={classes.consequence}>Nothing is served to anyone until a flag’s rule uses it.</p>;
  }
  const fields = editedFields(draft);
  if (!fields.includes("condition")) {
    const what =
      fields.length === 0
        ? "Nothing is changed yet."
        : `Changes the ${listInWords(fields)} only: nobody gets another value.`;
    return <p className={classes.consequence}>{what}</p>;
  }
  if (!finished) {
    return (
      <p className={classes.consequence}>
        <strong>A condition is not finished.</strong> What saving does is counted once it is.
      </p>
    );
  }
  if (broken !== null) {
    return (
      <p className={classes.consequence}>
        <strong>Saving repairs it.</strong> The saved condition cannot be computed, so there is nothing to
        compare with: its rules are decided again for everybody in it.
      </p>
    );
  }
  return condition && <AudienceImpactPanel audienceId={audience.id} condition={condition} impact={impact} />;
}
