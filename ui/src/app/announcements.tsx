// What was just done, said once at the bottom of the window, with a way to undo it where there is one.
import { Button } from "@mantine/core";
import { useEffect, useSyncExternalStore } from "react";
import classes from "./announcements.module.css";

export type Announcement = {
  /** As in "new-dashboard is off in Production." */
  text: string;
  undo?: { label: string; run: () => void };
};

/** Long enough to read it and reach for the button. */
const SHOWN_FOR_MS = 8_000;

let current: Announcement | null = null;
const listeners = new Set<() => void>();

export function announce(next: Announcement | null): void {
  current = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

export function Announcements() {
  const shown = useSyncExternalStore(subscribe, () => current);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => announce(null), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className={classes.place} role="status">
      {shown && (
        <div className={classes.announcement}>
          <span>{shown.text}</span>
          {shown.undo && (
            <Button
              onClick={() => {
                shown.undo?.run();
                announce(null);
              }}
            >
              {shown.undo.label}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
