import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
// Loaded before the first test, not within its time.
import "./AudiencesPage";
import { audience, MRR } from "./model/testing";

const counted = { customers: 4_816, total: 50_000, countedAt: "2026-11-22T10:00:00Z", durationMs: 41 };
const two = [
  audience({ id: "a", name: "Enterprise", usedBy: [{ id: "f", key: "new-dashboard" }] }),
  audience({ id: "b", name: "<script>alert(1)</script>", condition: { any: [MRR] } }),
];

test("each audience says whom it holds, how many they are and who uses it", async () => {
  openApp("/audiences", { audiences_list: two, audience_count: counted });
  const row = await screen.findByRole("row", { name: /Enterprise/ });
  await waitFor(() => expect(row).toHaveTextContent(/plan is enterprise4,8161 flagAnn/));
  expect(screen.getByText("<script>alert(1)</script>")).toBeVisible();
  expect(screen.getByRole("row", { name: /script/ })).toHaveTextContent("no flag");
  await expectAccessible();
});
test("the filter looks into conditions, and can be cleared when nothing is left", async () => {
  const { user } = openApp("/audiences", { audiences_list: two, audience_count: counted });
  await user.type(await screen.findByRole("textbox", { name: "Filter" }), "mrr at least");
  await waitFor(() => expect(screen.queryByRole("row", { name: /Enterprise/ })).not.toBeInTheDocument());
  expect(screen.getByRole("row", { name: /script/ })).toBeVisible();
  await user.type(screen.getByRole("textbox", { name: "Filter" }), " nothing");
  await screen.findByText(/No audience matches/);
  await user.click(screen.getAllByRole("button", { name: "Clear the filter" }).at(-1) as HTMLElement);
  expect(await screen.findByRole("row", { name: /Enterprise/ })).toBeVisible();
});
test("a count that failed is no number", async () => {
  openApp("/audiences", {
    audiences_list: two,
    audience_count: () => {
      throw new CommandFailure({ code: "timeout", message: "Too slow.", details: {} });
    },
  });
  expect((await screen.findAllByText("not counted"))[0]).toHaveAttribute("title", "Too slow.");
});
test("without audiences the page says what one is and makes the first", async () => {
  const { user, location } = openApp("/audiences", { attributes_list: [] });
  expect(await screen.findByText("No audience yet")).toBeVisible();
  await user.click(screen.getAllByRole("button", { name: "New audience" }).at(-1) as HTMLElement);
  await waitFor(() => expect(location()).toBe("/audiences/new"));
});
test("a list that cannot be loaded says so and tries again", async () => {
  let fails = true;
  const { user } = openApp("/audiences", {
    audience_count: counted,
    audiences_list: () => {
      if (fails)
        throw new CommandFailure({ code: "database_unavailable", message: "It is away.", details: {} });
      return two;
    },
  });
  expect(await screen.findByText("The audiences could not be loaded.")).toBeVisible();
  fails = false;
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("row", { name: /Enterprise/ })).toBeVisible();
});
test("a copy starts from the condition under another name", async () => {
  const { user, location } = openApp("/audiences", {
    audiences_list: two,
    audience_count: counted,
    attributes_list: [],
  });
  await user.click(await screen.findByRole("button", { name: "Actions for Enterprise" }));
  await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
  await waitFor(() => expect(location()).toBe("/audiences/new-copy-of-a"));
  expect(await screen.findByRole("textbox", { name: "Name" })).toHaveValue("Copy of Enterprise");
});
