import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Flag, FlagVersion, Rights } from "@/contract";
import { openApp, READY, RIGHTS } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { flag, impactOf, rule } from "../testing";
// Loaded before the first test, not within its time.
import "../FlagPage";

const past = (version: number, fields: Partial<Flag>, more: Partial<FlagVersion> = {}): FlagVersion => ({
  version,
  at: "2026-01-01T00:00:00Z",
  actor: "Grace",
  action: "flag.updated",
  note: "",
  flag: flag({ version, ...fields }),
  ...more,
});
const on = { production: true };
const VERSIONS = [
  past(3, { rules: [rule("a", { percentage: 50 })], environments: on }, { note: "faster" }),
  past(2, { rules: [rule("a", { percentage: 10 })], environments: on }),
  past(1, { rules: [], environments: {} }, { action: "flag.created" }),
];

function open(fields: Partial<Flag> = {}, answers: Answers = {}) {
  const now = flag({ ...VERSIONS[0]?.flag, version: 3, ...fields });
  return openApp(`/flags/${now.key}?tab=history`, {
    flag_get: now,
    flag_versions: VERSIONS,
    flag_impact: (request) => ({ ...impactOf(request, 3), gained: 0, lost: 400 }),
    ...answers,
  });
}

test("a version is reverted to after its changes, its impact and why were looked at", async () => {
  const { user, platform } = open(
    {},
    { flag_revert: ({ version }) => flag({ version: 3 + (version ? 1 : 0) }) },
  );
  await user.click(await screen.findByRole("button", { name: "Revert to version 2" }));
  const dialog = await screen.findByRole("dialog", { name: /Revert .* to v2/ });
  expect(within(dialog).getByRole("list", { name: "Changes" })).toHaveTextContent("Rule 1: 50 % → 10 %");
  expect(await within(dialog).findByText("−400")).toBeVisible();
  expect(dialog).toHaveTextContent(/Changes\s*PProduction/);
  const confirm = within(dialog).getByRole("button", { name: "Make v2 the newest" });
  expect(confirm).toBeDisabled();
  await expectAccessible(dialog);
  await user.type(within(dialog).getByRole("textbox", { name: /^Note/ }), "too fast");
  await user.click(confirm);
  await waitFor(() =>
    expect(platform.asked).toContainEqual({
      name: "flag_revert",
      request: { flag: flag().id, version: 2, note: "too fast" },
    }),
  );
  expect(await screen.findByText("Reverted to v2; saved as v4.")).toBeVisible();
});

test("reverting a killed flag says that it stays killed", async () => {
  const { user } = open({ isActive: false });
  await user.click(await screen.findByRole("button", { name: "Revert to version 2" }));
  const dialog = await screen.findByRole("dialog", { name: /Revert/ });
  expect(dialog).toHaveTextContent("reverting does not undo a kill");
  expect(within(dialog).getByRole("textbox", { name: "Note" })).not.toBeRequired();
});

test("without the right, reverting is disabled and says why", async () => {
  const rights: Rights = {
    ...RIGHTS,
    role: "operator",
    may: { ...RIGHTS.may, editFlags: false },
  };
  const { user } = open({}, { workspace_status: { ...READY, rights } });
  const button = await screen.findByRole("button", { name: "Revert to version 2" });
  expect(button).toHaveAttribute("aria-disabled", "true");
  await user.click(button);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  button.focus();
  expect(await screen.findByRole("tooltip")).toHaveTextContent(
    "Your database role, operator, cannot change flags. Ask for the role editor.",
  );
});
