import { describe, expect, test } from "vitest";
import {
  compareFlags,
  FIRST_SORT,
  type Filters,
  filterFlags,
  flagState,
  indexFlags,
  inOrder,
  isFiltered,
  NO_FILTERS,
  selected,
  settledOrder,
  tagCounts,
} from "./model";
import { summary } from "./testing";

const flags = [
  summary({ key: "checkout-v2", name: "One-page checkout", tags: ["growth"], updatedAt: "2026-01-03" }),
  summary({
    key: "search-ranker",
    type: "string",
    defaultPreview: '"bm25"',
    isActive: false,
    updatedAt: "2026-01-01",
  }),
  summary({
    key: "price-banner",
    type: "json",
    environments: {},
    tags: ["core", "growth"],
    audienceIds: ["a1"],
    updatedAt: "2026-01-02",
  }),
];
const surroundings = { environment: "production", drafted: new Set(["price-banner"]) };
const found = (filters: Partial<Filters>) =>
  filterFlags(indexFlags(flags), { ...NO_FILTERS, ...filters }, surroundings).map(({ key }) => key);

describe("filtering", () => {
  test("words are found in key, name, tag, value and author, in any order and case", () => {
    expect(found({ text: "CHECKOUT one" })).toEqual(["checkout-v2"]);
    expect(found({ text: "bm25" })).toEqual(["search-ranker"]);
    expect(found({ text: "core" })).toEqual(["price-banner"]);
    expect(found({ text: "ada" })).toHaveLength(3);
    expect(found({ text: "nothing-like-it" })).toEqual([]);
  });

  test("a match does not reach from one field into the next", () => {
    expect(found({ text: "v2one" })).toEqual([]);
  });

  test("one of the chosen values suffices, all filters must hold", () => {
    expect(found({ tags: ["growth"] })).toEqual(["checkout-v2", "price-banner"]);
    expect(found({ tags: ["growth"], types: ["json", "string"] })).toEqual(["price-banner"]);
    expect(found({ audiences: ["a1"] })).toEqual(["price-banner"]);
  });

  test("states are those of the environment that is looked at", () => {
    expect(found({ states: ["serving"] })).toEqual(["checkout-v2"]);
    expect(found({ states: ["off"] })).toEqual(["price-banner"]);
    expect(found({ states: ["killed", "draft"] })).toEqual(["search-ranker", "price-banner"]);
  });

  test("a flag is off where its environments do not say", () => {
    expect(flagState(summary({ environments: {} }), "new-one")).toBe("off");
  });

  test("blank text and the archive are no filter", () => {
    expect(isFiltered({ ...NO_FILTERS, text: "  ", archived: true })).toBe(false);
    expect(isFiltered({ ...NO_FILTERS, tags: ["core"] })).toBe(true);
  });

  test("of ten thousand flags, those with all words are found", () => {
    const many = indexFlags(
      Array.from({ length: 10_000 }, (_, n) =>
        summary({ id: `${n}`, key: `flag-${n}`, name: `Feature number ${n}` }),
      ),
    );
    expect(filterFlags(many, { ...NO_FILTERS, text: "feature 999" }, surroundings)).toHaveLength(19);
  });
});

const PRODUCTION = ["production"];

describe("order", () => {
  test("killed flags come first, then the last changed", () => {
    expect([...flags].sort(compareFlags(FIRST_SORT, PRODUCTION)).map(({ key }) => key)).toEqual([
      "search-ranker",
      "checkout-v2",
      "price-banner",
    ]);
    expect(
      [...flags]
        .sort(compareFlags({ column: "flag", direction: "descending" }, PRODUCTION))
        .map(({ key }) => key),
    ).toEqual(["search-ranker", "price-banner", "checkout-v2"]);
  });

  test("on top of the killed flags are those that are on in production, however long ago they were changed", () => {
    const all = [
      summary({
        key: "killed-in-staging",
        isActive: false,
        updatedAt: "2026-03-01",
        environments: { staging: true },
      }),
      summary({
        key: "killed-live",
        isActive: false,
        updatedAt: "2026-01-01",
        environments: { production: true },
      }),
      summary({ key: "live", updatedAt: "2026-04-01", environments: { production: true } }),
    ];
    const keys = ["killed-live", "killed-in-staging", "live"];
    expect([...all].sort(compareFlags(FIRST_SORT, PRODUCTION)).map(({ key }) => key)).toEqual(keys);
  });

  test("a change moves no row, and a new flag comes on top", () => {
    const first = settledOrder([], flags, FIRST_SORT, PRODUCTION);
    const changed = flags.map((flag) =>
      flag.key === "price-banner" ? { ...flag, isActive: false, updatedAt: "2026-02-01" } : flag,
    );
    expect(settledOrder(first, changed, FIRST_SORT, PRODUCTION)).toBe(first);
    expect(settledOrder(first, [...changed, summary({ key: "fresh" })], FIRST_SORT, PRODUCTION)).toEqual([
      "fresh",
      ...first,
    ]);
  });

  test("a flag that is gone leaves no hole", () => {
    const order = settledOrder([], flags, FIRST_SORT, PRODUCTION);
    expect(inOrder(indexFlags(flags.slice(0, 1)), order).map(({ flag }) => flag.key)).toEqual([
      "checkout-v2",
    ]);
  });
});

test("tags are counted by name", () => {
  expect(tagCounts(flags)).toEqual([
    { tag: "core", flags: 1 },
    { tag: "growth", flags: 2 },
  ]);
});

test("choosing with Shift chooses all in between, and leaves the others as they were", () => {
  const order = ["a", "b", "c", "d"];
  expect([...selected(new Set(["a"]), order, "c", "a")].sort()).toEqual(["a", "b", "c"]);
  expect([...selected(new Set(order), order, "b", "c")].sort()).toEqual(["a", "d"]);
  expect([...selected(new Set(), order, "d", null)]).toEqual(["d"]);
  expect([...selected(new Set(), order, "d", "filtered away")]).toEqual(["d"]);
});
