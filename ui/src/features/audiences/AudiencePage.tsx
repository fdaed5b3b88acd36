// One audience: its condition as a sentence and in the builder, how many customers it holds for and who, the flags
// that use it, its history, and saving. `new…` instead of an id is one that does not exist yet.
import { Button } from "@mantine/core";
import { IconCopy, IconHistory, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { announce } from "@/app/announcements";
import { useEntryGate } from "@/app/rights";
import { EmptyState, ErrorNote, MenuButton, RelativeTime, SkeletonRows } from "@/components";
import type { Audience, Environment } from "@/contract";
import { AudienceFields } from "./AudienceFields";
import classes from "./AudiencePage.module.css";
import { BrokenNote } from "./BrokenNote";
import { brokenReason, useBroken } from "./broken";
import { ConflictNote } from "./ConflictNote";
import { CountCard } from "./CountCard";
import { DeleteAudienceDialog } from "./DeleteAudienceDialog";
import { HistoryDrawer } from "./history/HistoryDrawer";
import { useAudienceImpact, useGuarded } from "./impact/use-audience-impact";
import { MembersCard } from "./members/MembersCard";
import { copyOf, draftOf, editedFields, isUntouched, newDraft } from "./model/draft";
import { SaveBar } from "./SaveBar";
import { UsedBy } from "./UsedBy";
import { useAudienceDraft, useAudienceDrafts } from "./use-audience-draft";
import { useBuilder } from "./use-builder";
import { useSaveAudience } from "./use-save-audience";

const NOWHERE: ReadonlyArray<Environment> = [];

export function AudiencePage() {
  const { id } = useParams({ from: "/audiences/$id" });
  return id.startsWith("new") ? (
    <Editor key={id} id={id} audience={null} />
  ) : (
    <StoredAudience key={id} id={id} />
  );
}

function StoredAudience({ id }: { id: string }) {
  const query = useCommandQuery("audience_get", { id });
  if (query.data) return <Editor id={id} audience={query.data} />;
  if (query.isPending) return <SkeletonRows rows={6} label="Loading the audience" />;
  if (query.error?.code === "not_found") {
    return (
      <EmptyState
        title="This audience does not exist any more."
        actions={<Link to="/audiences">All audiences</Link>}
      >
        Somebody deleted it. The audit says who and when.
      </EmptyState>
    );
  }
  return (
    <div className={classes.problem}>
      <ErrorNote
        title="The audience could not be loaded."
        failure={query.error}
        onRetry={() => void query.refetch()}
      />
    </div>
  );
}

function Editor({ id, audience }: { id: string; audience: Audience | null }) {
  const navigate = useNavigate();
  const kept = useAudienceDraft(id, audience);
  const { draft, asked, change, latest, replace, discard, forget } = kept;
  const [drafts, storeDrafts] = useAudienceDrafts();
  const [open, setOpen] = useState<"deleting" | "history" | null>(null);
  const close = () => setOpen(null);
  /** Attempts to save that were held back for want of a note. */
  const [noteAsked, setNoteAsked] = useState(0);
  const { state, refused, save } = useSaveAudience({
    latest,
    onNewer: (_newer, next, asks) => {
      if (!asks) replace(next);
    },
    onSaved: (saved) => {
      setNoteAsked(0);
      replace(audience ? draftOf(saved) : newDraft());
      announce({
        text: audience ? `${saved.name} is saved, v${saved.version}.` : `${saved.name} is created.`,
      });
      if (!audience) void navigate({ to: "/audiences/$id", params: { id: saved.id }, replace: true });
    },
  });
  const builder = useBuilder(draft, refused);
  const broken = useBroken().find((each) => each.id === audience?.id);
  const edits = editedFields(draft);
  const conditionEdited = audience !== null && edits.includes("condition");
  const rested = builder.count.rested;
  const compared = conditionEdited && !broken ? rested : null;
  const impact = useAudienceImpact(audience, compared);
  const guarded = useGuarded(audience);
  const trySave = () => {
    if (asked.length > 0) {
      document.querySelector<HTMLElement>("[data-conflict] button")?.focus();
    } else if (builder.ready()) {
      if (guarded.length > 0 && latest().note.trim() === "") setNoteAsked((times) => times + 1);
      else save();
    }
  };
  const giveUp = () => {
    discard(audience ? undefined : () => void navigate({ to: "/audiences/$id", params: { id } }));
    setNoteAsked(0);
    if (!audience) void navigate({ to: "/audiences" });
  };
  const duplicate = () => {
    if (!audience) return;
    const copy = `new-copy-of-${audience.id}`;
    storeDrafts({ ...drafts, [copy]: { ...copyOf(audience), tree: draft.tree } });
    void navigate({ to: "/audiences/$id", params: { id: copy } });
  };
  const deleteGate = useEntryGate("editAudiences");
  const dirty = !isUntouched(draft);
  useActions([
    {
      id: "save-audience",
      label: audience ? "Save the audience" : "Create the audience",
      shortcut: "mod+S",
      disabled: !dirty,
      run: trySave,
    },
    {
      id: "discard-audience",
      label: audience ? `Discard changes of ${audience.name}` : "Discard the new audience",
      disabled: !dirty,
      run: giveUp,
    },
    ...(audience
      ? [
          { id: "audience-history", label: "Show the audience’s history", run: () => setOpen("history") },
          { id: "duplicate-audience", label: "Duplicate the audience", run: duplicate },
          { id: "delete-audience", label: "Delete the audience…", run: () => setOpen("deleting") },
        ]
      : []),
  ]);

  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Link to="/audiences" className={classes.parent ?? ""}>
          Audiences
        </Link>
        <span className="faint" aria-hidden>
          /
        </span>
        <h1 className={classes.title} dir="auto" title={audience?.name}>
          {audience?.name ?? "New audience"}
        </h1>
        {audience && (
          <>
            <span className={classes.version}>v{audience.version}</span>
            <span className={classes.changed}>
              changed <RelativeTime at={audience.updatedAt} focusable /> by{" "}
              <span dir="auto">{audience.updatedBy}</span>
            </span>
            <UsedBy audience={audience} />
            <Button
              className={classes.action ?? ""}
              leftSection={<IconHistory size={16} stroke={1.75} />}
              onClick={() => setOpen("history")}
            >
              History
            </Button>
            <Button
              className={classes.action ?? ""}
              leftSection={<IconCopy size={16} stroke={1.75} />}
              onClick={duplicate}
            >
              Duplicate
            </Button>
            <MenuButton
              label={`Actions for ${audience.name}`}
              entries={[
                {
                  label: "Delete…",
                  icon: <IconTrash size={16} stroke={1.75} />,
                  ...deleteGate,
                  run: () => setOpen("deleting"),
                },
              ]}
            />
          </>
        )}
      </header>
      <div className={classes.columns}>
        <div className={classes.main}>
          {broken && <BrokenNote broken={broken} />}
          {audience && asked.length > 0 && (
            <ConflictNote audience={audience} draft={draft} asked={asked} onResolve={kept.resolve} />
          )}
          <AudienceFields
            draft={draft}
            problems={builder.problems}
            fields={builder.fields}
            onChange={change}
          />
        </div>
        <aside className={classes.aside} aria-label="Count and members">
          <CountCard count={builder.count} finished={builder.finished} />
          <MembersCard
            audienceId={audience?.id ?? null}
            condition={rested}
            edited={audience === null || conditionEdited}
          />
        </aside>
      </div>
      {(dirty || audience === null) && (
        <SaveBar
          audience={audience}
          draft={draft}
          finished={builder.finished}
          condition={compared}
          impact={impact}
          broken={broken ? brokenReason(broken) : null}
          state={state}
          guarded={edits.length > 0 ? guarded : NOWHERE}
          noteAsked={noteAsked}
          noteProblem={builder.fields.note}
          onNote={(note) => change({ note })}
          onDiscard={giveUp}
          onSave={trySave}
        />
      )}
      {open === "history" && audience && <HistoryDrawer audience={audience} onClose={close} />}
      {open === "deleting" && audience && (
        <DeleteAudienceDialog
          audience={audience}
          onCancel={close}
          onDeleted={() => {
            forget();
            void navigate({ to: "/audiences" });
          }}
        />
      )}
    </div>
  );
}
