import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { FlagUsage, UsageState } from "@/contract";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { flag } from "../testing";

const usage = (state: UsageState, fields: Partial<FlagUsage> = {}): FlagUsage => ({
  histogram: { step: 600, series: [], buckets: [], total: 0, notApplied: [] },
  versions: [],
  sdks: [
    {
      sdk: "web 1.2.0",
      source: "evaluate",
      environment: "production",
      evaluations: 1_204,
      lastAt: "2026-01-02T00:00:00Z",
    },
  ],
  lastEvaluatedAt: "2026-01-02T00:00:00Z",
  state,
  ...fields,
});
const open = (state: UsageState, fields: Parameters<typeof flag>[0] = {}) => {
  const shown = flag(fields);
  return openApp(`/flags/${shown.key}?tab=evaluations`, { flag_get: shown, flag_usage: usage(state) });
};

test("says who reads it and when last, accessibly", async () => {
  const { container } = open({ kind: "used" });
  expect(await screen.findByRole("row", { name: /web 1.2.0 evaluate 1,204/ })).toBeVisible();
  expect(screen.getByText(/Last evaluated/)).toBeVisible();
  expect(screen.queryByRole("region", { name: "Hint" })).not.toBeInTheDocument();
  await expectAccessible(container);
});

test("a hint proposes one thing, and stays away once it is dismissed", async () => {
  const first = open({ kind: "same_value", value: true });
  expect(await screen.findByText("Everyone got true for 30 days.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Copy the key to look for" })).toBeVisible();
  await first.user.click(screen.getByRole("button", { name: "Dismiss for 30 days" }));
  await waitFor(() => expect(screen.queryByRole("region", { name: "Hint" })).not.toBeInTheDocument());
  first.unmount();
  open({ kind: "same_value", value: true });
  await screen.findByText(/Last evaluated/);
  expect(screen.queryByRole("region", { name: "Hint" })).not.toBeInTheDocument();
});

test("a permanent flag gets no hint", async () => {
  open({ kind: "idle", since: "2026-01-02T00:00:00Z" }, { permanent: true });
  await screen.findByText(/Last evaluated/);
  expect(screen.queryByRole("region", { name: "Hint" })).not.toBeInTheDocument();
});
