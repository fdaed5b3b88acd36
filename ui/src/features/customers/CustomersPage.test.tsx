import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { profile, reference, sourceStatus } from "./testing";

function open(answers: Answers = {}) {
  return openApp("/customers", {
    customer_source_get: sourceStatus(),
    customers_list: { customers: [reference(1), reference(2)], nextCursor: null },
    customer_profile: profile(),
    count_cancel: {},
    ...answers,
  });
}

test("customers are listed with their number, and a row leads to the customer", async () => {
  const { user } = open();
  const grid = await screen.findByRole("grid", { name: "Customers" });
  expect(within(grid).getByText("Person 2")).toBeVisible();
  expect(screen.getByRole("link", { name: "Customers, 50,000" })).toBeVisible();
  await expectAccessible(grid);
  await user.click(within(grid).getByText("Person 1"));
  expect(await screen.findByRole("heading", { name: "Person 1" })).toBeVisible();
});

test("a search is answered by the database, page by page", async () => {
  const opened = open({
    customers_list: ({ search, cursor }) => {
      if (search !== "ada") return { customers: [reference(1)], nextCursor: null };
      return cursor
        ? { customers: [reference(8)], nextCursor: null }
        : { customers: [reference(7)], nextCursor: "cus_7" };
    },
  });
  await screen.findByText("Person 1");
  await opened.user.type(screen.getByRole("textbox", { name: "Search" }), "ada");
  expect(await screen.findByText("Person 8")).toBeVisible();
  expect(screen.getByText("Person 7")).toBeVisible();
  expect(screen.queryByText("Person 1")).not.toBeInTheDocument();
  expect(screen.getByText("These are all of them.")).toBeVisible();
});

test("a search that takes too long says so, with the statements that would make it fast", async () => {
  const statement = 'CREATE INDEX ON "public"."customers" ("name");';
  const opened = open({
    customers_list: ({ search }) => {
      if (search === "") return { customers: [reference(1)], nextCursor: null };
      throw new CommandFailure({
        code: "timeout",
        message: "Looking took longer than 10 seconds.",
        details: { statements: [statement] },
      });
    },
  });
  await screen.findByText("Person 1");
  await opened.user.type(screen.getByRole("textbox", { name: "Search" }), "ada");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("longer than 10 seconds");
  expect(within(alert).getByText(statement)).toBeVisible();
  expect(within(alert).getByRole("button", { name: "Copy the statements" })).toBeVisible();
  await expectAccessible(alert);
});

test("a slow search says for how long it looks and what would help, can be called off, and made after all", async () => {
  let callOff: (() => void) | undefined;
  let slow = true;
  const opened = open({
    customers_list: ({ search }) => {
      if (search === "" || !slow) return { customers: [reference(1)], nextCursor: null };
      return new Promise((_, fail) => {
        callOff = () => fail(new CommandFailure({ code: "cancelled", message: "Called off.", details: {} }));
      });
    },
    count_progress: { running: true, seen: 0, estimated: 1_000_000 },
    customers_search_advice: { withinSeconds: 10, statements: ["CREATE INDEX ON c (name);"] },
    count_cancel: () => {
      callOff?.();
      return {};
    },
  });
  await screen.findByText("Person 1");
  await opened.user.type(screen.getByRole("textbox", { name: "Search" }), "ada");
  const running = await screen.findByRole("region", { name: "Search under way" }, { timeout: 5_000 });
  expect(
    await within(running).findByText(/looking through public\.customers, about 1,000,000 rows/),
  ).toBeVisible();
  expect(await within(running).findByText(/of at most 10 s/)).toBeVisible();
  await opened.user.click(within(running).getByRole("button", { name: "What makes it quick" }));
  expect(within(running).getByText("CREATE INDEX ON c (name);")).toBeVisible();
  await expectAccessible(running);
  await opened.user.click(within(running).getByRole("button", { name: "Cancel" }));
  expect(await screen.findByText("The search was called off")).toBeVisible();
  slow = false;
  await opened.user.click(screen.getByRole("button", { name: "Search after all" }));
  expect(await screen.findByText("Person 1")).toBeVisible();
});

test("an id that nobody has leads to its page all the same", async () => {
  const opened = open({
    customers_list: ({ search }) => ({
      customers: search === "" ? [reference(1)] : [],
      nextCursor: null,
    }),
    customer_profile: ({ entityId }) => profile({ entityId, customer: null, audiences: [] }),
  });
  await screen.findByText("Person 1");
  await opened.user.type(screen.getByRole("textbox", { name: "Search" }), "visitor/../7");
  await opened.user.click(await screen.findByRole("button", { name: "Show what this id gets" }));
  expect(await screen.findByRole("heading", { name: "visitor/../7" })).toBeVisible();
  expect(screen.getByText(/It still has a bucket/)).toBeVisible();
});

test("without a table the page says to choose one", async () => {
  const opened = open({ customer_source_get: sourceStatus({ source: null, customers: null }) });
  expect(await screen.findByText("Choose where your customers live")).toBeVisible();
  await opened.user.click(screen.getByRole("button", { name: "Choose the table" }));
  expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
});

test("an empty table says so", async () => {
  open({
    customer_source_get: sourceStatus({ customers: 0 }),
    customers_list: { customers: [], nextCursor: null },
  });
  expect(await screen.findByText("public.customers has no rows")).toBeVisible();
});
