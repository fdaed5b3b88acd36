import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { AudienceImpact, Commands, CustomerReference, FlagMoved } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
// Loaded before the first test, not within its time.
import "../AudiencePage";
import { ATTRIBUTES, audience } from "../model/testing";

const moved = (key: string, more: Partial<FlagMoved> = {}): FlagMoved => ({
  flag: { id: key, key },
  environments: [],
  killed: false,
  moves: [],
  gained: 0,
  lost: 0,
  changed: 0,
  ...more,
});
const impact: AudienceImpact = {
  customers: 50_000,
  membersNow: 4_816,
  membersAfter: 4_859,
  joining: 61,
  leaving: 18,
  flags: [
    moved("new-dashboard", { environments: ["production"], gained: 61, lost: 18 }),
    moved("sso-enforced", { gained: 240, lost: 71, killed: true }),
    moved("untouched", { environments: ["staging"] }),
  ],
  countedAt: new Date().toISOString(),
  durationMs: 41,
};
const customer = (number: number): CustomerReference => ({
  entityId: `cus_${number}`,
  name: `Person ${number}`,
  email: null,
});

function open(answers: Answers = {}) {
  const stored = audience({ usedBy: impact.flags.map(({ flag }) => flag) });
  const opened = openApp(`/audiences/${stored.id}`, {
    audiences_list: [stored],
    audience_get: () => stored,
    attributes_list: [...ATTRIBUTES],
    audiences_broken: [],
    audience_count: { customers: 4_859, total: 50_000, countedAt: new Date().toISOString(), durationMs: 41 },
    audience_sample: { compared: [], members: [], nextCursor: null },
    audience_impact: impact,
    count_cancel: {},
    ...answers,
  });
  const sent = <Name extends keyof Commands>(name: Name) =>
    opened.platform.asked.filter((one) => one.name === name).map((one) => one.request) as Array<
      Commands[Name]["request"]
    >;
  return { ...opened, sent };
}

/** Types another value into the condition, and answers the panel. */
async function edit({ user }: ReturnType<typeof open>, value = "pro") {
  const box = await screen.findByLabelText("Value of condition 1", { selector: "input" });
  await user.clear(box);
  await user.type(box, value);
  return screen.findByRole("region", { name: "Unsaved changes" });
}

/** Opens the list once what was typed is counted: until then there is nothing to see. */
async function seeWho({ user, sent }: ReturnType<typeof open>, panel: HTMLElement, value = "pro") {
  await waitFor(() => {
    expect(JSON.stringify(sent("audience_impact").at(-1)?.condition)).toContain(`"${value}"`);
    expect(within(panel).getByRole("button", { name: "See who" })).toBeEnabled();
  });
  await user.click(within(panel).getByRole("button", { name: "See who" }));
  return screen.findByRole("dialog", { name: "Who comes in and who goes out" });
}

test("an edit says by flag who gains and loses, where, and counts only those that serve", async () => {
  const panel = await edit(open());
  expect(await within(panel).findByText("Saving moves people in 1 flag")).toBeVisible();
  const rows = within(panel).getAllByRole("listitem");
  expect(rows[0]).toHaveTextContent(/new-dashboard.*\+ 61 gain− 18 lose.*Production/);
  expect(rows[1]).toHaveTextContent(/sso-enforced.*once it is restored/);
  expect(rows[2]).toHaveTextContent(/untouched.*nobody moves.*Staging/);
  expect(panel).toHaveTextContent("61 come in, 18 go out: 4,816 → 4,859 customers");
  // Typed slowly, it is counted more than once.
  await waitFor(() => expect(panel).toHaveTextContent(/counted .* over 50,000 customers in 41 ms/));
  await expectAccessible(panel);
});

test("an edit of the name alone counts nothing and says that nobody moves", async () => {
  const opened = open();
  await opened.user.type(await screen.findByLabelText("Name"), "!");
  expect(await screen.findByText("Changes the name only: nobody gets another value.")).toBeVisible();
  expect(opened.sent("audience_impact")).toEqual([]);
});

test("a failed count is a failure with its reason, never a zero, and can be repeated", async () => {
  let fails = true;
  const opened = open({
    audience_impact: () => {
      if (fails) throw new CommandFailure({ code: "timeout", message: "No answer in 300 s.", details: {} });
      return impact;
    },
  });
  const panel = await edit(opened);
  await waitFor(() => expect(within(panel).getByText("No answer in 300 s.")).toBeVisible());
  expect(within(panel).queryByTestId("audience-impact")).not.toBeInTheDocument();
  fails = false;
  await opened.user.click(within(panel).getByRole("button", { name: "Try again" }));
  expect(await within(panel).findByText("Saving moves people in 1 flag")).toBeVisible();
});

test("see who lists those who come in, then those who go out, searched by the database", async () => {
  const opened = open({
    audience_impact_customers: ({ who, search, cursor }) => {
      if (search) return { customers: [customer(7)], nextCursor: null };
      if (who === "leaving") return { customers: [customer(9)], nextCursor: null };
      return cursor
        ? { customers: [customer(2)], nextCursor: null }
        : { customers: [customer(1)], nextCursor: "cus_1" };
    },
  });
  const panel = await edit(opened);
  const dialog = await seeWho(opened, panel);
  expect(await within(dialog).findByText("Person 2")).toBeVisible();
  expect(within(dialog).getByText("These are all of them.")).toBeVisible();
  await expectAccessible(dialog);
  await opened.user.click(within(dialog).getByRole("radio", { name: "Go out · 18" }));
  expect(await within(dialog).findByText("Person 9")).toBeVisible();
  await opened.user.type(within(dialog).getByRole("textbox", { name: "Search" }), "seven");
  expect(await within(dialog).findByText("Person 7")).toBeVisible();
  const openings = new Set(opened.sent("audience_impact_customers").map(({ opening }) => opening));
  expect(openings.size, "one opening of the list, one record").toBe(1);
  await waitFor(() => expect(opened.sent("audience_impact_customers").at(-1)?.search).toBe("seven"));
});

test("those who are listed are exported as a file, which the list then names", async () => {
  const opened = open({
    audience_impact_customers: { customers: [customer(9)], nextCursor: null },
    audience_impact_customers_export: {
      fileName: "Enterprise-go-out.csv",
      directory: "/home/ada/Downloads",
      rows: 18,
      bytes: 900,
    },
  });
  const panel = await edit(opened);
  const dialog = await seeWho(opened, panel);
  await opened.user.click(within(dialog).getByRole("radio", { name: "Go out · 18" }));
  await within(dialog).findByText("Person 9");
  await opened.user.click(within(dialog).getByRole("button", { name: "Export CSV" }));
  expect(await within(dialog).findByText("Downloads/Enterprise-go-out.csv")).toBeVisible();
  expect(opened.sent("audience_impact_customers_export")[0]).toMatchObject({ who: "leaving", search: "" });
});
