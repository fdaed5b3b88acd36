// What is on the kill board, in which order, and on which page. Pure.
import type { FlagSummary } from "@/contract";

/** The tag, shared by the workspace, that puts a flag on the board. */
export const BOARD_TAG = "kill-switch";

export type Board = {
  /** Flags as cards, in their fixed order. */
  cards: ReadonlyArray<FlagSummary>;
  /** No flag has the tag: the board is a search over all flags. */
  searchOnly: boolean;
};

/**
 * The ids of `flags` in an order that stays while the board is open: those of `previous` where they were, others
 * behind them by key. A kill moves no card.
 */
export function boardOrder(
  previous: ReadonlyArray<string>,
  flags: ReadonlyArray<FlagSummary>,
): ReadonlyArray<string> {
  const known = new Set(previous);
  const added = flags.filter(({ id }) => !known.has(id)).sort(byKey);
  return added.length === 0 ? previous : [...previous, ...added.map(({ id }) => id)];
}

/**
 * The cards for what is typed: nothing shows the tagged flags (and `asked`, which a link named), words look at all
 * flags, the tagged ones first.
 */
export function boardOf(
  flags: ReadonlyArray<FlagSummary>,
  order: ReadonlyArray<string>,
  typed: string,
  asked: string | null,
): Board {
  const place = new Map(order.map((id, index) => [id, index]));
  const placeOf = ({ id }: FlagSummary) => place.get(id) ?? order.length;
  const tagged = flags.filter(isOnBoard).sort((a, b) => placeOf(a) - placeOf(b));
  const searchOnly = tagged.length === 0;
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const others = flags.filter((flag) => !isOnBoard(flag)).sort((a, b) => placeOf(a) - placeOf(b));
  if (words.length > 0)
    return { cards: [...tagged, ...others].filter((flag) => matches(flag, words)), searchOnly };
  const extra = others.filter((flag) => flag.key === asked || (searchOnly && !flag.isActive));
  return { cards: [...tagged, ...extra], searchOnly };
}

export function isOnBoard({ tags }: FlagSummary): boolean {
  return tags.includes(BOARD_TAG);
}

function matches({ key, name, tags }: FlagSummary, words: ReadonlyArray<string>): boolean {
  const text = `${key} ${name} ${tags.join(" ")}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function byKey(a: FlagSummary, b: FlagSummary): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

export type Room = { columns: number; rows: number };

/** A card's least size and the gap between cards, in pixels. */
export type CardSize = { width: number; height: number; gap: number };

/** How many cards fit into a place of this size; never none. */
export function roomIn(width: number, height: number, card: CardSize): Room {
  const fitting = (length: number, each: number) =>
    Math.max(1, Math.floor((length + card.gap) / (each + card.gap)));
  return { columns: fitting(width, card.width), rows: fitting(height, card.height) };
}

/** The page that card `index` is on, from 0. */
export function pageOf(index: number, { columns, rows }: Room): number {
  return Math.floor(Math.max(0, index) / (columns * rows));
}

/** The card that a key leads to from card `index`; null when the key leads nowhere. */
export function moved(index: number, key: string, count: number, { columns, rows }: Room): number | null {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * rows,
    PageUp: -columns * rows,
  };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const target = index + step;
  // A shorter last page is still reached.
  if (target >= count && key === "PageDown") return count - 1;
  if (target < 0 && key === "PageUp") return 0;
  return target >= 0 && target < count ? target : index;
}
