import { expect, test } from "vitest";
import { indexAudiences, shownAudiences } from "./list";
import { audience, MRR } from "./testing";

const flag = { id: "f", key: "new-dashboard" };
const listed = indexAudiences([
  audience({ id: "a", name: "Enterprise", updatedAt: "2026-11-20T10:00:00Z" }),
  audience({
    id: "b",
    name: "Big",
    condition: { all: [MRR] },
    usedBy: [flag],
    updatedAt: "2026-11-22T10:00:00Z",
  }),
  audience({ id: "c", name: "Ärzte", description: "Doctors", updatedAt: "2026-11-21T10:00:00Z" }),
]);
const names = (search: string, column = "name", direction: "ascending" | "descending" = "ascending") =>
  shownAudiences(listed, search, { column, direction }).map(({ audience: { name } }) => name);

test("an audience is found by name, description, condition and flag", () => {
  expect(names("enter")).toEqual(["Ärzte", "Enterprise"]);
  expect(names("doctors")).toEqual(["Ärzte"]);
  expect(names("mrr at least")).toEqual(["Big"]);
  expect(names("DASHBOARD")).toEqual(["Big"]);
  expect(names("nothing like this")).toEqual([]);
});
test("it is sorted by name, use and change, both ways", () => {
  expect(names("")).toEqual(["Ärzte", "Big", "Enterprise"]);
  expect(names("", "used", "descending")).toEqual(["Big", "Ärzte", "Enterprise"]);
  expect(names("", "changed", "descending")).toEqual(["Big", "Ärzte", "Enterprise"]);
  expect(names("", "changed")).toEqual(["Enterprise", "Ärzte", "Big"]);
});
