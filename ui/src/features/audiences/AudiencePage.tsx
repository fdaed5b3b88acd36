// One audience: its condition as a sentence and in the builder, how many customers it holds for, the flags
// that use it, and saving. `new…` instead of an id is one that does not exist yet.
import { IconCopy, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { announce } from "@/app/announcements";
import {
  EmptyState,
  ErrorNote,
  formatCounted,
  KeyText,
  MenuButton,
  RelativeTime,
  SkeletonRows,
} from "@/components";
import type { Audience } from "@/contract";
import { AudienceFields } from "./AudienceFields";
import classes from "./AudiencePage.module.css";
import { ConflictNote } from "./ConflictNote";
import { CountCard } from "./CountCard";
import { DeleteAudienceDialog } from "./DeleteAudienceDialog";
import { copyOf, draftOf, isUntouched, newDraft } from "./model/draft";
import { SaveBar } from "./SaveBar";
import { useAudienceDraft, useAudienceDrafts } from "./use-audience-draft";
import { useBuilder } from "./use-builder";
import { useSaveAudience } from "./use-save-audience";

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
  const { draft, asked, change, latest, replace, discard } = kept;
  const [drafts, storeDrafts] = useAudienceDrafts();
  const [deleting, setDeleting] = useState(false);
  const { state, refused, save } = useSaveAudience({
    latest,
    onNewer: (_newer, next, asks) => {
      if (!asks) replace(next);
    },
    onSaved: (saved) => {
      replace(audience ? draftOf(saved) : newDraft());
      announce({
        text: audience ? `${saved.name} is saved, v${saved.version}.` : `${saved.name} is created.`,
      });
      if (!audience) void navigate({ to: "/audiences/$id", params: { id: saved.id }, replace: true });
    },
  });
  const builder = useBuilder(draft, refused);
  const trySave = () => {
    if (asked.length > 0) document.querySelector<HTMLElement>("[data-conflict] button")?.focus();
    else if (builder.ready()) save();
  };
  const duplicate = () => {
    if (!audience) return;
    const copy = `new-copy-of-${audience.id}`;
    storeDrafts({ ...drafts, [copy]: { ...copyOf(audience), tree: draft.tree } });
    void navigate({ to: "/audiences/$id", params: { id: copy } });
  };
  const dirty = !isUntouched(draft);
  useActions([
    {
      id: "save-audience",
      label: audience ? "Save the audience" : "Create the audience",
      shortcut: "mod+S",
      disabled: !dirty,
      run: trySave,
    },
    ...(audience
      ? [
          { id: "duplicate-audience", label: "Duplicate the audience", run: duplicate },
          { id: "delete-audience", label: "Delete the audience…", run: () => setDeleting(true) },
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
              changed <RelativeTime at={audience.updatedAt} focusable /> by {audience.updatedBy}
            </span>
            <MenuButton
              label={`Actions for ${audience.name}`}
              entries={[
                { label: "Duplicate", icon: <IconCopy size={16} stroke={1.75} />, run: duplicate },
                {
                  label: "Delete…",
                  icon: <IconTrash size={16} stroke={1.75} />,
                  run: () => setDeleting(true),
                },
              ]}
            />
          </>
        )}
      </header>
      <div className={classes.columns}>
        <div className={classes.main}>
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
        <aside className={classes.aside} aria-label="Count and use">
          <CountCard count={builder.count} finished={builder.finished} />
          {audience && <UsedBy audience={audience} />}
        </aside>
      </div>
      {(dirty || audience === null) && (
        <SaveBar
          audience={audience}
          draft={draft}
          count={builder.count.count}
          finished={builder.finished}
          state={state}
          noteProblem={builder.fields.note}
          onNote={(note) => change({ note })}
          onDiscard={() => {
            discard();
            if (!audience) void navigate({ to: "/audiences" });
          }}
          onSave={trySave}
        />
      )}
      {deleting && audience && (
        <DeleteAudienceDialog
          audience={audience}
          onCancel={() => setDeleting(false)}
          onDeleted={() => {
            discard();
            void navigate({ to: "/audiences" });
          }}
        />
      )}
    </div>
  );
}

function UsedBy({ audience }: { audience: Audience }) {
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>
        {audience.usedBy.length === 0
          ? "Used by no flag"
          : `Used by ${formatCounted(audience.usedBy.length, "flag")}`}
      </h2>
      {audience.usedBy.length === 0 ? (
        <p className="muted">Choose it in a rule of a flag: the rule then serves its customers.</p>
      ) : (
        <ul className={classes.flags}>
          {audience.usedBy.map(({ id, key }) => (
            <li key={id}>
              <Link to="/flags/$key" params={{ key }}>
                <KeyText text={key} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
