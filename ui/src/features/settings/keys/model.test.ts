import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/testing/app";
import {
  EMPTY_KEY_FORM,
  expiresAt,
  hasRoom,
  type KeyForm,
  keyErrors,
  keyGroups,
  keyState,
  newKey,
  oldExpiresAt,
  placedKeyErrors,
  snippetOf,
  withEnvironment,
} from "./model";
import { sdkKey } from "./testing";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const after = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
const form = (fields: Partial<KeyForm> = {}): KeyForm => ({
  ...withEnvironment(EMPTY_KEY_FORM, ENVIRONMENTS),
  name: "Web shop",
  ...fields,
});

describe("state", () => {
  test.each([
    ["live", {}],
    ["live", { expiresAt: after(8) }],
    ["ending", { expiresAt: after(6) }],
    ["expired", { expiresAt: after(0) }],
    ["revoked", { revokedAt: after(-1), expiresAt: after(-2) }],
  ])("is %s with %o", (state, fields) => {
    expect(keyState(sdkKey(fields), NOW)).toBe(state);
  });
});

describe("groups", () => {
  test("follow the environments; those that are gone and administration come last", () => {
    const groups = keyGroups(
      [
        sdkKey({ name: "ci", kind: "admin", environment: null, role: "editor" }),
        sdkKey({ name: "old", environment: "gone" }),
        sdkKey({ name: "client", kind: "client" }),
        sdkKey({ name: "server" }),
        sdkKey({ name: "revoked", revokedAt: after(-1) }),
        sdkKey({ name: "expired", expiresAt: after(-3) }),
      ],
      ENVIRONMENTS,
      NOW,
    );
    expect(groups.map(({ name }) => name)).toEqual([
      "Production",
      "Staging",
      "gone (deleted)",
      "Administration",
    ]);
    expect(groups[0]?.live.map(({ name }) => name)).toEqual(["server", "client"]);
    expect(groups[0]?.ended.map(({ name }) => name)).toEqual(["revoked", "expired"]);
  });
});

describe("a new key", () => {
  test("has its errors beside their fields", () => {
    expect(keyErrors(form({ name: " ", environment: null, expiry: "on" }), [], ENVIRONMENTS, NOW)).toEqual({
      name: "Give it a name, as in Web shop.",
      environment: "Choose the environment it opens.",
      expiry: "Choose the last day it works.",
    });
    expect(keyErrors(form({ expiry: "on", day: "2026-05-31" }), [], ENVIRONMENTS, NOW)).toEqual({
      expiry: "This day has passed. Choose a later one.",
    });
    expect(keyErrors(form({ name: "x".repeat(201) }), [], ENVIRONMENTS, NOW).name).toMatch(/at most 200/);
  });

  test("is the third live one of its kind nowhere; admin keys have no limit", () => {
    const two = [sdkKey({ name: "a" }), sdkKey({ name: "b", expiresAt: after(1) })];
    expect(keyErrors(form(), two, ENVIRONMENTS, NOW).environment).toBe(
      "Production has 2 live server keys, which is the most. Revoke one first.",
    );
    expect(keyErrors(form({ kind: "client" }), two, ENVIRONMENTS, NOW)).toEqual({});
    expect(keyErrors(form({ environment: "staging" }), two, ENVIRONMENTS, NOW)).toEqual({});
    const ended = [sdkKey({ name: "a" }), sdkKey({ name: "b", revokedAt: after(-1) })];
    expect(keyErrors(form(), ended, ENVIRONMENTS, NOW)).toEqual({});
    const admin = sdkKey({ kind: "admin", environment: null, role: "viewer" });
    expect(hasRoom([admin, admin, admin], admin, NOW)).toBe(true);
  });

  test("sends what belongs to its kind, and nothing else", () => {
    expect(newKey(form({ name: " Web shop ", role: "admin" }), NOW)).toEqual({
      kind: "server",
      name: "Web shop",
      environment: "production",
    });
    expect(newKey(form({ kind: "admin", role: "operator", expiry: "week" }), NOW)).toEqual({
      kind: "admin",
      name: "Web shop",
      role: "operator",
      expiresAt: after(7),
    });
  });

  test("works until the end of its last day", () => {
    const at = expiresAt({ expiry: "on", day: "2026-06-01" }, NOW);
    expect(new Date(at ?? "").getHours()).toBe(23);
    expect(expiresAt({ expiry: "on", day: "tomorrow" }, NOW)).toBeNull();
  });

  test("places what the app refuses, unless there is no field for it", () => {
    expect(placedKeyErrors([{ path: "expiresAt", message: "Too early." }])).toEqual({ expiry: "Too early." });
    expect(placedKeyErrors([{ path: "note", message: "Too long." }])).toBeNull();
  });
});

test("the old key ends at once, later, or by hand", () => {
  expect(oldExpiresAt("now", NOW)).toBeNull();
  expect(oldExpiresAt("stays", NOW)).toBeNull();
  expect(oldExpiresAt("day", NOW)).toBe(after(1));
  expect(oldExpiresAt("week", NOW)).toBe(after(7));
});

test("a request can be pasted into a shell, whatever the customer is called", () => {
  const where = { server: "http://127.0.0.1:8484", flag: "new-dashboard", entityId: "O'Hara" };
  expect(snippetOf("server", "hal_srv_x", where).text).toBe(
    [
      "curl http://127.0.0.1:8484/feature-flags/evaluate \\",
      "  -H 'Authorization: Bearer hal_srv_x' \\",
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"key":"new-dashboard","entityId":"O'\\''Hara"}'`,
    ].join("\n"),
  );
  expect(snippetOf("admin", "hal_adm_x", where).text).toMatch(
    /feature-flags \\\n {2}-H 'Authorization: Bearer/,
  );
});
