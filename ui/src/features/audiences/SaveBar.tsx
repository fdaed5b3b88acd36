// What saving an edited audience does, a note on why, and Save.
import { Button, TextInput } from "@mantine/core";
import { useCommandQuery } from "@/api";
import { ErrorNote, formatCount, formatCounted, Kbd } from "@/components";
import type { Audience, AudienceCount } from "@/contract";
import { listInWords } from "@/features/flag/model/phrase";
import { type AudienceDraft, editedFields } from "./model/draft";
import classes from "./SaveBar.module.css";
import type { SaveState } from "./use-save-audience";

type Props = {
  /** As it is stored; null for a new one. */
  audience: Audience | null;
  draft: AudienceDraft;
  /** Of the draft; undefined while it is counted for the first time. */
  count: AudienceCount | undefined;
  /** Every condition is filled in. */
  finished: boolean;
  state: SaveState;
  noteProblem: string | undefined;
  onNote: (note: string) => void;
  onDiscard: () => void;
  onSave: () => void;
};

export function SaveBar(props: Props) {
  const { audience, draft, count, finished, state, noteProblem, onNote, onDiscard, onSave } = props;
  const failure = "failure" in state ? state.failure : null;
  return (
    <section className={classes.bar} aria-label="Unsaved changes">
      <Consequence audience={audience} draft={draft} count={count} finished={finished} />
      {failure && failure.code !== "already_exists" && (
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
        <TextInput
          className={classes.note ?? ""}
          aria-label="Note"
          placeholder="Why? The note goes into the audit trail"
          value={draft.note}
          error={noteProblem}
          onChange={(event) => onNote(event.currentTarget.value)}
        />
        <Button variant="subtle" color="gray" onClick={onDiscard} disabled={state.phase === "saving"}>
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

function Consequence(props: Pick<Props, "audience" | "draft" | "count" | "finished">) {
  const { audience, draft, count, finished } = props;
  if (audience === null) {
    return <p className={classes.consequence}>Nothing is served to anyone until a flag’s rule uses it.</p>;
  }
  const fields = editedFields(draft);
  if (!fields.includes("condition")) {
    const what = fields.length === 0 ? "Nothing is changed yet." : `Changes the ${listInWords(fields)} only.`;
    return <p className={classes.consequence}>{what}</p>;
  }
  return (
    <p className={classes.consequence}>
      {finished ? <Moves audience={audience} count={count} /> : <strong>A condition is not finished.</strong>}{" "}
      {audience.usedBy.length === 0 ? (
        <>No flag uses it.</>
      ) : (
        <>
          Changes who gets what in {formatCounted(audience.usedBy.length, "flag")}:{" "}
          <span className="mono">{listInWords(named(audience.usedBy.map(({ key }) => key)))}</span>
        </>
      )}
    </p>
  );
}

/** How many customers it has now, and with the edit. */
function Moves({ audience, count }: { audience: Audience; count: AudienceCount | undefined }) {
  const now = useCommandQuery("audience_count", { condition: audience.condition }).data;
  if (!now || !count) return <strong>Counting…</strong>;
  return (
    <strong>
      {formatCount(now.customers)} → {formatCounted(count.customers, "customer")}.
    </strong>
  );
}

const NAMED_FLAGS = 3;

function named(keys: ReadonlyArray<string>): ReadonlyArray<string> {
  return keys.length <= NAMED_FLAGS + 1
    ? keys
    : [...keys.slice(0, NAMED_FLAGS), `${keys.length - NAMED_FLAGS} more`];
}
