// The proof of a flag's last kill, with who killed it and why, a note afterwards, and Undo for as long as nothing
// else changed.
import { useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { clockTime } from "@/components";
import classes from "./KillProof.module.css";
import { NoteAfter } from "./NoteAfter";
import { useOurKill } from "./ours";
import { ProofPanel, UndoButton } from "./ProofPanel";

type Props = {
  flag: { id: string; key: string; version: number };
  size?: "normal" | "large";
};

export function KillProof({ flag, size = "normal" }: Props) {
  const our = useOurKill(flag.id);
  const entry = useCommandQuery("audit_list", {
    limit: 1,
    filter: { entityType: "flag", entityId: flag.id, actions: ["flag.killed"] },
  }).data?.entries[0];
  // Somebody may have killed it again since.
  const seq = our || entry ? Math.max(our?.seq ?? 0, entry?.seq ?? 0) : undefined;
  const [confirmed, setConfirmed] = useState("");
  // Undo is for what was just done here, and only while it is the last thing that happened to the flag.
  const undoable = our?.seq === seq && our?.version === flag.version;
  const restore = useCommandMutation("flag_restore");

  if (seq === undefined) return null;
  const known = entry && entry.seq === seq ? entry : null;
  return (
    <ProofPanel key={seq} flag={flag} seq={seq} size={size} onConfirmed={setConfirmed}>
      <span className={classes.what}>
        <strong>{flag.key} killed</strong>
        {known && ` by ${known.actor} · ${clockTime(new Date(known.at)).slice(0, 8)}`}
        {known && known.note !== "" && ` · “${known.note}”`}
      </span>
      {known?.note === "" && <NoteAfter seq={known.seq} />}
      {undoable && (
        <UndoButton
          busy={restore.isPending}
          onUndo={() =>
            restore.mutate(
              { flag: flag.id },
              {
                onSuccess: () => announce({ text: `${flag.key} is restored, as it was before the kill.` }),
                onError: ({ message }) => announce({ text: `${flag.key} was not restored. ${message}` }),
              },
            )
          }
        />
      )}
      <span className="hidden" aria-live="polite">
        {confirmed}
      </span>
    </ProofPanel>
  );
}
