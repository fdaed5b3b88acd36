import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Commands, CustomerMove } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { flag, impactOf, rule } from "../testing";

const RULES = [rule("a", { percentage: 25 }), rule("b", { percentage: 10 })];

function open(answers: Answers = {}) {
  const opened = openApp("/flags/new-dashboard", {
    flag_get: flag({ rules: RULES }),
    flag_impact: (request) => impactOf(request),
    count_cancel: {},
    ...answers,
  });
  const sent = <Name extends keyof Commands>(name: Name) =>
    opened.platform.asked.filter((one) => one.name === name).map((one) => one.request) as Array<
      Commands[Name]["request"]
    >;
  return { ...opened, sent };
}

/** Types a percentage into rule 1, and answers the panel. */
async function edit({ user }: ReturnType<typeof open>, percentage: string) {
  const box = await screen.findByLabelText("Percentage of rule 1");
  await user.clear(box);
  await user.type(box, percentage);
  return screen.findByRole("region", { name: "Unsaved changes" });
}

const customer = (number: number): CustomerMove => ({
  entityId: `cus_${number}`,
  name: `Person ${number}`,
  email: null,
  from: false,
  to: true,
});

test("an edit says who gains and loses, over how many customers, and when that was counted", async () => {
  const panel = await edit(open(), "50");
  expect(await within(panel).findByText("+40")).toBeVisible();
  expect(within(panel).getByTestId("impact")).toHaveTextContent("gain true");
  expect(panel).toHaveTextContent("Impact of your unsaved change");
  await waitFor(() =>
    expect(panel).toHaveTextContent(/counted (just now|\d+ s ago) over 1,000 customers · 20 ms/),
  );
  expect(within(panel).getByText("16.0 %")).toBeVisible();
  expect(screen.getByText("Visitors outside the customers table are not counted.")).toBeVisible();
  await expectAccessible(panel);
});

test("an outdated count is called off and its answer never shown", async () => {
  let answerLate: (() => void) | undefined;
  const late = new Promise<void>((resolve) => {
    answerLate = resolve;
  });
  const opened = open({
    flag_impact: async (request) => {
      if (request.draft.rules[0]?.percentage !== 5) return impactOf(request);
      await late;
      return { ...impactOf(request), gained: 999 };
    },
  });
  await edit(opened, "5");
  await waitFor(() => expect(opened.sent("flag_impact").at(-1)?.draft.rules[0]?.percentage).toBe(5));
  const topic = opened.sent("flag_impact").at(-1)?.topic;
  const panel = await edit(opened, "60");
  await waitFor(() => expect(opened.sent("count_cancel")).toContainEqual({ topic }));
  answerLate?.();
  expect(await within(panel).findByText("+40")).toBeVisible();
  expect(screen.queryByText("+999")).not.toBeInTheDocument();
});

test("a failed count is a failure with its reason, never a zero, and can be repeated", async () => {
  let fails = true;
  const opened = open({
    flag_impact: (request) => {
      if (fails && request.draft.rules[0]?.percentage === 50) {
        throw new CommandFailure({ code: "timeout", message: "No answer within 300 s.", details: {} });
      }
      return impactOf(request);
    },
  });
  const panel = await edit(opened, "50");
  expect(await within(panel).findByText("No answer within 300 s.")).toBeVisible();
  expect(within(panel).getByText(/trying again changes nothing/)).toBeVisible();
  expect(
    within(panel).getByText(/Saving is possible all the same; whom it moves is not known/),
  ).toBeVisible();
  expect(within(panel).queryByText(/may still have happened/)).not.toBeInTheDocument();
  expect(within(panel).queryByTestId("impact")).not.toBeInTheDocument();
  expect(screen.getAllByText("not counted")).toHaveLength(3);
  fails = false;
  await opened.user.click(within(panel).getByRole("button", { name: "Try again" }));
  expect(await within(panel).findByText("+40")).toBeVisible();
});

test("a long count shows how far it is and can be called off, and counted after all", async () => {
  let callOff: (() => void) | undefined;
  let slow = true;
  const opened = open({
    flag_impact: (request) => {
      if (!slow || request.draft.rules[0]?.percentage !== 50) return impactOf(request);
      return new Promise((_, fail) => {
        callOff = () => fail(new CommandFailure({ code: "cancelled", message: "Called off.", details: {} }));
      });
    },
    count_progress: { running: true, seen: 120_000, estimated: 1_000_000 },
    count_cancel: () => {
      callOff?.();
      return {};
    },
  });
  const panel = await edit(opened, "50");
  expect(await within(panel).findByText("counting 120,000 of about 1,000,000")).toBeVisible();
  await opened.user.click(within(panel).getByRole("button", { name: "Cancel the count" }));
  expect(await within(panel).findByText("Not counted: it was called off.")).toBeVisible();
  slow = false;
  await opened.user.click(within(panel).getByRole("button", { name: "Count after all" }));
  expect(await within(panel).findByText("+40")).toBeVisible();
});

test("see who lists them by name, searched by the backend, page by page", async () => {
  const opened = open({
    impact_customers: ({ search, cursor }) =>
      search
        ? { customers: [customer(7)], nextCursor: null }
        : cursor
          ? { customers: [customer(3)], nextCursor: null }
          : { customers: [customer(1), customer(2)], nextCursor: "cus_2" },
  });
  const panel = await edit(opened, "50");
  await waitFor(() => expect(within(panel).getByRole("button", { name: "See who" })).toBeEnabled());
  await opened.user.click(within(panel).getByRole("button", { name: "See who" }));
  const dialog = await screen.findByRole("dialog", { name: "Whose value changes: 40 customers" });
  expect(await within(dialog).findByText("Person 3")).toBeVisible();
  expect(within(dialog).getByText("These are all of them.")).toBeVisible();
  expect(opened.sent("impact_customers")[0]).toMatchObject({
    flag: "f1",
    who: { kind: "moved", from: false, to: true },
  });
  await expectAccessible(dialog);
  await opened.user.type(within(dialog).getByRole("textbox", { name: "Search" }), "seven");
  expect(await within(dialog).findByText("Person 7")).toBeVisible();
  expect(within(dialog).queryByText("Person 1")).not.toBeInTheDocument();
  expect(opened.sent("impact_customers").at(-1)?.search).toBe("seven");
});

test("they are exported as a file, whose place is said; the list and its parts are one opening", async () => {
  const opened = open({
    impact_customers: { customers: [customer(1)], nextCursor: null },
    impact_customers_export: {
      fileName: "new-dashboard-gain.csv",
      directory: "/home/ada/Downloads",
      rows: 722,
      bytes: 40_000,
    },
  });
  const panel = await edit(opened, "50");
  await waitFor(() => expect(within(panel).getByRole("button", { name: "See who" })).toBeEnabled());
  await opened.user.click(within(panel).getByRole("button", { name: "See who" }));
  const dialog = await screen.findByRole("dialog", { name: /Whose value changes/ });
  await within(dialog).findByText("Person 1");
  await opened.user.type(within(dialog).getByRole("textbox", { name: "Search" }), "p");
  await waitFor(() => expect(opened.sent("impact_customers").at(-1)?.search).toBe("p"));
  const openings = new Set(opened.sent("impact_customers").map(({ opening }) => opening));
  expect(openings.size).toBe(1);
  expect([...openings][0]).toBeTruthy();
  await opened.user.click(within(dialog).getByRole("button", { name: "Export CSV" }));
  expect(await within(dialog).findByText("Downloads/new-dashboard-gain.csv")).toBeVisible();
  expect(dialog).toHaveTextContent("Saved 722 customers to");
  expect(opened.sent("impact_customers_export")[0]).toMatchObject({
    flag: "f1",
    search: "p",
    who: { kind: "moved", from: false, to: true },
  });
  expect(within(dialog).getByRole("button", { name: "Copy the file's path" })).toBeVisible();
  await expectAccessible(dialog);
});

test("a long export shows how far it is and can be cancelled", async () => {
  let cancel: (() => void) | undefined;
  const opened = open({
    impact_customers: { customers: [customer(1)], nextCursor: null },
    impact_customers_export: () =>
      new Promise((_, fail) => {
        cancel = () => fail(new CommandFailure({ code: "cancelled", message: "Cancelled.", details: {} }));
      }),
    export_progress: { running: true, rows: 1_200, seen: 400_000, estimated: 1_000_000 },
    export_cancel: () => {
      cancel?.();
      return {};
    },
  });
  const panel = await edit(opened, "50");
  await waitFor(() => expect(within(panel).getByRole("button", { name: "See who" })).toBeEnabled());
  await opened.user.click(within(panel).getByRole("button", { name: "See who" }));
  const dialog = await screen.findByRole("dialog", { name: /Whose value changes/ });
  await opened.user.click(await within(dialog).findByRole("button", { name: "Export CSV" }));
  const far = await within(dialog).findByText(/1,200 customers written/, {}, { timeout: 5_000 });
  expect(far).toHaveTextContent("400,000 of about 1,000,000 looked at");
  await opened.user.click(within(dialog).getByRole("button", { name: "Cancel the export" }));
  expect(await within(dialog).findByText(/No file was kept/)).toBeVisible();
});

test("the customers are broken down by an attribute", async () => {
  const opened = open({
    impact_customers: { customers: [], nextCursor: null },
    attributes_list: [
      {
        name: "plan",
        type: "text",
        dbType: "plan",
        nullable: true,
        enumValues: ["free", "enterprise"],
        operators: ["equals"],
      },
    ],
    impact_breakdown: {
      customers: 1_000,
      values: [
        { value: "enterprise", gained: 31, lost: 0, changed: 0 },
        { value: null, gained: 7, lost: 0, changed: 0 },
      ],
      others: { values: 2, gained: 2, lost: 0, changed: 0 },
      countedAt: new Date().toISOString(),
      durationMs: 12,
    },
  });
  const panel = await edit(opened, "50");
  await waitFor(() => expect(within(panel).getByRole("button", { name: "See who" })).toBeEnabled());
  await opened.user.click(within(panel).getByRole("button", { name: "See who" }));
  await opened.user.click(await screen.findByRole("radio", { name: "By attribute" }));
  const table = await screen.findByRole("table", { name: /by plan/ });
  const rows = within(table).getAllByRole("row");
  expect(rows.map((row) => row.textContent)).toEqual([
    "planof 40 customersgain truelose true",
    "enterprise77.5 %310",
    "nothing17.5 %70",
    "2 other values5.0 %20",
  ]);
  await expectAccessible(table);
});

test("a rule that reaches nobody is marked with the rules that took its people", async () => {
  open({
    flag_impact: (request) => {
      const impact = impactOf(request);
      return {
        ...impact,
        rules: impact.rules.map((each, index) =>
          index === 1 ? { ...each, net: 0, takenBy: [{ ruleId: "a", customers: 100 }] } : each,
        ),
      };
    },
  });
  const row = await screen.findByRole("listitem", { name: /^Rule 2/ });
  await waitFor(() => expect(row).toHaveTextContent("Reaches nobody: rule 1 takes all 100."));
});
