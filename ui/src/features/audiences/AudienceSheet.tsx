// A new audience in a side sheet, for whoever picks one: made, it is handed back.
import { Button, Drawer } from "@mantine/core";
import { useMemo } from "react";
import { ErrorNote } from "@/components";
import type { Audience } from "@/contract";
import { AudienceFields } from "./AudienceFields";
import classes from "./AudienceSheet.module.css";
import { useSource } from "./builder/use-source";
import { CountCard } from "./CountCard";
import { newDraft } from "./model/draft";
import { listOfCustomers } from "./model/tree";
import { useSheetDraft } from "./use-audience-draft";
import { useBuilder } from "./use-builder";
import { useSaveAudience } from "./use-save-audience";

export type AudienceStart = "condition" | "customers";

type Props = {
  /** What it starts from: a condition to fill in, or a list of customers. */
  start?: AudienceStart;
  onCreated: (audience: Audience) => void;
  onClose: () => void;
};

/** Render it while it is wanted. What is closed before it is made is there again the next time. */
export function AudienceSheet({ start = "condition", onCreated, onClose }: Props) {
  const { idAttribute } = useSource();
  const fresh = useMemo(
    () =>
      start === "customers" && idAttribute !== null
        ? { ...newDraft(), tree: listOfCustomers(idAttribute) }
        : newDraft(),
    [start, idAttribute],
  );
  const { draft, resumed, change, latest, startOver } = useSheetDraft(`sheet of a ${start}`, fresh);
  const { state, refused, save } = useSaveAudience({
    latest,
    onNewer: () => {},
    onSaved: (audience) => {
      startOver();
      onCreated(audience);
    },
  });
  const builder = useBuilder(draft, refused);
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
          {resumed && (
            <p className={classes.resumed}>
              As you left it.
              <Button variant="subtle" size="compact-xs" onClick={startOver}>
                Start over
              </Button>
            </p>
          )}
          <AudienceFields
            draft={draft}
            problems={builder.problems}
            fields={builder.fields}
            onChange={change}
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
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" variant="filled" loading={state.phase === "saving"}>
            Create audience
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
