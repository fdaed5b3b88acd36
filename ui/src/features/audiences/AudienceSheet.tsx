// A new audience in a side sheet, for whoever picks one: made, it is handed back.
import { Button, Drawer } from "@mantine/core";
import { useRef, useState } from "react";
import { ErrorNote } from "@/components";
import type { Audience } from "@/contract";
import { AudienceFields } from "./AudienceFields";
import classes from "./AudienceSheet.module.css";
import { CountCard } from "./CountCard";
import { type AudienceDraft, newDraft } from "./model/draft";
import { useBuilder } from "./use-builder";
import { useSaveAudience } from "./use-save-audience";

type Props = {
  onCreated: (audience: Audience) => void;
  onClose: () => void;
};

/** Render it while it is wanted: each time it starts empty. */
export function AudienceSheet({ onCreated, onClose }: Props) {
  const [draft, setDraft] = useState<AudienceDraft>(() => newDraft());
  const latest = useRef(draft);
  latest.current = draft;
  const { state, refused, save } = useSaveAudience({
    latest: () => latest.current,
    onNewer: () => {},
    onSaved: onCreated,
  });
  const builder = useBuilder(draft, refused);
  return (
    <Drawer
      opened
      onClose={onClose}
      title="New audience"
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
