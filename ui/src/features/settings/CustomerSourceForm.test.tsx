import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import type { CustomerSource } from "@/contract";
import { CommandFailure } from "@/platform";
import { expectAccessible } from "@/testing/axe";
import { type Answers, answerWith } from "@/testing/platform";
import { renderWithin } from "@/testing/render";
import { CustomerSourceForm } from "./CustomerSourceForm";
import { column, table } from "./testing";

const customers = table("customers", [
  column("customer_id", "character varying(5)", { unique: true }),
  column("company_name", "text"),
]);
const clients = {
  ...table("clients", [column("id", "uuid", { unique: true }), column("email", "text")]),
  schema: "crm",
};
const source: CustomerSource = {
  customers: {
    schema: "public",
    table: "customers",
    idColumn: "customer_id",
    nameColumn: "company_name",
    emailColumn: null,
  },
  events: null,
};
const NOTHING_CHOSEN: Answers = {
  catalogue_list: [clients, customers],
  customer_source_get: {
    source: null,
    customers: null,
    problem: null,
    advice: [],
    missingGrants: [],
    brokenAudiences: [],
  },
  audiences_list: [],
};
const CHOSEN: Answers = {
  ...NOTHING_CHOSEN,
  customer_source_get: {
    source,
    customers: 91,
    problem: null,
    advice: [],
    missingGrants: [],
    brokenAudiences: [],
  },
};

function open(answers: Answers) {
  const platform = answerWith(answers);
  return { ...renderWithin(<CustomerSourceForm />), platform };
}
const field = (name: string) => screen.findByRole("combobox", { name });

describe("choosing", () => {
  test("starts with what is likely, so that one press is enough", async () => {
    const onSaved = vi.fn();
    const onEditing = vi.fn();
    const platform = answerWith({
      ...NOTHING_CHOSEN,
      customer_source_set: {
        source,
        customers: 91,
        problem: null,
        advice: [],
        missingGrants: [],
        brokenAudiences: [],
      },
    });
    const { user } = renderWithin(<CustomerSourceForm onSaved={onSaved} onEditing={onEditing} />);
    expect(await field("Table or view")).toHaveValue("customers");
    expect(await field("Id")).toHaveValue("customer_id");
    expect(await field("Name")).toHaveValue("company_name");
    await expectAccessible();
    expect(onEditing).toHaveBeenLastCalledWith(true);
    await user.click(screen.getByRole("button", { name: "Save and continue" }));
    await waitFor(() => expect(onSaved).toHaveBeenCalled());
    expect(platform.asked).toContainEqual({ name: "customer_source_set", request: { source } });
  });

  test("a table is found by typing, and brings its columns", async () => {
    const { user } = open(NOTHING_CHOSEN);
    const tables = await field("Table or view");
    await user.clear(tables);
    await user.type(tables, "crm");
    await user.click(await screen.findByRole("option", { name: /crm\.clients.*table · about 91 rows/ }));
    expect(await field("Id")).toHaveValue("id");
    expect(await field("E-mail")).toHaveValue("email");
  });

  test("without a table it says what is missing, beside the field, and asks nothing", async () => {
    const { user, platform } = open({ ...NOTHING_CHOSEN, catalogue_list: [table("orders", [])] });
    await user.click(await screen.findByRole("button", { name: "Save customer source" }));
    expect(await field("Table or view")).toHaveAccessibleDescription(/Choose the table or view/);
    expect(platform.asked.some(({ name }) => name === "customer_source_set")).toBe(false);
  });

  test("what the app refuses stands beside its field, and the choice stays", async () => {
    const { user } = open({
      ...NOTHING_CHOSEN,
      customer_source_set: () => {
        throw new CommandFailure({
          code: "invalid",
          message: "Something is wrong.",
          details: { violations: [{ path: "customers.idColumn", message: "Ids must be unique." }] },
        });
      },
    });
    await user.click(await screen.findByRole("button", { name: "Save customer source" }));
    expect(await screen.findByText("Ids must be unique.")).toBeVisible();
    const id = await field("Id");
    expect(id).toHaveAccessibleDescription("Ids must be unique.");
    expect(id).toHaveValue("customer_id");
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });
});

describe("what was chosen", () => {
  test("shows how many customers there are, and cannot be saved again unchanged", async () => {
    open(CHOSEN);
    expect(await screen.findByText("91 customers")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save customer source" })).toBeDisabled();
  });

  test("another table warns of the audiences that it would lose", async () => {
    const { user } = open({
      ...CHOSEN,
      audiences_list: [
        {
          name: "Germany",
          condition: { attribute: "country", operator: "equals", value: "Germany" },
          usedBy: [{ id: "f1", key: "new-dashboard" }],
        } as never,
      ],
    });
    const tables = await field("Table or view");
    await user.clear(tables);
    await user.type(tables, "clients");
    await user.click(await screen.findByRole("option", { name: /clients/ }));
    expect(await screen.findByText(/1 audience looks at what crm.clients does not have/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(tables).toHaveValue("customers");
  });

  test("a table that is gone is said, and its name stays to be seen", async () => {
    open({
      ...CHOSEN,
      catalogue_list: [clients],
      customer_source_get: {
        source,
        customers: null,
        problem: "There is no table public.customers.",
        advice: [],
        missingGrants: [],
        brokenAudiences: [],
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no table public.customers.");
    expect(await field("Table or view")).toHaveValue("customers");
  });
});

test("audiences that the tables break are named with their flags, and what is missing comes with its statement", async () => {
  const statement = 'CREATE INDEX CONCURRENTLY ON "public"."customers" ("customer_id");';
  open({
    ...CHOSEN,
    customer_source_get: {
      source,
      customers: 91,
      problem: null,
      advice: [
        { use: "customer_id", schema: "public", table: "customers", column: "customer_id", statement },
      ],
      missingGrants: ["GRANT SELECT ON public.customers TO halyard_shop_support;"],
      brokenAudiences: [
        {
          id: "a1",
          name: "Large",
          violations: [{ path: "condition", message: "public.customers has no column “seats”." }],
          usedBy: [{ id: "f1", key: "new-dashboard" }],
        },
      ],
    },
  });
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("1 audience does not fit these tables.");
  expect(alert).toHaveTextContent("Large: public.customers has no column “seats”, used by new-dashboard");
  expect(screen.getByText(statement)).toBeVisible();
  expect(screen.getByText(/GRANT SELECT/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Copy the statement" })).toBeVisible();
  await expectAccessible();
});

test("a database without tables says what to ask for; one that does not answer can be asked again", async () => {
  const empty = open({ ...NOTHING_CHOSEN, catalogue_list: [] });
  expect(await screen.findByText("There is no table to choose from")).toBeVisible();
  empty.unmount();
  open({
    ...NOTHING_CHOSEN,
    catalogue_list: () => {
      throw new CommandFailure({ code: "timeout", message: "It took too long.", details: {} });
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("The tables of the database could not be read.");
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});
