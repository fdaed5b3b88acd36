import { expect, test } from "vitest";
import { claimOf, habitsOf } from "./claim";

const by = (actor: string, dbRole: string, client = "halyard-desktop 0.1.0") => ({ actor, dbRole, client });
const usual = habitsOf([by("Ann", "app"), by("Ann", "app"), by("Ann", "root"), by("app", "app")]);

test("one role for all people of an app is nothing odd", () => {
  expect(claimOf(by("Ann", "app"), usual).kind).toBe("plain");
  expect(claimOf(by("Bo", "app"), usual).kind).toBe("plain");
});
test("who comes as the role itself claims nothing", () => {
  expect(claimOf(by("app", "app", "psql"), usual).kind).toBe("direct");
});
test("a name that comes with another role than usual is odd", () => {
  expect(claimOf(by("Ann", "root"), usual)).toEqual({
    kind: "odd",
    because: "Ann is usually logged in as app; this was root.",
  });
});
test("a program that is not of this project may say any name", () => {
  expect(claimOf(by("Ann", "app", "psql"), usual)).toEqual({
    kind: "odd",
    because: "psql said Ann; the database only knows the role app.",
  });
});
test("the name of another role is odd whoever says it", () => {
  expect(claimOf(by("app", "root"), usual).kind).toBe("odd");
});
