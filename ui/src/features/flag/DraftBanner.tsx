// Somebody else saved while a draft is open: said at once, with what it means for the draft.
import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { RelativeTime } from "@/components";
import type { Flag } from "@/contract";
import classes from "./DraftBanner.module.css";
import type { FlagDraft } from "./use-flag-draft";

type Props = { flag: Flag; flagDraft: FlagDraft; onResolve: () => void };

export function DraftBanner({ flag, flagDraft, onResolve }: Props) {
  const { asked, mergedWith, dismissMerged } = flagDraft;
  if (asked.length > 0) {
    return (
      <div className={classes.banner} role="status" data-asking>
        <span>
          <strong>{flag.updatedBy}</strong> saved v{flag.version} <RelativeTime at={flag.updatedAt} />:{" "}
          {asked.length === 1 ? "one thing you also changed" : `${asked.length} things you also changed`}.
          Choose before you save.
        </span>
        <Button onClick={onResolve}>Resolve…</Button>
      </div>
    );
  }
  if (!mergedWith) return null;
  return (
    <div className={classes.banner} role="status">
      <span>
        <strong>{mergedWith.updatedBy}</strong> saved v{mergedWith.version}{" "}
        <RelativeTime at={mergedWith.updatedAt} />. Your edit has been merged with it; look at the changes
        below once more.
      </span>
      <ActionIcon aria-label="Dismiss" onClick={dismissMerged}>
        <IconX size={16} stroke={1.75} />
      </ActionIcon>
    </div>
  );
}
