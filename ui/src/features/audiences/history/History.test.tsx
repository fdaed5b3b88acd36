import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { AudienceVersion, Commands } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
// Loaded before the first test, not within its time.
import "../AudiencePage";
import { ATTRIBUTES, audience, MRR, PLAN } from "../model/testing";

const version = (number: number, more: Partial<AudienceVersion> = {}): AudienceVersion => ({
  version: number,
  at: "2026-11-20T10:00:00Z",
  actor: "Ann",
  action: "audience.updated",
  note: "",
  name: "Enterprise",
  description: "",
  condition: { all: [PLAN] },
  ...more,
});
const VERSIONS = [
  version(3),
  version(2, { condition: { all: [PLAN, MRR] }, note: "only who pay", actor: "Bo" }),
  version(1, { action: "audience.created" }),
];

async function openHistory(answers: Answers = {}) {
  const stored = audience();
  const opened = openApp(`/audiences/${stored.id}`, {
    audiences_list: [stored],
    audience_get: () => stored,
    attributes_list: [...ATTRIBUTES],
    audiences_broken: [],
    audience_count: { customers: 3, total: 50_000, countedAt: new Date().toISOString(), durationMs: 41 },
    audience_sample: { compared: [], members: [], nextCursor: null },
    audience_versions: VERSIONS,
    audience_impact: {
      customers: 50_000,
      membersNow: 100,
      membersAfter: 60,
      joining: 0,
      leaving: 40,
      flags: [],
      countedAt: new Date().toISOString(),
      durationMs: 41,
    },
    count_cancel: {},
    ...answers,
  });
  await opened.user.click(await screen.findByRole("button", { name: "History" }));
  const drawer = await screen.findByRole("dialog", { name: "History of Enterprise" });
  const sent = <Name extends keyof Commands>(name: Name) =>
    opened.platform.asked.filter((one) => one.name === name).map((one) => one.request) as Array<
      Commands[Name]["request"]
    >;
  return { ...opened, drawer, sent };
}

test("every version says who made it, why, and what changed in words", async () => {
  const { drawer, user } = await openHistory();
  const [newest, second, first] = await within(drawer).findAllByRole("listitem", { name: /^Version/ });
  expect(newest).toHaveTextContent(/v3Ann.*back to v1.*current.*Taken out: mrr is at least 100/);
  expect(second).toHaveTextContent(/v2Bo.*Added: mrr is at least 100.*“only who pay”/);
  expect(first).toHaveTextContent("Created");
  await expectAccessible(drawer);
  await user.click(within(drawer).getByRole("button", { name: "View version 2" }));
  expect(drawer).toHaveTextContent("Customers whose plan is enterprise, and mrr is at least 100.");
});

test("reverting shows what changes and whom it moves, then makes a new version", async () => {
  const { drawer, user, sent } = await openHistory({ audience_revert: audience({ version: 4 }) });
  await user.click(await within(drawer).findByRole("button", { name: "Revert to version 2" }));
  const dialog = await screen.findByRole("dialog", { name: "Revert Enterprise to v2" });
  expect(dialog).toHaveTextContent("Added: mrr is at least 100");
  expect(await within(dialog).findByText("40 go out: 100 → 60 customers")).toBeVisible();
  await expectAccessible(dialog);
  await user.type(within(dialog).getByRole("textbox", { name: "Note" }), "too many");
  await user.click(within(dialog).getByRole("button", { name: "Make v2 the newest" }));
  await waitFor(() =>
    expect(sent("audience_revert")).toEqual([{ id: audience().id, version: 2, note: "too many" }]),
  );
  expect(await screen.findByText("Reverted to v2; saved as v4.")).toBeVisible();
});

test("a revert that is refused says why and changes nothing", async () => {
  const { drawer, user } = await openHistory({
    audience_revert: () => {
      throw new CommandFailure({
        code: "invalid",
        message: "Customers have no attribute “mrr”.",
        details: {},
      });
    },
  });
  await user.click(await within(drawer).findByRole("button", { name: "Revert to version 2" }));
  const dialog = await screen.findByRole("dialog", { name: "Revert Enterprise to v2" });
  await user.click(within(dialog).getByRole("button", { name: "Make v2 the newest" }));
  expect(await within(dialog).findByText("Customers have no attribute “mrr”.")).toBeVisible();
  expect(dialog).toBeVisible();
});
