import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { evaluation } from "@/features/evaluations/testing";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { profile, sourceStatus } from "./testing";

function open(entity: string, answers: Answers = {}) {
  return openApp(`/customers/customer?entity=${encodeURIComponent(JSON.stringify(entity))}`, {
    customer_source_get: sourceStatus(),
    customer_profile: ({ entityId }) => profile({ entityId }),
    evaluations_list: { evaluations: [evaluation()], nextCursor: null, newerCursor: null, lookedTo: null },
    ...answers,
  });
}

test("the page says who they are, which audiences they are in, and what each flag serves them", async () => {
  open("cus_1");
  expect(await screen.findByRole("heading", { name: "Person 1" })).toBeVisible();
  const row = await screen.findByRole("region", { name: "Row" });
  expect(within(row).getByText("enterprise")).toBeVisible();
  expect(within(row).getByText("not set")).toBeVisible();
  expect(within(row).getByRole("button", { name: "Copy plan" })).toBeVisible();
  expect(within(row).getByText("{ 2 fields }")).toBeVisible();
  const audiences = screen.getByRole("region", { name: "Audiences" });
  expect(audiences).toHaveTextContent("in 1 of 3");
  expect(within(audiences).getByText("There is no column seats.")).toBeVisible();
  expect(within(audiences).getByText("Not in 1")).toBeVisible();
  const flags = screen.getByRole("grid", { name: "Flags in Production" });
  expect(flags).toHaveTextContent("rule 2");
  expect(flags).toHaveTextContent("37.120 %");
  expect(flags).toHaveTextContent("killed");
  await expectAccessible(screen.getByRole("main"));
});

test("a flag leads to why, for this customer in this environment", async () => {
  const { user, platform } = open("cus_1");
  const flags = await screen.findByRole("grid", { name: "Flags in Production" });
  await user.click(within(flags).getByText("rule 2"));
  await waitFor(() => {
    const asked = platform.asked.find(({ name }) => name === "why");
    expect(asked?.request).toEqual({ flag: "new-dashboard", entityId: "cus_1", environment: "production" });
  });
});

test("what was served is beside it, and leads to the log", async () => {
  const { user, platform } = open("cus_1");
  await user.click(await screen.findByRole("radio", { name: "Last evaluations" }));
  expect(await screen.findByRole("grid", { name: "Evaluations" })).toHaveTextContent("new-dashboard");
  const asked = platform.asked.find(({ name }) => name === "evaluations_list");
  expect(asked?.request).toMatchObject({ filter: { entityId: "cus_1", environment: "production" } });
  expect(screen.getByRole("link", { name: "Open them in Evaluations" })).toBeVisible();
});

test.each(["a/b/../c?x=1#y", "..", "🎈 ' \" %25", "007", "1e5", "é".repeat(256)])(
  "the id %j is in the address and comes out as it was",
  async (entity) => {
    const { platform } = open(entity, {
      customer_profile: ({ entityId }) => profile({ entityId, customer: null }),
    });
    expect(await screen.findByRole("heading", { name: entity })).toBeVisible();
    await waitFor(() => {
      const asked = platform.asked.find(({ name }) => name === "customer_profile");
      expect(asked?.request).toMatchObject({ entityId: entity });
    });
  },
);

test("an id that is not in the table is said to be so, and still has values", async () => {
  open("visitor-7", { customer_profile: ({ entityId }) => profile({ entityId, customer: null }) });
  expect(await screen.findByText("Not in public.customers")).toBeVisible();
  expect(screen.getByRole("grid", { name: "Flags in Production" })).toHaveTextContent("new-dashboard");
});

test("without a table the page says to choose one, and a failure says what it is", async () => {
  const failing = (code: "not_found" | "timeout", message: string): Answers => ({
    customer_profile: () => {
      throw new CommandFailure({ code, message, details: {} });
    },
  });
  const opened = open("cus_1", failing("not_found", "Halyard does not know where your customers live."));
  expect(await screen.findByText("Choose where your customers live")).toBeVisible();
  opened.unmount();
  open("cus_1", failing("timeout", "No answer within 30 s."));
  expect(await screen.findByRole("alert")).toHaveTextContent("No answer within 30 s.");
});
