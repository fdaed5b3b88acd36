import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { openApp, READY, RIGHTS } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
// Loaded before the first test, not within its time.
import "../SettingsPage";

test("the settings say what the role may do, and that the audit does not bind an owner who logs in", async () => {
  const rights = { ...RIGHTS, role: "operator" as const, auditBindsOwner: false };
  openApp("/settings?section=workspace", {
    workspace_status: { ...READY, rights: { ...rights, may: { ...RIGHTS.may, editFlags: false } } },
    reviews_list: [],
  });
  const list = await screen.findByRole("list", { name: "Rights" });
  expect(screen.getByText(/Your database role:/)).toHaveTextContent("Your database role: halyard, operator");
  expect(within(list).getByText(/Kill and restore flags/)).toHaveTextContent("May: Kill");
  expect(within(list).getByText(/Change flags/)).toHaveTextContent(
    "May not: Change flags · editor and above",
  );
  expect(screen.getByText(/binds everybody but that owner/)).toBeVisible();
  await expectAccessible();
});

test("whether an environment asks for a note is set after what it means was read", async () => {
  const { user, platform } = openApp("/settings?section=environments", {
    environment_update: () => null as never,
    reviews_list: [],
  });
  const box = await screen.findByRole("checkbox", { name: "Require a note in Production" });
  expect(box).toBeChecked();
  await user.click(box);
  const dialog = await screen.findByRole("dialog", { name: "Require no note in Production" });
  expect(dialog).toHaveTextContent("can then be changed without saying why");
  const confirm = within(dialog).getByRole("button", { name: "Require no note" });
  expect(confirm).toBeDisabled();
  await user.type(within(dialog).getByRole("textbox", { name: /Note/ }), "a sandbox from now on");
  await user.click(confirm);
  await waitFor(() =>
    expect(platform.asked).toContainEqual({
      name: "environment_update",
      request: { key: "production", changes: { noteRequired: false }, note: "a sandbox from now on" },
    }),
  );
});
