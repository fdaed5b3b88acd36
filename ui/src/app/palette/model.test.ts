import { expect, test } from "vitest";
import { summary } from "@/features/flags/testing";
import type { Action } from "../actions";
import { indexFlags, MOST_ENTRIES, paletteEntries } from "./model";

const action = (id: string, label: string, keywords = ""): Action => ({ id, label, keywords, run: () => {} });
const actions = [action("page", "Go to Audiences", "segments"), action("theme", "Switch to the dark theme")];
const flags = indexFlags([
  summary({ id: "1", key: "new-checkout", name: "One page" }),
  summary({ id: "2", key: "checkout-v2", name: "Faster" }),
  summary({ id: "3", key: "search-ranker", name: "Ranking", isActive: false }),
  summary({ id: "4", key: "kill-old-cart", name: "Cart clean-up" }),
]);
const ids = (typed: string) => paletteEntries(typed, actions, flags).map(({ id }) => id);

test("nothing typed lists actions, then flags", () => {
  expect(ids("")).toEqual(["page", "theme", "open 1", "open 2", "open 3", "open 4"]);
});

test("what begins with the words comes first", () => {
  expect(ids("check")).toEqual(["open 2", "open 1"]);
});

test("flags are found by name, actions by keywords", () => {
  expect(ids("faster")).toEqual(["open 2"]);
  expect(ids("segments")).toEqual(["page"]);
});

test("words may come in any order and key separators need not be typed", () => {
  expect(ids("v2 checkout")).toEqual(["open 2"]);
  expect(ids("new checkout")).toEqual(["open 1"]);
});

test("kill offers flags that are not killed, and says so by its own entry", () => {
  expect(ids("kill check")).toEqual(["kill 2", "kill 1"]);
  expect(ids("kill search")).toEqual([]);
});

test("restore offers killed flags alone", () => {
  expect(ids("restore")).toEqual(["restore 3"]);
  expect(ids("restore check")).toEqual([]);
});

test("a flag whose key begins with kill can still be opened", () => {
  expect(ids("kill-old")).toContain("open 4");
});

test("signs in what is typed are signs", () => {
  expect(ids("c.*")).toEqual([]);
});

test("ten thousand flags give no more rows than one can read", () => {
  const many = indexFlags(
    Array.from({ length: 10_000 }, (_, n) => summary({ id: `${n}`, key: `flag-${n}` })),
  );
  expect(paletteEntries("flag", actions, many)).toHaveLength(MOST_ENTRIES);
});
