import { describe, expect, test } from "vitest";
import { column, table } from "../testing";
import {
  canBeId,
  formOf,
  likelySource,
  lostAudiences,
  missingFields,
  NO_SOURCE,
  placed,
  sourceOf,
  tableKey,
  tableName,
  withCustomersTable,
  withEventsTable,
} from "./source";

const customers = table("customers", [
  column("customer_id", "character varying(5)", { unique: true }),
  column("company_name", "text"),
  column("country", "text"),
]);

describe("what is likely", () => {
  test("the key of the table is the id, also under another name", () => {
    expect(withCustomersTable(NO_SOURCE, customers)).toMatchObject({
      idColumn: "customer_id",
      nameColumn: "company_name",
      emailColumn: "",
    });
  });

  test("a unique e-mail does not beat a unique id", () => {
    const users = table("users", [
      column("email", "text", { unique: true }),
      column("id", "uuid", { unique: true }),
    ]);
    expect(withCustomersTable(NO_SOURCE, users)).toMatchObject({ idColumn: "id", emailColumn: "email" });
  });

  test("a view has nothing unique: its id is found by name", () => {
    const view = table("people", [column("mail", "text"), column("ID", "bigint")]);
    expect(withCustomersTable(NO_SOURCE, view)).toMatchObject({ idColumn: "ID", emailColumn: "mail" });
  });

  test("what cannot be an id is never taken for one", () => {
    const odd = table("customers", [column("id", "jsonb", { type: "json", unique: true })]);
    expect(withCustomersTable(NO_SOURCE, odd).idColumn).toBe("");
    expect(canBeId(column("id", "timestamp with time zone", { type: "timestamp" }))).toBe(false);
    expect(canBeId(column("id", "numeric(10,0)", { type: "number" }))).toBe(true);
  });

  test("customers before users before accounts, in whatever schema; events come along when they fit", () => {
    const events = table("events", [
      column("customer_id", "text"),
      column("name", "text"),
      column("occurred_at", "timestamp with time zone", { type: "timestamp" }),
    ]);
    const crm = { ...customers, schema: "crm" };
    expect(likelySource([table("accounts", []), crm, events])).toEqual({
      customersTable: tableKey(crm),
      idColumn: "customer_id",
      nameColumn: "company_name",
      emailColumn: "",
      eventsTable: tableKey(events),
      eventCustomerColumn: "customer_id",
      eventNameColumn: "name",
      eventTimeColumn: "occurred_at",
    });
    expect(likelySource([customers, table("events", [column("x", "text")])]).eventsTable).toBe("");
    expect(likelySource([table("orders", [])])).toEqual(NO_SOURCE);
  });

  test("another customers table keeps the events, another events table keeps the customers", () => {
    const form = withEventsTable(withCustomersTable(NO_SOURCE, customers), table("log", []));
    expect(withCustomersTable(form, undefined)).toMatchObject({
      customersTable: "",
      eventsTable: form.eventsTable,
    });
    expect(withEventsTable(form, undefined)).toMatchObject({ idColumn: "customer_id", eventsTable: "" });
  });
});

test("a source survives the way through the form, whatever its names", () => {
  const source = {
    customers: { schema: 'a"b.c', table: "kund,en", idColumn: "id", nameColumn: null, emailColumn: "e" },
    events: {
      schema: "public",
      table: "e.v",
      customerIdColumn: "c",
      nameColumn: "n",
      timeColumn: null,
    },
  };
  expect(sourceOf(formOf(source))).toEqual(source);
  expect(sourceOf(formOf({ ...source, events: null }))).toEqual({ ...source, events: null });
});

test("the public schema is not worth a word", () => {
  expect(tableName({ schema: "public", table: "customers" })).toBe("customers");
  expect(tableName({ schema: "crm", table: "customers" })).toBe("crm.customers");
});

test("what is missing is asked for, columns only once there is a table", () => {
  expect(Object.keys(missingFields(NO_SOURCE))).toEqual(["customersTable"]);
  const form = { ...NO_SOURCE, customersTable: tableKey(customers), eventsTable: tableKey(customers) };
  expect(Object.keys(missingFields(form))).toEqual(["idColumn", "eventCustomerColumn", "eventNameColumn"]);
});

test("violations stand beside their fields; those of no field are kept apart", () => {
  const { errors, unplaced } = placed([
    { path: "customers.idColumn", message: "Twice: 7." },
    { path: "events.timeColumn", message: "Gone." },
    { path: "actor", message: "Who?" },
  ]);
  expect(errors).toEqual({ idColumn: "Twice: 7.", eventTimeColumn: "Gone." });
  expect(unplaced.map(({ path }) => path)).toEqual(["actor"]);
});

test("audiences that look at what the table lacks are named, with the columns and the flags", () => {
  const leaf = (attribute: string) => ({ attribute, operator: "is_set" as const });
  expect(
    lostAudiences(
      [
        { name: "Fine", condition: { all: [leaf("country")] }, usedBy: [] },
        {
          name: "Lost",
          condition: { any: [leaf("plan"), { not: leaf("mrr") }, leaf("plan"), leaf("country")] },
          usedBy: [{ id: "f1", key: "new-dashboard" }],
        },
        {
          name: "Buyers",
          condition: { all: [{ not: { event: "*", operator: "performed", withinDays: 30 } }] },
          usedBy: [],
        },
      ],
      customers,
      false,
    ),
  ).toEqual([
    { name: "Lost", attributes: ["plan", "mrr"], flags: ["new-dashboard"] },
    { name: "Buyers", attributes: ["events"], flags: [] },
  ]);
});
