import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { CustomerReference, Why } from "@/contract";
import { flag, rule } from "@/features/flag/testing";
import { summary } from "@/features/flags/testing";
import { CommandFailure } from "@/platform";
import { openApp, READY, RIGHTS } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { pastOf } from "./testing";

const maria: CustomerReference = { entityId: "ALFKI", name: "Maria Anders", email: "shared@example.com" };
const ana: CustomerReference = { entityId: "ANATR", name: "Ana Trujillo", email: "shared@example.com" };
const tested = flag({ rules: [rule("a", { audienceId: "ent" }), rule("b", { percentage: 10 })] });

const why: Why = {
  flag: tested,
  environment: "production",
  entityId: "ALFKI",
  customer: { ...maria, fields: [{ attribute: "plan", type: "text", value: "free" }] },
  unread: null,
  evaluation: { value: false, variationIndex: 0, reason: { kind: "FALLTHROUGH" } },
  switched: null,
  trace: {
    isActive: true,
    environmentOn: true,
    bucket: 37_120,
    rules: [
      { ruleId: "a", audienceMatched: false, threshold: null, outcome: "audience_no" },
      { ruleId: "b", audienceMatched: null, threshold: 10_000, outcome: "percentage_no" },
    ],
  },
  audiences: [
    {
      audienceId: "ent",
      name: "Enterprise",
      member: false,
      condition: {
        leaf: { attribute: "plan", operator: "equals", value: "enterprise" },
        rowValue: "free",
        holds: false,
      },
      problem: null,
    },
  ],
  flips: [
    {
      change: { kind: "atLeast", ruleIndex: 1, threshold: 37_121 },
      value: true,
      reason: { kind: "RULE_MATCH", ruleIndex: 1, ruleId: "b" },
    },
  ],
  past: null,
};

function open(path: string, answers: Answers = {}) {
  return openApp(path, {
    why: ({ entityId }) => (entityId === "ALFKI" ? why : { ...why, entityId, customer: null }),
    customers_search: ({ query }) =>
      [maria, ana].filter(({ email, entityId }) => `${email} ${entityId}`.includes(query)),
    customer_get: ({ entityId }) => {
      if (entityId === "ALFKI") return { ...maria, fields: [] };
      throw new CommandFailure({ code: "not_found", message: "Not in the table.", details: {} });
    },
    evaluations_list: { evaluations: [], nextCursor: null, newerCursor: null, lookedTo: null },
    ...answers,
  });
}

test("the sentence comes first, then the steps with the row's values beside the rules'", async () => {
  open("/why?flag=new-dashboard&entity=ALFKI");
  expect(await screen.findByTestId("why-sentence")).toHaveTextContent(
    "Maria Anders gets false, the default.Rule 1 needs plan = enterprise; this customer's is free.",
  );
  const steps = within(screen.getByRole("list", { name: "Steps" }));
  expect(steps.getByText("not in audience")).toBeVisible();
  const condition = steps.getByRole("list", { name: "Condition" });
  expect(condition).toHaveTextContent("planfreemust equal enterprise");
  expect(steps.getByRole("img", { name: "Bucket 37.120 is outside the first 10 %" })).toBeVisible();
  expect(screen.getByRole("list", { name: "What would change it" })).toHaveTextContent("37.121 %");
  await expectAccessible();
});

describe("choosing a customer", () => {
  test("several with one e-mail are a choice, never a guess", async () => {
    const { user, platform } = open("/why?flag=new-dashboard");
    await user.type(await screen.findByRole("textbox", { name: "Customer" }), "shared@example.com");
    const options = await screen.findAllByRole("option");
    expect(options[0]).toHaveTextContent("Maria Anders");
    expect(options[1]).toHaveTextContent("Ana Trujillo");
    expect(platform.asked.some(({ name }) => name === "why")).toBe(false);
    await user.click(options[0] as HTMLElement);
    expect(await screen.findByTestId("why-sentence")).toHaveTextContent("Maria Anders gets");
  });

  test("Enter before the answer counts once it is there, and leads on to the flag", async () => {
    const { user } = open("/why");
    await user.type(await screen.findByRole("textbox", { name: "Customer" }), "ALFKI{Enter}");
    expect(await screen.findByText("Which flag?")).toBeVisible();
    expect(screen.getByLabelText("Flag", { selector: "input" })).toHaveFocus();
    expect(await screen.findByDisplayValue("Maria Anders · ALFKI")).toBeVisible();
  });

  test("Enter leaves several customers as a choice", async () => {
    const { user, platform } = open("/why?flag=new-dashboard");
    await user.type(await screen.findByRole("textbox", { name: "Customer" }), "shared@{Enter}");
    expect(await screen.findAllByRole("option")).toHaveLength(3);
    expect(platform.asked.some(({ name }) => name === "why")).toBe(false);
  });

  test("an id that is not in the table is taken by Enter", async () => {
    const { user, platform } = open("/why?flag=new-dashboard");
    await user.type(await screen.findByRole("textbox", { name: "Customer" }), "visitor-9");
    await screen.findByRole("option", { name: /as an id/ });
    await user.keyboard("{Enter}");
    expect(await screen.findByText(/is not in the customers table. It is in no audience/)).toBeVisible();
    await waitFor(() =>
      expect(platform.asked).toContainEqual({
        name: "why",
        request: { flag: "new-dashboard", entityId: "visitor-9", environment: "production" },
      }),
    );
  });
});

describe("choosing a flag", () => {
  const listed = (key: string, name: string, archivedAt: string | null = null) => ({
    ...summary({ id: key, key, name }),
    archivedAt,
  });

  test("finds it by key or name, the key that begins so first, archived ones too", async () => {
    const flags = [listed("invoice-pdf", "PDF on the new service"), listed("new-dashboard", "Dashboard")];
    const gone = [listed("old-news", "News", "2026-01-01T00:00:00Z")];
    const { user } = open("/why?entity=ALFKI", {
      flags_list: ({ archived }) => ({ flags: archived ? gone : flags, configVersion: 1 }),
    });
    await user.type(await screen.findByLabelText("Flag", { selector: "input" }), "new");
    const found = await screen.findAllByRole("option");
    expect(found.map((option) => option.textContent)).toEqual([
      "new-dashboardDashboard",
      "old-newsarchivedNews",
      "invoice-pdfPDF on the new service",
    ]);
  });
});

const VIEWER = {
  ...READY,
  rights: { ...RIGHTS, role: "viewer" as const, may: { ...RIGHTS.may, readCustomers: false } },
};
const MOMENT = "2026-06-14T14:02:11.123456Z";

describe("a moment of the past", () => {
  const then: Why = { ...why, flips: [], past: pastOf({ at: MOMENT }) };

  test("a link from the log asks about that very call, and tells then from now", async () => {
    const { platform } = open(`/why?flag=new-dashboard&entity=ALFKI&environment=staging&at=${MOMENT}`, {
      why: then,
    });
    expect(await screen.findByTestId("why-sentence")).toHaveTextContent(
      "Maria Anders got false, the default.Rule 1 took Enterprise; this customer was not in it.",
    );
    expect(screen.getByTestId("why-difference")).toHaveTextContent("Nothing that decides has changed since");
    expect(screen.getByText(/Today's row; what it held then is not kept/)).toBeVisible();
    expect(screen.getByRole("button", { name: /^When: 14 Jun 2026/ })).toBeVisible();
    expect(platform.asked).toContainEqual({
      name: "why",
      request: { flag: "new-dashboard", entityId: "ALFKI", environment: "staging", at: MOMENT },
    });
    await expectAccessible();
  });

  test("a typed moment is asked about; one that has not come is refused beside the field", async () => {
    const { user, platform } = open("/why?flag=new-dashboard&entity=ALFKI", { why: then });
    await user.click(await screen.findByRole("button", { name: "When: now" }));
    const field = await screen.findByLabelText(/^Day and time/);
    fireEvent.change(field, { target: { value: "2999-01-01T00:00:00" } });
    await user.click(screen.getByRole("button", { name: "Ask about then" }));
    expect(await screen.findByText("That moment has not come yet. Choose one of the past.")).toBeVisible();
    fireEvent.change(field, { target: { value: "2026-06-14T14:02:11" } });
    await user.click(screen.getByRole("button", { name: "Ask about then" }));
    await waitFor(() =>
      expect(platform.asked).toContainEqual({
        name: "why",
        request: {
          flag: "new-dashboard",
          entityId: "ALFKI",
          environment: "production",
          at: new Date("2026-06-14T14:02:11").toISOString(),
        },
      }),
    );
  });
});

test("all flags are a list with a reason each; one opens with its steps", async () => {
  const { user } = open("/why?flag=*&entity=ALFKI", {
    why_all: {
      entityId: "ALFKI",
      customer: why.customer,
      unread: null,
      flags: [
        {
          id: "f1",
          key: "new-dashboard",
          version: 7,
          evaluation: why.evaluation,
          bucket: 37_120,
          rule: null,
          audienceName: null,
          ruleCount: 2,
          basis: "today",
        },
      ],
    },
  });
  const row = await screen.findByRole("row", { name: /new-dashboard/ });
  expect(row).toHaveTextContent("none of 2 rules matched, bucket 37.120");
  await expectAccessible();
  await user.click(within(row).getByText("new-dashboard"));
  expect(await screen.findByTestId("why-sentence")).toHaveTextContent("Maria Anders gets false");
});

test("without the right to see customers it says whom to ask, and asks nothing", async () => {
  const { platform } = open("/why?flag=new-dashboard&entity=ALFKI", { workspace_status: VIEWER });
  expect(await screen.findByText(/cannot see customers. Ask for the role support/)).toBeVisible();
  expect(platform.asked.some(({ name }) => name === "why")).toBe(false);
});

describe("what cannot be explained", () => {
  const notFound = (message: string) => () => {
    throw new CommandFailure({ code: "not_found", message, details: {} });
  };

  test("an unknown flag says so without an offer to try again", async () => {
    open("/why?flag=no-such&entity=ALFKI", { why: notFound("There is no flag “no-such”.") });
    expect(await screen.findByText("There is no flag no-such")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
    await expectAccessible();
  });

  test("a moment before the flag offers now", async () => {
    const { user } = open(`/why?flag=new-dashboard&entity=ALFKI&at=${MOMENT}`, {
      why: ({ at }) => (at ? notFound("It did not exist at that moment.")() : why),
    });
    expect(await screen.findByText("It did not exist at that moment.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Ask about now" }));
    expect(await screen.findByTestId("why-sentence")).toHaveTextContent("Maria Anders gets false");
  });

  test("an audience that cannot be computed says why, and the rules after it are not reached", async () => {
    const unreadable = { audienceId: "ent", name: "Enterprise", member: null, condition: null };
    open("/why?flag=new-dashboard&entity=ALFKI", {
      why: {
        ...why,
        evaluation: { ...why.evaluation, reason: { kind: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" } },
        trace: {
          ...why.trace,
          rules: why.trace.rules.map((rule) => ({ ...rule, audienceMatched: null, outcome: "not_reached" })),
        },
        audiences: [{ ...unreadable, problem: "There is no attribute plan any more." }],
        flips: [],
      },
    });
    const steps = within(await screen.findByRole("list", { name: "Steps" }));
    expect(steps.getByText("audience cannot be computed")).toBeVisible();
    expect(steps.getByText(/There is no attribute plan any more/)).toBeVisible();
    expect(steps.getByText("Rule 2")).toBeVisible();
    await expectAccessible();
  });

  test("customers that cannot be read are not said to be missing from the table", async () => {
    open("/why?flag=new-dashboard&entity=ALFKI", {
      why: { ...why, customer: null, unread: "The database did not answer in time." },
    });
    expect(await screen.findByText(/The customers table cannot be read now, so what/)).toBeVisible();
    expect(screen.queryByText(/is not in the customers table/)).toBeNull();
  });
});

test("a value that a line cannot hold is there in full", async () => {
  const value = { headline: "Welcome back", steps: ["Invite your team", "Connect your data"] };
  open("/why?flag=new-dashboard&entity=ALFKI", {
    why: { ...why, evaluation: { ...why.evaluation, value } },
  });
  const whole = await screen.findByRole("textbox", { name: "The value in full" });
  expect(whole).toHaveValue(JSON.stringify(value, null, 2));
  await expectAccessible();
});

test("a failure says what failed and offers to try again", async () => {
  open("/why?flag=new-dashboard&entity=ALFKI", {
    why: () => {
      throw new CommandFailure({ code: "database_unavailable", message: "No answer.", details: {} });
    },
  });
  expect(await screen.findByText("It could not be explained.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});
