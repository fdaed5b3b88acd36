// Unsaved drafts, by workspace and flag, in the browser's storage: they survive navigation and restart.
// The list asks here which flags to mark. Knows nothing of what a draft means; model/draft.ts does.

import { useMemo, useSyncExternalStore } from "react";
import type { Draft } from "./model/draft";
import { isEmpty } from "./model/draft";

const PREFIX = "halyard.draft.";
const listeners = new Set<() => void>();
/** What was read or written last, so that a subscriber gets the same object until it changes. */
const known = new Map<string, { text: string; draft: Draft }>();
/** Drafts that the storage had no room for; they last as long as the window. */
const unstored = new Map<string, string>();

const storageKey = (workspaceId: string, flagId: string) => `${PREFIX}${workspaceId}.${flagId}`;

export function readDraft(workspaceId: string, flagId: string): Draft | null {
  const key = storageKey(workspaceId, flagId);
  const text = unstored.get(key) ?? localStorage.getItem(key);
  if (text === null) return null;
  const last = known.get(key);
  if (last?.text === text) return last.draft;
  try {
    const draft = JSON.parse(text) as Draft;
    if (typeof draft?.base?.version !== "number" || typeof draft.edits !== "object") return null;
    known.set(key, { text, draft });
    return draft;
  } catch {
    return null;
  }
}

/** Keeps the draft; an empty one is removed. */
export function writeDraft(workspaceId: string, flagId: string, draft: Draft): void {
  if (isEmpty(draft)) {
    removeDraft(workspaceId, flagId);
    return;
  }
  const key = storageKey(workspaceId, flagId);
  const text = JSON.stringify(draft);
  known.set(key, { text, draft });
  try {
    localStorage.setItem(key, text);
    unstored.delete(key);
  } catch {
    unstored.set(key, text);
  }
  tell();
}

export function removeDraft(workspaceId: string, flagId: string): void {
  const key = storageKey(workspaceId, flagId);
  known.delete(key);
  unstored.delete(key);
  localStorage.removeItem(key);
  tell();
}

export function hasDraft(workspaceId: string, flagId: string): boolean {
  const key = storageKey(workspaceId, flagId);
  return unstored.has(key) || localStorage.getItem(key) !== null;
}

/** Called whenever any draft is kept or removed, in this window or another. */
export function subscribeToDrafts(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("storage", tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("storage", tell);
  };
}

function tell(): void {
  for (const listener of [...listeners]) listener();
}

function draftIds(workspaceId: string): string {
  const prefix = `${PREFIX}${workspaceId}.`;
  const keys = new Set(unstored.keys());
  for (let index = 0; index < localStorage.length; index++) keys.add(localStorage.key(index) ?? "");
  return [...keys]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .sort()
    .join("\n");
}

/** The ids of all flags with unsaved changes in the workspace; the same set until one is kept or removed. */
export function useDraftFlagIds(workspaceId: string): ReadonlySet<string> {
  const ids = useSyncExternalStore(subscribeToDrafts, () => draftIds(workspaceId));
  return useMemo(() => new Set(ids === "" ? [] : ids.split("\n")), [ids]);
}

/** The draft of one flag, null when there is none. */
export function useDraft(workspaceId: string, flagId: string): Draft | null {
  return useSyncExternalStore(subscribeToDrafts, () => readDraft(workspaceId, flagId));
}
