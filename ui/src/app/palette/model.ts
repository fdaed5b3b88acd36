// What the palette lists for what is typed. Pure.
import type { FlagSummary } from "@/contract";
import type { Action } from "../actions";

export type PaletteEntry =
  | { kind: "action"; id: string; action: Action }
  | { kind: "flag"; id: string; flag: FlagSummary; does: "open" | "kill" | "restore" };

/** A flag with the text it is found by. */
export type IndexedFlag = { flag: FlagSummary; text: string };

/** More rows than anybody reads; the filter is there to come closer. */
export const MOST_ENTRIES = 50;

export function indexFlags(flags: ReadonlyArray<FlagSummary>): ReadonlyArray<IndexedFlag> {
  return flags.map((flag) => ({
    flag,
    text: `${flag.key} ${flag.name} ${flag.tags.join(" ")}`.toLowerCase(),
  }));
}

/** Best first: what begins with the words, then what contains them. Actions go before flags of the same rank. */
export function paletteEntries(
  typed: string,
  actions: ReadonlyArray<Action>,
  flags: ReadonlyArray<IndexedFlag>,
): ReadonlyArray<PaletteEntry> {
  const query = typed.trim().toLowerCase();
  const verb = /^(kill|restore)\b\s*(.*)$/.exec(query);
  if (verb)
    return verbEntries(
      verb[1] === "kill" ? "kill" : "restore",
      wordsOf(verb[2] ?? ""),
      query,
      actions,
      flags,
    );
  const words = wordsOf(query);
  const ranked: Array<{ rank: number; entry: PaletteEntry }> = [];
  for (const action of actions) {
    const rank = rankOf(
      words,
      action.label.toLowerCase(),
      `${action.label} ${action.keywords ?? ""}`.toLowerCase(),
    );
    if (rank !== null) ranked.push({ rank, entry: { kind: "action", id: action.id, action } });
  }
  for (const { flag, text } of flags) {
    const rank = rankOf(words, text, text);
    if (rank !== null)
      ranked.push({ rank, entry: { kind: "flag", id: `open ${flag.id}`, flag, does: "open" } });
  }
  return topOf(ranked);
}

function verbEntries(
  does: "kill" | "restore",
  words: ReadonlyArray<string>,
  query: string,
  actions: ReadonlyArray<Action>,
  flags: ReadonlyArray<IndexedFlag>,
): ReadonlyArray<PaletteEntry> {
  const ranked: Array<{ rank: number; entry: PaletteEntry }> = [];
  for (const { flag, text } of flags) {
    if (flag.isActive !== (does === "kill")) continue;
    const rank = rankOf(words, text, text);
    if (rank !== null) ranked.push({ rank, entry: { kind: "flag", id: `${does} ${flag.id}`, flag, does } });
  }
  // "kill-switch-demo" is also a flag, and pages have actions with these words.
  for (const action of actions) {
    const rank = rankOf([query], action.label.toLowerCase(), action.label.toLowerCase());
    if (rank !== null) ranked.push({ rank, entry: { kind: "action", id: action.id, action } });
  }
  for (const { flag, text } of flags) {
    if (text.includes(query))
      ranked.push({ rank: 2, entry: { kind: "flag", id: `open ${flag.id}`, flag, does: "open" } });
  }
  return topOf(ranked);
}

function wordsOf(text: string): ReadonlyArray<string> {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** 0 begins with the words, 1 has a word that does, 2 contains all; null: does not match. */
function rankOf(words: ReadonlyArray<string>, head: string, text: string): number | null {
  const first = words[0];
  if (first === undefined) return 1;
  if (!words.every((word) => text.includes(word))) return null;
  if (head.startsWith(words.join(" ")) || head.startsWith(words.join("-"))) return 0;
  return head.startsWith(first) || new RegExp(`[\\s._-]${escapeForPattern(first)}`).test(head) ? 1 : 2;
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function topOf(ranked: Array<{ rank: number; entry: PaletteEntry }>): ReadonlyArray<PaletteEntry> {
  // Sorting is stable: within a rank, the order of the lists stays.
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_ENTRIES)
    .map(({ entry }) => entry);
}
