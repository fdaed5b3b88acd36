import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { CustomerReference, Why } from "@/contract";
import { flag, rule } from "@/features/flag/testing";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";

const maria: CustomerReference = { entityId: "ALFKI", name: "Maria Anders", email: "shared@example.com" };
const ana: CustomerReference = { entityId: "ANATR", name: "Ana Trujillo", email: "shared@example.com" };
const tested = flag({ rules: [rule("a", { audienceId: "ent" }), rule("b", { percentage: 10 })] });

const why: Why = {
  flag: tested,
  environment: "production",
  entityId: "ALFKI",
  customer: { ...maria, fields: [{ attribute: "plan", type: "text", value: "free" }] },
  evaluation: { value: false, variationIndex: 0, reason: { kind: "FALLTHROUGH" } },
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
    },
  ],
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
    evaluations_list: { evaluations: [], nextCursor: null },
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

test("a failure says what failed and offers to try again", async () => {
  open("/why?flag=new-dashboard&entity=ALFKI", {
    why: () => {
      throw new CommandFailure({ code: "database_unavailable", message: "No answer.", details: {} });
    },
  });
  expect(await screen.findByText("It could not be explained.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});
