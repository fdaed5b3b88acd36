// A new audience in a side sheet, for whoever picks one: made, it is handed back.
import { Button, Drawer } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { ErrorNote } from "@/components";
import type { Audience } from "@/contract";
import { AudienceFields } from "./AudienceFields";
import classes from "./AudienceSheet.module.css";
import { useSource } from "./builder/use-source";
import { CountCard } from "./CountCard";
import { type AudienceDraft, newDraft } from "./model/draft";
import { emptyTree, listOfCustomers, sameCondition } from "./model/tree";
import { useBuilder } from "./use-builder";
import { useSaveAudience } from "./use-save-audience";

export type AudienceStart = "condition" | "customers";

type Props = {
  /** What it starts from: a condition to fill in, or a list of customers. */
  start?: AudienceStart;
  onCreated: (audience: Audience) => void;
  onClose: () => void;
};

/** Render it while it is wanted: each time it starts empty. */
export function AudienceSheet({ start = "condition", onCreated, onClose }: Props) {
  const [draft, setDraft] = useState<AudienceDraft>(() => newDraft());
  const latest = useRef(draft);
  latest.current = draft;
  const { state, refused, save } = useSaveAudience({
    latest: () => latest.current,
    onNewer: () => {},
    onSaved: onCreated,
  });
  const builder = useBuilder(draft, refused);
  const { idAttribute } = useSource();
  useEffect(() => {
    if (start !== "customers" || idAttribute === null) return;
    setDraft((last) =>
      sameCondition(last.tree, emptyTree()) ? { ...last, tree: listOfCustomers(idAttribute) } : last,
    );
  }, [start, idAttribute]);
  return (
    <Drawer
      opened
      onClose={onClose}
      title={start === "customers" ? "These customers" : "New audience"}
      size={680}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", body: classes.body ?? "", title: classes.title ?? "" }}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          // The form of the page below must not hear of it.
          event.stopPropagation();
          if (builder.ready()) save();
        }}
      >
        <div className={classes.scroll}>
          <AudienceFields
            draft={draft}
            problems={builder.problems}
            fields={builder.fields}
            onChange={(changes) => setDraft((last) => ({ ...last, ...changes }))}
          />
          <CountCard count={builder.count} finished={builder.finished} />
        </div>
        {"failure" in state && state.failure.code !== "already_exists" && (
          <ErrorNote
            title={
              state.phase === "waiting" ? "The database cannot be reached." : "The audience was not created."
            }
            failure={state.failure}
          />
        )}
        <div className={classes.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={state.phase === "saving"}>
            Create audience
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
