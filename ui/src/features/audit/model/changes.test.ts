import { describe, expect, test } from "vitest";
import type { AuditEntry, JsonValue, Rule } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import { actionWords, changesOf, entityWords } from "./changes";

const names = {
  audience: (id: string) => ({ e: "Enterprise", b: "Beta" })[id] ?? id,
  environment: (key: string) => ({ production: "Production" })[key] ?? key,
};
const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  audienceId: "e",
  percentage: 10,
  value: true,
  description: "",
  ...more,
});
const flag = (more: Record<string, unknown> = {}): JsonValue =>
  ({
    id: "f",
    number: 3,
    key: "new-dashboard",
    name: "New dashboard",
    description: "",
    type: "boolean",
    defaultValue: false,
    rules: [rule("1"), rule("2", { audienceId: "b" }), rule("3", { audienceId: null })],
    environments: { production: true },
    isActive: true,
    clientVisible: false,
    permanent: false,
    tags: [],
    version: 1,
    updatedAt: "2026-11-20T10:00:00Z",
    updatedBy: "Ann",
    archivedAt: null,
    ...more,
  }) as JsonValue;
const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  seq: 1,
  at: "2026-11-20T10:00:00Z",
  actor: "Ann",
  dbRole: "app",
  client: "halyard",
  action: "flag.updated",
  entityType: "flag",
  entityId: "f",
  entityKey: "new-dashboard",
  before: null,
  after: null,
  note: "",
  environments: [],
  revertedTo: null,
  hash: "5f".repeat(32),
  ...more,
});
const sentences = (more: Partial<AuditEntry>) => changesOf(entry(more), names).map(plainText);

describe("a flag that was edited", () => {
  const edited = (more: Record<string, unknown>) =>
    sentences({ before: flag(), after: flag({ version: 2, updatedAt: "later", updatedBy: "Bo", ...more }) });

  test("shows what changed in a rule", () => {
    const [sentence, ...more] = edited({
      rules: [rule("1", { percentage: 25 }), rule("2", { audienceId: "b" }), rule("3", { audienceId: null })],
    });
    expect(sentence).toMatch(/Rule 1.*10 %.*25 %/);
    expect(more).toEqual([]);
  });
  test("knows a moved rule by its id, and does not blame the others", () => {
    const moved = edited({
      rules: [rule("3", { audienceId: null }), rule("1"), rule("2", { audienceId: "b" })],
    });
    expect(moved).toHaveLength(1);
    expect(moved[0]).toMatch(/Rule 1.*moved from 3/);
  });
  test("shows rules that came and went", () => {
    const changed = edited({
      rules: [rule("1"), rule("2", { audienceId: "b" }), rule("4", { percentage: null })],
    });
    expect(changed.some((each) => /Rule 3 added: Enterprise → `true`/.test(each))).toBe(true);
    expect(changed.some((each) => /removed/.test(each))).toBe(true);
  });
  test("stamps alone are no change", () => {
    expect(edited({})).toEqual([]);
  });
});

test("a new flag says what it was made with", () => {
  expect(sentences({ action: "flag.created", after: flag() })).toEqual([
    "Type `boolean`, default `false`",
    "Rule 1: Enterprise · 10 % → `true`",
    "Rule 2: Beta · 10 % → `true`",
    "Rule 3: Everyone · 10 % → `true`",
    "Visible to server keys only",
  ]);
});
test("an audience shows its condition now and before, in sentences", () => {
  const audience = (value: string) =>
    ({
      name: "E",
      description: "",
      condition: { all: [{ attribute: "plan", operator: "equals", value }] },
    }) as JsonValue;
  expect(
    sentences({
      action: "audience.updated",
      entityType: "audience",
      before: audience("pro"),
      after: audience("team"),
    }),
  ).toEqual(["Condition: Customers whose plan is team. It was: Customers whose plan is pro."]);
});
test("an environment shows name, colour and place", () => {
  expect(
    sentences({
      entityType: "environment",
      before: { key: "p", name: "Prod", color: "#000000", position: 0, production: true },
      after: { key: "p", name: "Production", color: "#ff0000", position: 2, production: true },
    }),
  ).toEqual(["Name: `Prod` → `Production`", "Colour: `#000000` → `#ff0000`", "Position: 1 → 3"]);
});
test("what nobody has thought of is shown all the same", () => {
  expect(
    sentences({ entityType: "gadget", before: { someThing: 1 }, after: { someThing: { a: 2 } } }),
  ).toEqual(['Some thing: `1` → `{"a":2}`']);
  expect(sentences({ before: "odd", after: 7 })).toEqual([]);
  expect(sentences({ before: flag({ rules: "odd" }), after: flag({ rules: "odder" }) })).toEqual([
    "Rules: `odd` → `odder`",
  ]);
});

describe("actions in words", () => {
  const switched = (before: Record<string, boolean>, after: Record<string, boolean>) =>
    actionWords(
      entry({
        action: "flag.switched",
        before: flag({ environments: before }),
        after: flag({ environments: after }),
      }),
      names,
    );
  test("switching names the environment", () => {
    expect(switched({}, { production: true })).toBe("switched on in Production");
    expect(switched({ production: true }, { production: false })).toBe("switched off in Production");
    expect(switched({}, { production: true, staging: true })).toBe("switched in 2 environments");
  });
  test.each([
    ["flag.updated", "edited"],
    ["flag.killed", "killed"],
    ["audience.deleted", "deleted"],
    ["sdk_key.rolled_over", "rolled over"],
  ])("%s", (action, words) => {
    expect(actionWords(entry({ action }), names)).toBe(words);
  });
  test("entities have plain names", () => {
    expect(entityWords("customer_source")).toBe("customer source");
    expect(entityWords("some_thing")).toBe("some thing");
  });
});

test("the end of a session that held a flag says so, with whose it was", () => {
  const after = { pid: 41, role: "ada", application: "psql", client: null, since: null };
  const ended = entry({ action: "session.ended", before: null, after });
  expect(actionWords(ended, names)).toBe("freed by ending a session");
  expect(sentences({ action: "session.ended", before: null, after }).join("; ")).toMatch(/ada.*psql/);
});
