// What an unsaved draft would change, beside Save: its impact on the customers, the list of changes, the
// environments it concerns, and a note. Then "Saved v8".
import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { wantsNote } from "@/app/note-guard";
import { useGate } from "@/app/rights";
import {
  CountedAge,
  EnvironmentBadge,
  ErrorNote,
  formatCounted,
  formatDuration,
  Kbd,
  NoteField,
  StateGlyph,
} from "@/components";
import type { Environment, Flag, FlagImpact } from "@/contract";
import { ImpactPanel } from "../impact/ImpactPanel";
import type { Impact } from "../impact/use-impact";
import { changeSentences, environmentsThatChange, type Names } from "../model/changes";
import { changesEvaluation, isEmpty, unfinishedFields, withEdits } from "../model/draft";
import { plainText } from "../model/phrase";
import { Phrase } from "../Phrase";
import type { FlagDraft } from "../use-flag-draft";
import classes from "./SaveBar.module.css";
import type { Save } from "./use-save";

type Props = {
  flag: Flag;
  flagDraft: FlagDraft;
  save: Save;
  environments: ReadonlyArray<Environment>;
  names: Names;
  impact: Impact;
};

export function SaveBar({ flag, flagDraft, save, environments, names, impact }: Props) {
  const { draft, asked, change } = flagDraft;
  const { state } = save;
  const gate = useGate("editFlags");
  if (isEmpty(draft)) {
    // A switch or kill right after makes "saved" a thing of the past.
    if (state.phase !== "saved" || state.version !== flag.version) return null;
    return (
      <div className={classes.saved} role="status">
        <IconCheck size={16} stroke={2} aria-hidden /> Saved v{state.version}
      </div>
    );
  }
  const unfinished = unfinishedFields(draft).length;
  const edited = withEdits(draft.base, draft.edits);
  const sentences = changeSentences(draft.base, edited, names);
  const counts = changesEvaluation(draft.base, draft.edits);
  // A draft that is not on top of the newest version has no honest "after".
  const shown = counts && asked.length === 0;
  const noteError = save.errors.fields.get("note");
  return (
    <section className={classes.bar} aria-label="Unsaved changes" data-bottom-bar>
      <div className={classes.top}>
        <h2 className={classes.title}>{title(sentences.length, shown)}</h2>
        {shown && impact.count && (
          <span className={classes.counted}>
            {impact.counting ? "counting anew…" : <Age of={impact.count} />}
          </span>
        )}
        {sentences.length > 0 && <Concerned {...{ flag, environments, counts }} />}
      </div>
      <div className={classes.middle}>
        {shown && <ImpactPanel saved={flag} draft={edited} impact={impact} />}
        <ul className={classes.changes} aria-label="Changes">
          {sentences.map((sentence) => (
            <li key={plainText(sentence)}>
              <Phrase of={sentence} />
            </li>
          ))}
          {unfinished > 0 && (
            <li className={classes.unfinished}>
              <StateGlyph state="warning" label="Not finished" />{" "}
              {unfinished === 1 ? "One field is" : `${unfinished} fields are`} not a value yet
            </li>
          )}
        </ul>
      </div>
      {state.phase === "waiting" && (
        <ErrorNote
          title="The database cannot be reached. Your edit is kept, and is saved when it is back."
          onRetry={save.save}
        >
          <p className="muted">{state.failure.message}</p>
          <Button variant="subtle" onClick={save.stop}>
            Do not save by itself
          </Button>
        </ErrorNote>
      )}
      {state.phase === "failed" && !wantsNote(state.failure) && (
        <ErrorNote title="Not saved. Your edit is kept." failure={state.failure} onRetry={save.save} />
      )}
      <form
        className={classes.bottom}
        onSubmit={(event) => {
          event.preventDefault();
          save.save();
        }}
      >
        <NoteField
          className={classes.note ?? ""}
          value={draft.note}
          guarded={save.guarded}
          asked={save.noteAsked}
          failure={state.phase === "failed" ? state.failure : null}
          error={noteError}
          onChange={(note) => change((last) => ({ ...last, note }))}
        />
        <Button variant="subtle" color="gray" onClick={flagDraft.discard} disabled={state.phase === "saving"}>
          Discard
        </Button>
        <Button
          type="submit"
          variant="filled"
          aria-label={asked.length > 0 ? "Resolve and save" : "Save"}
          loading={state.phase === "saving"}
          rightSection={<Kbd shortcut="mod+S" />}
          {...gate}
        >
          {asked.length > 0 ? "Resolve…" : "Save"}
        </Button>
      </form>
    </section>
  );
}

function title(changes: number, withImpact: boolean): string {
  if (changes === 0) return "An unfinished change";
  if (!withImpact) return formatCounted(changes, "unsaved change");
  return `Impact of your ${changes === 1 ? "unsaved change" : formatCounted(changes, "unsaved change")}`;
}

/** Of when and of whom the figures are. */
function Age({ of }: { of: FlagImpact }) {
  return (
    <span>
      counted <CountedAge at={of.countedAt} /> over {formatCounted(of.customers, "customer")} ·{" "}
      {formatDuration(of.durationMs)}
    </span>
  );
}

/** In whose environments it takes effect, in their colour. */
function Concerned({
  flag,
  environments,
  counts,
}: {
  flag: Flag;
  environments: ReadonlyArray<Environment>;
  counts: boolean;
}) {
  if (!counts) return <span className={classes.concerned}>changes no value</span>;
  const effect = environmentsThatChange(flag, environments);
  if (effect.effect === "when_on")
    return <span className={classes.concerned}>takes effect when switched on</span>;
  if (effect.effect === "when_restored")
    return <span className={classes.concerned}>takes effect when restored</span>;
  if (effect.effect === "when_unarchived") {
    return <span className={classes.concerned}>takes effect when unarchived</span>;
  }
  const concerned = environments.filter(({ key }) => effect.keys.includes(key));
  return (
    <span className={classes.concerned} data-strong>
      changes
      {concerned.map((environment) => (
        <EnvironmentBadge key={environment.key} environment={environment} />
      ))}
    </span>
  );
}
