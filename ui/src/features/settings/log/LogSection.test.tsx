import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";

/** Days before today, in days of UTC. */
const day = (ago: number) =>
  `${new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
const storage = {
  days: [{ day: day(40), calls: 1_000, bytes: 80_000 }],
  calls: 1_000,
  bytes: 80_000,
  countsBytes: 4_096,
  oldest: day(40),
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
  expect(await screen.findByText(/Drops 1 day within the hour: about 1,000 calls, 80.0 kB/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(platform.asked.find(({ name }) => name === "settings_set")?.request).toEqual({
      settings: { retentionDays: 30 },
    }),
  );
});

test("says when no day is made ahead, and that nothing is lost while the log is young", async () => {
  const { user } = openApp("/settings?section=log", { log_storage: { ...storage, days: [] } });
  expect(await screen.findByText(/no day yet: keep the app open/)).toBeVisible();
  const field = screen.getByRole("textbox", { name: "Keep evaluations for" });
  await user.clear(field);
  await user.type(field, "30");
  expect(await screen.findByText(/nothing is dropped now/)).toBeVisible();
});
