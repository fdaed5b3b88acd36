import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";

const storage = {
  days: [{ day: "2026-11-22T00:00:00Z", calls: 1_000, bytes: 80_000 }],
  calls: 1_000,
  bytes: 80_000,
  countsBytes: 4_096,
  oldest: "2026-11-22T00:00:00Z",
  retentionDays: 90,
  overdue: 0,
};

test("says how large the log is, and keeps it for another number of days", async () => {
  const { user, platform, container } = openApp("/settings?section=log", {
    log_storage: storage,
    settings_set: { retentionDays: 30 },
  });
  expect((await screen.findAllByText("80.0 kB"))[0]).toBeVisible();
  await expectAccessible(container);
  const field = screen.getByRole("textbox", { name: "Keep evaluations for" });
  await user.clear(field);
  expect(await screen.findByText("Keep evaluations for 1 to 3,650 days.")).toBeVisible();
  await user.type(field, "30");
  expect(await screen.findByText(/cannot be brought back/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(platform.asked.find(({ name }) => name === "settings_set")?.request).toEqual({
      settings: { retentionDays: 30 },
    }),
  );
});
