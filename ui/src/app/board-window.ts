// The kill board's own window as its address says, for what stands outside of the router.
import { defaultParseSearch, type RouterHistory } from "@tanstack/react-router";

/** The board in its own window. */
export const BOARD_WINDOW = "/kill-board?window=board";

/** The flag that the board's own window was asked for; null where this is another window. */
export function boardWindow(history: RouterHistory): { flag: string | null } | null {
  const search: Record<string, unknown> = defaultParseSearch(history.location.search);
  if (search.window !== "board") return null;
  const flag = search.flag;
  return { flag: typeof flag === "string" || typeof flag === "number" ? String(flag) : null };
}
