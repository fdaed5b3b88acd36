import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { openApp, READY } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
// Loaded before the first test, not within its time.
import "../SettingsPage";

test("kills by others are told once that was switched on", async () => {
  let status = READY;
  const { user, platform } = openApp("/settings?section=workspace", {
    workspace_status: () => status,
    kill_notifications_set: ({ enabled }) => {
      status = { ...READY, killNotifications: enabled };
      return status;
    },
    reviews_list: [],
  });
  const told = await screen.findByRole("switch", { name: "Tell me when others kill or restore" });
  expect(told).not.toBeChecked();
  await user.click(told);
  await waitFor(() => expect(told).toBeChecked());
  expect(platform.asked).toContainEqual({ name: "kill_notifications_set", request: { enabled: true } });
  await expectAccessible();
});
