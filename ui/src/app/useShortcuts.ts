// Runs the action whose shortcut is pressed. Shortcuts of one key rest while typing, and can be turned off.
import { useEffect } from "react";
import { offeredActions } from "./actions";
import { usePreferences } from "./preferences";
import { isSingleKey, isTyping, matchesShortcut } from "./shortcuts";

export function useShortcuts(): void {
  const [{ singleKeyShortcuts }] = usePreferences();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      // A dialog has the keyboard to itself.
      if (document.querySelector('[aria-modal="true"]')) return;
      // The newest owner wins: a page's own shortcut goes before that of the frame.
      const action = offeredActions().findLast(
        ({ shortcut, disabled }) => shortcut !== undefined && !disabled && matchesShortcut(shortcut, event),
      );
      if (!action?.shortcut) return;
      if (isSingleKey(action.shortcut) && (!singleKeyShortcuts || isTyping(event.target))) return;
      event.preventDefault();
      action.run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [singleKeyShortcuts]);
}
