import { expect, test } from "vitest";
import type { ConditionLeaf, JsonValue, Member } from "@/contract";
import { COUNTRY, PLAN, SEEN } from "../model/testing";
import { memberName, shownValues } from "./model";

const compared: Array<ConditionLeaf> = [PLAN, SEEN, COUNTRY];
const member = (...values: Array<JsonValue>): Member => ({ entityId: "c1", name: null, email: null, values });

test("what is the same for all members gives way to what tells them apart", () => {
  const members = [member("enterprise", "2026-01-01", "DE"), member("enterprise", "2026-01-02", "US")];
  expect(shownValues({ compared }, members)).toEqual([1, 2]);
});
test("where nothing differs the condition's own order stands", () => {
  expect(shownValues({ compared }, [member("enterprise", null, "DE")])).toEqual([0, 1]);
  expect(shownValues({ compared: [PLAN] }, [])).toEqual([0]);
});
test("a member is called by name, else by e-mail address, else by id", () => {
  expect(memberName({ entityId: "c1", name: "Ana", email: "a@b.c" })).toBe("Ana");
  expect(memberName({ entityId: "c1", name: "", email: "a@b.c" })).toBe("a@b.c");
  expect(memberName({ entityId: "c1", name: null, email: null })).toBe("c1");
});
