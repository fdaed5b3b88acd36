import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { AuditEntry } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
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

test("entries say who did what to which, with the note, and are accessible", async () => {
  openApp("/audit", { audit_list: { entries: [edited, entry(2)], nextCursor: null } });
  const row = await screen.findByRole("row", { name: /switched on in Production/ });
  expect(row).toHaveTextContent(/Ann Devon app_role/);
  expect(row).toHaveTextContent("flag-2");
  expect(screen.getByRole("row", { name: /audience Enterprise|audienceEnterprise/ })).toHaveTextContent(
    "<b>asked</b> by sales",
  );
  await expectAccessible();
});

test("an entry opens to what changed and to before and after, and closes by Escape", async () => {
  const { user } = openApp("/audit", { audit_list: { entries: [edited, entry(2)], nextCursor: null } });
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
  const { user, platform } = openApp("/audit", {
    audit_list: ({ cursor }) =>
      cursor === "2"
        ? { entries: [entry(1)], nextCursor: null }
        : { entries: [edited, entry(2)], nextCursor: "2" },
  });
  expect(await screen.findByRole("row", { name: /flag-1/ })).toBeVisible();
  await user.type(screen.getByRole("textbox", { name: "Filter" }), "sales");
  await waitFor(() =>
    expect(platform.asked.map(({ request }) => request)).toContainEqual({ search: "sales", limit: 100 }),
  );
});

test("nothing found can be cleared, nothing at all says what will be here", async () => {
  const { user } = openApp("/audit", { audit_list: { entries: [], nextCursor: null } });
  expect(await screen.findByText("Nothing was changed yet")).toBeVisible();
  await user.type(screen.getByRole("textbox", { name: "Filter" }), "x");
  await user.click(await screen.findByRole("button", { name: "Clear the filters" }));
  expect(await screen.findByText("Nothing was changed yet")).toBeVisible();
});

test("an audit that cannot be loaded says so and tries again", async () => {
  let fails = true;
  const { user } = openApp("/audit", {
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
