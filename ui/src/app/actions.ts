// Actions of the page that is open: the palette lists them, their shortcuts run them.
import { useEffect, useRef, useSyncExternalStore } from "react";

export type Action = {
  /** Unique among all actions. */
  id: string;
  /** What it does, as in "Save changes". */
  label: string;
  /** As in `mod+S`, `mod+Shift+K`, `N`, `/`; `mod` is ⌘ on a Mac and Ctrl elsewhere. */
  shortcut?: string;
  /** More words to find it by. */
  keywords?: string;
  disabled?: boolean;
  run: () => void;
};

let groups: ReadonlyArray<{ owner: symbol; actions: ReadonlyArray<Action> }> = [];
let flat: ReadonlyArray<Action> = [];
const listeners = new Set<() => void>();

function replace(owner: symbol, actions: ReadonlyArray<Action> | null): void {
  const others = groups.filter((group) => group.owner !== owner);
  groups = actions ? [...others, { owner, actions }] : others;
  flat = groups.flatMap((group) => group.actions);
  for (const tell of listeners) tell();
}

/** Offers `actions` as long as the component is on screen. Call it with a fresh array as often as needed. */
export function useActions(actions: ReadonlyArray<Action>): void {
  const owner = useRef(Symbol("actions"));
  const latest = useRef(actions);
  latest.current = actions;
  const signature = actions
    .map(({ id, label, shortcut, disabled }) => `${id}|${label}|${shortcut}|${disabled}`)
    .join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the array; `run` is looked up when it runs
  useEffect(() => {
    const stable = latest.current.map((action) => ({
      ...action,
      run: () => latest.current.find(({ id }) => id === action.id)?.run(),
    }));
    replace(owner.current, stable);
  }, [signature]);
  useEffect(() => {
    const mine = owner.current;
    return () => replace(mine, null);
  }, []);
}

/** Every action that is offered now. */
export function useOfferedActions(): ReadonlyArray<Action> {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => flat,
  );
}

export function offeredActions(): ReadonlyArray<Action> {
  return flat;
}
