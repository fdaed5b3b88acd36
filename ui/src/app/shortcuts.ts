// Reading shortcuts from key presses. Pure, but for what the browser says about the computer.

export const onMac = typeof navigator !== "undefined" && /Mac/.test(navigator.platform);

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Whether `press` is `shortcut`, as in `mod+Shift+K`, `Alt+ArrowUp`, `N`, `/`. */
export function matchesShortcut(shortcut: string, press: Press, mac: boolean = onMac): boolean {
  const parts = shortcut.split("+");
  const key = parts.pop() ?? "";
  const wants = (name: string) => parts.includes(name);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wants("mod") || other || press.altKey !== wants("Alt")) return false;
  // A sign such as `?` needs Shift on some keyboards only: the sign alone decides.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  if (!isSign && press.shiftKey !== wants("Shift")) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

/** True for a shortcut of one key, which rests while somebody types. */
export function isSingleKey(shortcut: string): boolean {
  return !shortcut.includes("+");
}

/** The keys of a shortcut as they are written on this computer. */
export function shortcutKeys(shortcut: string, mac: boolean = onMac): ReadonlyArray<string> {
  const names: Record<string, string> = mac
    ? { mod: "⌘", Shift: "⇧", Alt: "⌥", ArrowUp: "↑", ArrowDown: "↓", Enter: "↩" }
    : { mod: "Ctrl", ArrowUp: "↑", ArrowDown: "↓" };
  return shortcut.split("+").map((part) => names[part] ?? part);
}

/** Whether a key press on `target` is typing. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [contenteditable=true], [role=textbox]") !== null)
  );
}
