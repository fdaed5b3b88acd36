import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { AuditEntry, ReviewDue, VerificationStatus } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
// Loaded before the first test, not within its time.
import "./AuditPage";

const environments = (production: boolean) => ({ environments: { production }, rules: [] });
const entry = (seq: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  seq,
  at: "2026-11-20T10:00:00Z",
  actor: "Ann Devon",
  dbRole: "app_role",
  client: "halyard",
  action: "flag.switched",
  entityType: "flag",
  entityId: "f",
  entityKey: `flag-${seq}`,
  before: environments(false),
  after: environments(true),
  note: "",
  environments: [],
  revertedTo: null,
  hash: "5f".repeat(32),
  ...more,
});
const condition = (value: string) => ({ all: [{ attribute: "plan", operator: "equals", value }] });
const edited = entry(3, {
  action: "audience.updated",
  entityType: "audience",
  entityKey: "Enterprise",
  before: { name: "Enterprise", condition: condition("pro") },
  after: { name: "Enterprise", condition: condition("team") },
  note: "<b>asked</b> by sales",
});

const INTACT: VerificationStatus = {
  state: "intact",
  checked: 812,
  of: 812,
  verifiedAt: new Date().toISOString(),
  brokenAt: null,
  brokenThrough: null,
  problem: null,
  checkpoint: null,
};
const DUE: ReviewDue = {
  seq: 2,
  at: "2026-11-20T10:00:00Z",
  actor: "Ann Devon",
  dbRole: "app_role",
  action: "flag.killed",
  flagKey: "checkout",
  environments: ["production"],
};

function openAudit(answers: Answers = {}, path = "/audit") {
  return openApp(path, {
    audit_list: { entries: [edited, entry(2)], nextCursor: null },
    audit_authors: { actors: ["Ann Devon", "Bo"], actions: ["flag.killed", "flag.switched"] },
    audit_verification: INTACT,
    reviews_list: [],
    ...answers,
  });
}

test("entries say who did what to which, with the note, and are accessible", async () => {
  openAudit();
  const row = await screen.findByRole("row", { name: /switched on in Production/ });
  expect(row).toHaveTextContent(/Ann Devon app_role/);
  expect(row).toHaveTextContent("flag-2");
  expect(screen.getByRole("row", { name: /audience Enterprise|audienceEnterprise/ })).toHaveTextContent(
    "<b>asked</b> by sales",
  );
  await expectAccessible();
});

test("an entry opens to what changed and to before and after, and closes by Escape", async () => {
  const { user } = openAudit();
  const row = await screen.findByRole("row", { name: /edited/ });
  await user.click(row);
  const detail = await screen.findByRole("complementary", { name: "Change 3" });
  expect(within(detail).getByRole("list", { name: "Changes" })).toHaveTextContent(
    "Condition: Customers whose plan is team. It was: Customers whose plan is pro.",
  );
  expect(detail).toHaveTextContent("Database roleapp_role");
  await user.click(within(detail).getByRole("button", { name: "Show before and after" }));
  expect(detail).toHaveTextContent(/removed: .*"value": "pro"/);
  expect(detail).toHaveTextContent(/added: .*"value": "team"/);
  await expectAccessible();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(detail).not.toBeInTheDocument());
});

test("the search is the backend's, and older pages follow by their cursor", async () => {
  const { user, platform } = openAudit({
    audit_list: ({ cursor }) =>
      cursor === "2"
        ? { entries: [entry(1)], nextCursor: null }
        : { entries: [edited, entry(2)], nextCursor: "2" },
  });
  expect(await screen.findByRole("row", { name: /flag-1/ })).toBeVisible();
  await user.type(screen.getByRole("textbox", { name: "Filter" }), "sales");
  await waitFor(() =>
    expect(platform.asked.map(({ request }) => request)).toContainEqual({
      filter: { search: "sales" },
      limit: 100,
    }),
  );
});

test("nothing found can be cleared, nothing at all says what will be here", async () => {
  const { user } = openAudit({ audit_list: { entries: [], nextCursor: null } });
  expect(await screen.findByText("Nothing was changed yet")).toBeVisible();
  await user.type(screen.getByRole("textbox", { name: "Filter" }), "x");
  await user.click(await screen.findByRole("button", { name: "Clear the filters" }));
  expect(await screen.findByText("Nothing was changed yet")).toBeVisible();
});

test("an audit that cannot be loaded says so and tries again", async () => {
  let fails = true;
  const { user } = openAudit({
    audit_list: () => {
      if (fails)
        throw new CommandFailure({ code: "database_unavailable", message: "It is away.", details: {} });
      return { entries: [edited], nextCursor: null };
    },
  });
  expect(await screen.findByText("The audit could not be loaded.")).toBeVisible();
  fails = false;
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("row", { name: /edited/ })).toBeVisible();
});

test("entries stand under their days", async () => {
  openAudit({
    audit_list: {
      entries: [entry(3, { at: new Date().toISOString() }), entry(2), entry(1)],
      nextCursor: null,
    },
  });
  await screen.findByRole("row", { name: /flag-3/ });
  expect(screen.getByRole("row", { name: "Today" })).toBeVisible();
  expect(screen.getAllByRole("row", { name: /20 November/ })).toHaveLength(1);
  await expectAccessible();
});

test("a name that does not fit its role is marked, and the opened entry says how", async () => {
  const { user } = openAudit({
    audit_list: {
      entries: [entry(4, { dbRole: "root", client: "psql" }), entry(3), entry(2, { actor: "app_role" })],
      nextCursor: null,
    },
  });
  const row = await screen.findByRole("row", { name: /flag-4/ });
  expect(within(row).getByRole("img", { name: "Name and role do not fit" })).toBeVisible();
  expect(
    within(screen.getByRole("row", { name: /flag-3/ })).queryByRole("img", { name: /do not fit/ }),
  ).toBeNull();
  expect(screen.getByRole("row", { name: /flag-2/ })).toHaveTextContent("app_role in the database");
  await user.click(row);
  expect(await screen.findByRole("complementary", { name: "Change 4" })).toHaveTextContent(
    "psql said Ann Devon; the database only knows the role root.",
  );
});

test("filters are asked of the database: action, environment, person and time", async () => {
  const { user, platform } = openAudit();
  await user.click(await screen.findByRole("button", { name: "Action" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: "Flag killed" }));
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: "Environment" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: /Production/ }));
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: "Who" }));
  await user.keyboard("Bo{Enter}");
  await user.click(screen.getByRole("button", { name: "Time" }));
  await user.type(await screen.findByLabelText("First day"), "2026-07-01");
  await user.type(screen.getByLabelText("Last day"), "2026-09-30");
  await user.click(screen.getByRole("button", { name: "Show these days" }));
  const wanted = {
    filter: {
      actor: "Bo",
      actions: ["flag.killed"],
      environment: "production",
      from: new Date(2026, 6, 1).toISOString(),
      to: new Date(2026, 9, 1).toISOString(),
    },
    limit: 100,
  };
  await waitFor(() =>
    expect(
      platform.asked.filter(({ name }) => name === "audit_list").map(({ request }) => request),
    ).toContainEqual(wanted),
  );
  expect(screen.getByRole("button", { name: "Time: 1 Jul 2026 – 30 Sept 2026" })).toBeVisible();
  await expectAccessible();
});

test("a link opens its entry, whatever the list holds", async () => {
  openAudit(
    {
      audit_list: ({ cursor, limit }) =>
        limit === 1 && cursor === "8"
          ? { entries: [entry(7)], nextCursor: "7" }
          : { entries: [entry(900)], nextCursor: null },
    },
    "/audit?entry=7",
  );
  expect(await screen.findByRole("complementary", { name: "Change 7" })).toBeVisible();
});

test("the badge says how far verification is, and that the chain is intact", async () => {
  const { platform } = openAudit({
    audit_verification: { ...INTACT, state: "running", checked: 12_000, of: 80_000 },
  });
  expect(
    await screen.findByRole("button", { name: "Chain of entries: Verifying 12,000 of 80,000…" }),
  ).toBeVisible();
  platform.answers.audit_verification = INTACT;
  expect(await screen.findByRole("button", { name: "Chain of entries: Intact: 812 entries" })).toBeVisible();
});

test("what nobody verified yet is verified", async () => {
  const { platform } = openAudit({
    audit_verification: { ...INTACT, state: "idle", verifiedAt: null },
    audit_verify_start: () => {
      platform.answers.audit_verification = INTACT;
      return { ...INTACT, state: "running" };
    },
  });
  expect(await screen.findByRole("button", { name: /Intact: 812 entries/ })).toBeVisible();
});

test("a broken chain names the entry and says what to do", async () => {
  const { user } = openAudit({
    audit_verification: {
      ...INTACT,
      state: "broken",
      brokenAt: 417,
      brokenThrough: 417,
      problem: "Entry 417 was changed after it was written.",
    },
  });
  await user.click(await screen.findByRole("button", { name: "Chain of entries: Broken at entry 417" }));
  expect(await screen.findByText("Entry 417 was changed after it was written.")).toBeVisible();
  expect(screen.getByText(/compare it with the/)).toBeVisible();
  await expectAccessible();
});

test("the filtered entries are exported, and where the file is is said", async () => {
  const { user, platform } = openAudit({
    audit_export: { fileName: "audit.csv", directory: "/home/ada/Downloads", rows: 2, bytes: 500 },
  });
  await user.type(await screen.findByRole("textbox", { name: "Filter" }), "sales");
  await user.click(screen.getByRole("button", { name: "Export" }));
  await user.click(await screen.findByRole("menuitem", { name: /CSV/ }));
  expect(await screen.findByText(/Saved 2 entries to/)).toHaveTextContent("Downloads/audit.csv");
  const request = platform.asked.find(({ name }) => name === "audit_export")?.request;
  expect(request).toMatchObject({ format: "csv", filter: { search: "sales" } });
  await expectAccessible();
});

test("a checkpoint is signed and shown to be kept", async () => {
  const checkpoint = {
    seq: 812,
    hash: "5f".repeat(32),
    at: "2026-11-20T10:00:00Z",
    publicKey: "aa".repeat(32),
    signature: "",
  };
  const { user } = openAudit({
    audit_checkpoint: { line: '{"seq":812}', checkpoint, keyPlace: "keychain" },
  });
  await user.click(await screen.findByRole("button", { name: "Export" }));
  await user.click(await screen.findByRole("menuitem", { name: /Sign a checkpoint/ }));
  const dialog = await screen.findByRole("dialog", { name: "Signed checkpoint" });
  expect(await within(dialog).findByRole("textbox", { name: "Checkpoint" })).toHaveValue('{"seq":812}');
  await expectAccessible(dialog);
});

test("changes without a note are reviewed one by one, counted in the side bar", async () => {
  const { user, platform } = openAudit({
    reviews_list: [DUE],
    change_note_add: () => {
      platform.answers.reviews_list = [];
      return 9 as never;
    },
  });
  expect(await screen.findByRole("link", { name: "Audit, 1 to review" })).toBeVisible();
  await user.click(screen.getByRole("link", { name: "Review afterwards, 1" }));
  const item = await screen.findByRole("listitem", { name: "" });
  expect(item).toHaveTextContent(/checkout.*killed.*by Ann Devon/);
  const note = screen.getByRole("textbox", { name: "Note" });
  await user.click(screen.getByRole("button", { name: "Add note" }));
  expect(note).toHaveFocus();
  expect(note).toBeInvalid();
  await expectAccessible();
  await user.type(note, "payments were down{Enter}");
  expect(await screen.findByText("Nothing is left to review")).toBeVisible();
  expect(platform.asked).toContainEqual({
    name: "change_note_add",
    request: { seq: 2, note: "payments were down" },
  });
  expect(screen.getByRole("link", { name: "Audit" })).toBeVisible();
});
