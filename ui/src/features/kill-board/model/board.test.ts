import { describe, expect, test } from "vitest";
import { summary } from "../../flags/testing";
import { BOARD_TAG, boardOf, boardOrder, moved, pageOf, roomIn } from "./board";

const on = (key: string, fields = {}) => summary({ key, tags: [BOARD_TAG], ...fields });
const keys = (flags: ReadonlyArray<{ key: string }>) => flags.map(({ key }) => key);

describe("the cards", () => {
  const flags = [on("search"), on("checkout"), summary({ key: "banner" })];
  const order = boardOrder([], flags);

  test("are the flags with the tag, by key", () => {
    const board = boardOf(flags, order, "", null);
    expect(keys(board.cards)).toEqual(["checkout", "search"]);
    expect(board.searchOnly).toBe(false);
  });

  test("never move: a kill changes no place, and a flag that comes later goes behind", () => {
    const later = [on("checkout", { isActive: false }), on("search"), on("arrived")];
    expect(keys(boardOf(later, boardOrder(order, later), "", null).cards)).toEqual([
      "checkout",
      "search",
      "arrived",
    ]);
  });

  test("words look at all flags, those of the board first", () => {
    expect(keys(boardOf(flags, order, "e", null).cards)).toEqual(["checkout", "search", "banner"]);
    expect(keys(boardOf(flags, order, "BAN", null).cards)).toEqual(["banner"]);
    expect(boardOf(flags, order, "nothing", null).cards).toEqual([]);
  });

  test("a flag that a link names is there, tagged or not", () => {
    expect(keys(boardOf(flags, order, "", "banner").cards)).toEqual(["checkout", "search", "banner"]);
  });

  test("without any tag the board is a search, and shows what is killed", () => {
    const untagged = [summary({ key: "a" }), summary({ key: "b", isActive: false })];
    const board = boardOf(untagged, boardOrder([], untagged), "", null);
    expect(board.searchOnly).toBe(true);
    expect(keys(board.cards)).toEqual(["b"]);
  });
});

describe("the pages", () => {
  const room = roomIn(1_000, 520, { width: 320, height: 250, gap: 16 });

  test("hold as many cards as fit, and at least one", () => {
    expect(room).toEqual({ columns: 3, rows: 2 });
    expect(roomIn(100, 100, { width: 320, height: 250, gap: 16 })).toEqual({ columns: 1, rows: 1 });
    expect(pageOf(5, room)).toBe(0);
    expect(pageOf(6, room)).toBe(1);
  });

  test("arrows lead from card to card and over the end of a page", () => {
    expect(moved(5, "ArrowRight", 8, room)).toBe(6);
    expect(moved(1, "ArrowDown", 8, room)).toBe(4);
    expect(moved(1, "ArrowUp", 8, room)).toBe(1);
    expect(moved(7, "ArrowRight", 8, room)).toBe(7);
    expect(moved(4, "PageDown", 8, room)).toBe(7);
    expect(moved(7, "PageUp", 8, room)).toBe(1);
    expect(moved(3, "Home", 8, room)).toBe(0);
    expect(moved(3, "x", 8, room)).toBeNull();
  });
});
