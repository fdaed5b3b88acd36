import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Commands, Member } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
// Loaded before the first test, not within its time.
import "../AudiencePage";
import { ATTRIBUTES, audience, COUNTRY, PLAN } from "../model/testing";

const member = (number: number, country: string): Member => ({
  entityId: `cus_${number}`,
  name: `Person ${number}`,
  email: `p${number}@example.com`,
  values: ["enterprise", country],
});

function open(answers: Answers = {}) {
  const stored = audience({ condition: { all: [PLAN, COUNTRY] } });
  const opened = openApp(`/audiences/${stored.id}`, {
    audiences_list: [stored],
    audience_get: () => stored,
    attributes_list: [...ATTRIBUTES],
    audiences_broken: [],
    audience_count: { customers: 3, total: 50_000, countedAt: new Date().toISOString(), durationMs: 41 },
    audience_sample: { compared: [PLAN, COUNTRY], members: [], nextCursor: null },
    count_cancel: {},
    ...answers,
  });
  const sent = <Name extends keyof Commands>(name: Name) =>
    opened.platform.asked.filter((one) => one.name === name).map((one) => one.request) as Array<
      Commands[Name]["request"]
    >;
  return { ...opened, sent };
}
const card = () => screen.findByRole("region", { name: "Members" });

test("some of them are named with what the condition compares, and more on demand", async () => {
  const opened = open({
    audience_sample: ({ cursor }) =>
      cursor
        ? { compared: [PLAN, COUNTRY], members: [member(3, "DE")], nextCursor: null }
        : { compared: [PLAN, COUNTRY], members: [member(1, "CU"), member(2, "KP")], nextCursor: "cus_2" },
  });
  const members = await card();
  const row = await within(members).findByRole("row", { name: /Person 1/ });
  expect(row).toHaveTextContent("Person 1enterpriseCU");
  await expectAccessible(members);
  await opened.user.click(within(members).getByRole("button", { name: "More of them" }));
  expect(await within(members).findByText("Person 3")).toBeVisible();
  expect(within(members).getByText("These are all 3.")).toBeVisible();
});

test("more of them come although a change makes the list be read anew meanwhile", async () => {
  let held: Array<() => void> = [];
  const opened = open({
    audience_sample: async ({ cursor }) => {
      if (!cursor) return { compared: [PLAN, COUNTRY], members: [member(1, "CU")], nextCursor: "cus_1" };
      await new Promise<void>((go) => held.push(go));
      return { compared: [PLAN, COUNTRY], members: [member(2, "DE")], nextCursor: null };
    },
  });
  const members = await card();
  await opened.user.click(await within(members).findByRole("button", { name: "More of them" }));
  await waitFor(() => expect(held).toHaveLength(1));
  await opened.client.invalidateQueries();
  await waitFor(() => expect(held).toHaveLength(2));
  for (const go of held) go();
  held = [];
  expect(await within(members).findByText("Person 2")).toBeVisible();
});

test("an audience of nobody says so, and one that could not be read says why", async () => {
  let fails = true;
  const { user } = open({
    audience_sample: () => {
      if (fails) throw new CommandFailure({ code: "timeout", message: "Not within 30 s.", details: {} });
      return { compared: [], members: [], nextCursor: null };
    },
  });
  const members = await card();
  expect(await within(members).findByText("Not within 30 s.")).toBeVisible();
  fails = false;
  await user.click(within(members).getByRole("button", { name: "Try again" }));
  expect(await within(members).findByText(/Nobody is in it/)).toBeVisible();
});

test("a customer is checked against the condition on the page, each test beside what the row holds", async () => {
  const opened = open({
    customers_search: [
      { entityId: "cus_1", name: "Ana Trujillo", email: "same@example.com" },
      { entityId: "cus_2", name: "Ana's brother", email: "same@example.com" },
    ],
    customer_get: { entityId: "cus_1", name: "Ana Trujillo", email: "same@example.com", fields: [] },
    audience_check: {
      customer: { entityId: "cus_1", name: "Ana Trujillo", email: "same@example.com" },
      holds: false,
      condition: {
        all: [
          { leaf: PLAN, rowValue: "enterprise", holds: true },
          { leaf: COUNTRY, rowValue: "DE", holds: false },
        ],
        holds: false,
      },
    },
  });
  const members = await card();
  await opened.user.click(within(members).getByRole("radio", { name: "Check a customer" }));
  await opened.user.type(within(members).getByRole("textbox", { name: "Customer" }), "same@");
  // Two with one e-mail address are a choice.
  expect(await screen.findAllByRole("option", { name: /same@example\.com/ })).toHaveLength(2);
  await opened.user.click(screen.getByRole("option", { name: /Ana Trujillo/ }));
  await waitFor(() => expect(members).toHaveTextContent("No. Ana Trujillo is not in it."));
  const tests = within(within(members).getByRole("list", { name: "Conditions" })).getAllByRole("listitem");
  expect(tests[0]).toHaveTextContent("plan enterprisemust equal enterprise");
  expect(within(tests[1] as HTMLElement).getByRole("img", { name: "does not hold" })).toBeVisible();
  expect(tests[1]).toHaveTextContent("country DEmust be one of CU, KP");
  await expectAccessible(members);
  expect(opened.sent("audience_check")[0]).toEqual({
    condition: { all: [PLAN, COUNTRY] },
    entityId: "cus_1",
  });
});

test("an id that is not in the table is answered", async () => {
  const opened = open({
    customers_search: [],
    customer_get: () => {
      throw new CommandFailure({ code: "not_found", message: "There is no such customer.", details: {} });
    },
    audience_check: { customer: null, holds: false, condition: null },
  });
  const members = await card();
  await opened.user.click(within(members).getByRole("radio", { name: "Check a customer" }));
  await opened.user.type(within(members).getByRole("textbox", { name: "Customer" }), "stranger");
  await opened.user.click(await screen.findByRole("option", { name: /Use stranger as an id/ }));
  await waitFor(() => expect(members).toHaveTextContent("stranger is not in the customers table"));
});
