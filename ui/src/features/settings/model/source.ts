// The customer source as it is chosen: which table and columns, what is likely, what is missing. Pure.
import type {
  Audience,
  CatalogueColumn,
  CatalogueTable,
  Condition,
  CustomerSource,
  Violation,
} from "@/contract";

/** `""` stands for nothing chosen. */
export type SourceForm = {
  /** As `tableKey` writes it. */
  customersTable: string;
  idColumn: string;
  nameColumn: string;
  emailColumn: string;
  eventsTable: string;
  eventCustomerColumn: string;
  eventNameColumn: string;
  eventTimeColumn: string;
};
export type SourceField = keyof SourceForm;
export type SourceErrors = { [field in SourceField]?: string };

export const NO_SOURCE: SourceForm = {
  customersTable: "",
  idColumn: "",
  nameColumn: "",
  emailColumn: "",
  eventsTable: "",
  eventCustomerColumn: "",
  eventNameColumn: "",
  eventTimeColumn: "",
};

type Named = Pick<CatalogueTable, "schema" | "table">;

/** One text for a table; names may hold any character. */
export function tableKey({ schema, table }: Named): string {
  return JSON.stringify([schema, table]);
}

/** "customers", "sales.clients": the schema that everybody has is not worth a word. */
export function tableName({ schema, table }: Named): string {
  return schema === "public" ? table : `${schema}.${table}`;
}

export function findTable(tables: ReadonlyArray<CatalogueTable>, key: string): CatalogueTable | undefined {
  return tables.find((table) => tableKey(table) === key);
}

const CUSTOMER_TABLES = [
  "customers",
  "customer",
  "users",
  "user",
  "accounts",
  "clients",
  "members",
  "contacts",
];
const EVENT_TABLES = [
  "events",
  "event",
  "tracks",
  "activity",
  "activities",
  "user_events",
  "customer_events",
];
const NAMES = ["name", "full_name", "display_name", "company", "company_name", "contact_name", "username"];
const EMAILS = ["email", "email_address", "e_mail", "mail"];
const EVENT_CUSTOMERS = [
  "customer_id",
  "user_id",
  "account_id",
  "client_id",
  "entity_id",
  "customer",
  "user",
];
const EVENT_NAMES = ["name", "event", "event_name", "event_type", "type", "action"];
const EVENT_TIMES = ["occurred_at", "created_at", "happened_at", "timestamp", "time", "at", "ts", "date"];

/** Types whose text can be an entity id: texts, whole numbers, uuid. */
export function canBeId({ dbType }: CatalogueColumn): boolean {
  return /^(text|citext|character|bpchar|varchar|"?char"?|name|smallint|integer|bigint|numeric|uuid)\b/.test(
    dbType,
  );
}

export function isTime({ type }: CatalogueColumn): boolean {
  return type === "timestamp" || type === "date";
}

/** The first of `wanted` that a column is called, whatever its case. */
function called(columns: ReadonlyArray<CatalogueColumn>, wanted: ReadonlyArray<string>): string {
  for (const name of wanted) {
    const found = columns.find((column) => column.name.toLowerCase() === name);
    if (found) return found.name;
  }
  return "";
}

/** The table with this form's customers, with the columns that are likely; events stay. */
export function withCustomersTable(form: SourceForm, table: CatalogueTable | undefined): SourceForm {
  if (!table) return { ...form, customersTable: "", idColumn: "", nameColumn: "", emailColumn: "" };
  const ids = table.columns.filter(canBeId);
  const unique = ids.filter((column) => column.unique);
  const single = table.table.toLowerCase().replace(/s$/, "");
  const idNames = ["id", `${single}_id`, `${single}id`, "customer_id", "user_id"];
  const texts = table.columns.filter(({ type }) => type === "text");
  return {
    ...form,
    customersTable: tableKey(table),
    idColumn: called(unique, idNames) || unique[0]?.name || called(ids, idNames),
    nameColumn: called(texts, NAMES),
    emailColumn: called(texts, EMAILS),
  };
}

/** The table with this form's events, with the columns that are likely; undefined: no events. */
export function withEventsTable(form: SourceForm, table: CatalogueTable | undefined): SourceForm {
  const columns = table?.columns ?? [];
  return {
    ...form,
    eventsTable: table ? tableKey(table) : "",
    eventCustomerColumn: called(columns, EVENT_CUSTOMERS),
    eventNameColumn: called(
      columns.filter(({ type }) => type === "text"),
      EVENT_NAMES,
    ),
    eventTimeColumn: called(columns.filter(isTime), EVENT_TIMES) || (columns.find(isTime)?.name ?? ""),
  };
}

/** What to start from when nothing was chosen: the tables that are called like customers and events. */
export function likelySource(tables: ReadonlyArray<CatalogueTable>): SourceForm {
  const likely = (names: ReadonlyArray<string>) => {
    const ranked = tables
      .map((table) => ({ table, rank: names.indexOf(table.table.toLowerCase()) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank);
    return ranked[0]?.table;
  };
  const customers = likely(CUSTOMER_TABLES);
  const form = withCustomersTable(NO_SOURCE, customers);
  const events = customers && likely(EVENT_TABLES);
  const withEvents = withEventsTable(form, events);
  return withEvents.eventCustomerColumn && withEvents.eventNameColumn ? withEvents : form;
}

export function formOf({ customers, events }: CustomerSource): SourceForm {
  return {
    customersTable: tableKey(customers),
    idColumn: customers.idColumn,
    nameColumn: customers.nameColumn ?? "",
    emailColumn: customers.emailColumn ?? "",
    eventsTable: events ? tableKey(events) : "",
    eventCustomerColumn: events?.customerIdColumn ?? "",
    eventNameColumn: events?.nameColumn ?? "",
    eventTimeColumn: events?.timeColumn ?? "",
  };
}

export function sourceOf(form: SourceForm): CustomerSource {
  const [schema, table] = JSON.parse(form.customersTable) as [string, string];
  const customers = {
    schema,
    table,
    idColumn: form.idColumn,
    nameColumn: form.nameColumn || null,
    emailColumn: form.emailColumn || null,
  };
  if (form.eventsTable === "") return { customers, events: null };
  const [eventSchema, eventTable] = JSON.parse(form.eventsTable) as [string, string];
  return {
    customers,
    events: {
      schema: eventSchema,
      table: eventTable,
      customerIdColumn: form.eventCustomerColumn,
      nameColumn: form.eventNameColumn,
      timeColumn: form.eventTimeColumn || null,
    },
  };
}

export function missingFields(form: SourceForm): SourceErrors {
  const errors: SourceErrors = {};
  if (form.customersTable === "")
    errors.customersTable = "Choose the table or view with a row for each customer.";
  else if (form.idColumn === "")
    errors.idColumn = "Choose the column that tells customers apart: what your apps send as the id.";
  if (form.eventsTable !== "") {
    if (form.eventCustomerColumn === "")
      errors.eventCustomerColumn = "Choose the column with the id of the customer, or take no events.";
    if (form.eventNameColumn === "")
      errors.eventNameColumn = "Choose the column that says what happened, or take no events.";
  }
  return errors;
}

const FIELDS_OF_PATHS: { readonly [path in string]?: SourceField } = {
  "customers.table": "customersTable",
  "customers.schema": "customersTable",
  "customers.idColumn": "idColumn",
  "customers.nameColumn": "nameColumn",
  "customers.emailColumn": "emailColumn",
  "events.table": "eventsTable",
  "events.schema": "eventsTable",
  "events.customerIdColumn": "eventCustomerColumn",
  "events.nameColumn": "eventNameColumn",
  "events.timeColumn": "eventTimeColumn",
};

/** The app's violations beside their fields; `unplaced` belong to no field of the form. */
export function placed(violations: ReadonlyArray<Violation>): {
  errors: SourceErrors;
  unplaced: ReadonlyArray<Violation>;
} {
  const errors: SourceErrors = {};
  const unplaced: Array<Violation> = [];
  for (const violation of violations) {
    const field = FIELDS_OF_PATHS[violation.path.replace(/^source\./, "")];
    if (field === undefined) unplaced.push(violation);
    else errors[field] = errors[field] ? `${errors[field]} ${violation.message}` : violation.message;
  }
  return { errors, unplaced };
}

export type LostAudience = {
  name: string;
  /** Columns, and `events` where those are gone altogether. */
  attributes: ReadonlyArray<string>;
  /** Keys of the flags with a rule on it. */
  flags: ReadonlyArray<string>;
};

/** Audiences that look at columns which `table` does not have, or at events where there are none any more. */
export function lostAudiences(
  audiences: ReadonlyArray<Pick<Audience, "name" | "condition" | "usedBy">>,
  table: CatalogueTable,
  hasEvents: boolean,
): ReadonlyArray<LostAudience> {
  const columns = new Set(table.columns.map(({ name }) => name));
  return audiences.flatMap(({ name, condition, usedBy }) => {
    const missing = [...new Set(attributesIn(condition))].filter((attribute) => !columns.has(attribute));
    const attributes = !hasEvents && asksEvents(condition) ? [...missing, "events"] : missing;
    return attributes.length > 0 ? [{ name, attributes, flags: usedBy.map(({ key }) => key) }] : [];
  });
}

function asksEvents(condition: Condition): boolean {
  if ("all" in condition) return condition.all.some(asksEvents);
  if ("any" in condition) return condition.any.some(asksEvents);
  if ("not" in condition) return asksEvents(condition.not);
  return "event" in condition;
}

function attributesIn(condition: Condition): ReadonlyArray<string> {
  if ("all" in condition) return condition.all.flatMap(attributesIn);
  if ("any" in condition) return condition.any.flatMap(attributesIn);
  if ("not" in condition) return attributesIn(condition.not);
  return "attribute" in condition ? [condition.attribute] : [];
}
