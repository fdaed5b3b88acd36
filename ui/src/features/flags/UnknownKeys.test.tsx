import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { summary } from "./testing";

const asked = (key: string, flagId: string | null = null) => ({
  key,
  environment: "production",
  asked: 12,
  firstAskedAt: "2026-01-01T00:00:00Z",
  lastAskedAt: "2026-01-02T00:00:00Z",
  flagId,
});

test("keys that nobody has are listed, and one is made with its key filled in", async () => {
  const { user, container } = openApp("/flags", {
    flags_list: { flags: [summary({ id: "f1" })], configVersion: 1 },
    unknown_flags_list: [asked("new-checkout"), asked("new-dashboard", "f1")],
    flags_usage: {
      from: "2026-01-01T00:00:00Z",
      flags: [{ flagId: "f1", hourly: [1, 2], lastEvaluatedAt: "2026-01-02T00:00:00Z" }],
    },
  });
  expect(await screen.findByRole("img", { name: "3 evaluations in the last 24 h" })).toBeVisible();
  await expectAccessible(container);
  await user.click(await screen.findByRole("button", { name: "2 unknown keys were asked for" }));
  expect(await screen.findByRole("button", { name: /Open new-dashboard, not visible/ })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Create flag new-checkout" }));
  expect(await screen.findByRole("textbox", { name: /^Key/ })).toHaveValue("new-checkout");
  expect(screen.getByRole("textbox", { name: /^Name/ })).toHaveValue("New checkout");
});

test("a slip leads to the flag that was meant, and what cannot be a key is not made", async () => {
  const { user, location } = openApp("/flags", {
    flags_list: { flags: [summary({ id: "f1" })], configVersion: 1 },
    unknown_flags_list: [asked("nwe-dashboard"), asked("<script>alert(1)</script>")],
  });
  await user.click(await screen.findByRole("button", { name: "2 unknown keys were asked for" }));
  const keys = await screen.findByRole("dialog");
  expect(keys).toHaveTextContent("cannot be a flag's key");
  await expectAccessible(keys);
  await user.click(screen.getByRole("button", { name: "Meant new-dashboard?" }));
  await waitFor(() => expect(location()).toContain("/flags/new-dashboard"));
});
