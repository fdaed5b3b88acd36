import { expect, test } from "vitest";
import type { Rights } from "@/contract";
import { guardedAmong, servedIn } from "./note-guard";
import { denial } from "./rights";

const rights = (may: Partial<Rights["may"]>, role: Rights["role"] = "viewer"): Rights => ({
  role,
  dbRole: "ann",
  may: {
    readEvaluations: true,
    readCustomers: true,
    kill: true,
    switch: true,
    editFlags: true,
    editAudiences: true,
    editEnvironments: true,
    editKeys: true,
    editSource: true,
    editSettings: true,
    erase: true,
    endSessions: true,
    ...may,
  },
  auditBindsOwner: true,
  groupRoles: [],
});

test("a missing right is said with the role that lacks it and the one that has it", () => {
  expect(denial(rights({ kill: false }), "kill")).toBe(
    "Your database role, viewer, cannot kill or restore. Ask for the role operator.",
  );
  expect(denial(rights({ editFlags: false }, null), "editFlags")).toMatch(/Your database role, ann,/);
  expect(denial(rights({}), "kill")).toBeNull();
});

test("a note is required where the flag serves in an environment that asks for one", () => {
  const environment = (key: string, production: boolean, noteRequired: boolean) => ({
    key,
    name: key,
    color: "#000000",
    position: 0,
    production,
    noteRequired,
  });
  const all = [
    environment("production", true, true),
    environment("beta", true, false),
    environment("staging", false, true),
  ];
  const on = {
    isActive: true,
    archivedAt: null,
    environments: { production: true, beta: true, staging: false },
  };
  const keys = (flag: Parameters<typeof servedIn>[0]) =>
    guardedAmong(all, servedIn(flag)).map(({ key }) => key);
  expect(keys(on)).toEqual(["production"]);
  expect(keys({ ...on, isActive: false })).toEqual([]);
  expect(keys({ ...on, archivedAt: "2026-01-01T00:00:00Z" })).toEqual([]);
  expect(keys({ ...on, environments: { staging: true } })).toEqual(["staging"]);
});
