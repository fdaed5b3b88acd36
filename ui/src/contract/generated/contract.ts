// Generated from the list of commands in crates/admin. Do not edit: change the Rust types and
// run `HALYARD_REGENERATE=1 cargo test -p halyard-admin --test contract`.

/** Says who makes changes in the open workspace. */
export type ActorSet = {
  /** As the audit will show it; 1 to 200 characters. */
  actor: string,
};

/** How far a kill or restore is that did not get through at once. */
export type AttemptState = "trying" | "done" | "failed";

/** A column of the customers table as the condition builder offers it. */
export type Attribute = {
  /** The column's name. */
  name: string,
  /** How conditions read it. */
  type: AttributeType,
  /** The type in the database, as Postgres prints it. */
  dbType: string,
  /** Whether it can be missing. */
  nullable: boolean,
  /** The values of an enum, in order; empty otherwise. */
  enumValues: Array<string>,
  /** What can be asked of it. */
  operators: Array<Operator>,
};

/** A test of one attribute of the customer's row. */
export type AttributeCondition = {
  /** A column of the customers table. */
  attribute: string,
  /** Inside a json attribute: where to look. Absent or empty means the column's value itself. */
  path?: Array<string>,
  /** Inside a json attribute: the type to read it as. */
  type?: AttributeType,
  /** The test. */
  operator: Operator,
  /** A scalar, a list (in, contains_*), or `[from, to]` (between); absent for is_set and the like. */
  value?: JsonValue,
  /** Compares text by its lower-case form. */
  ignoreCase?: boolean,
};

/** What an attribute could be compared with. */
export type AttributeSuggestions = {
  /** The most common first, or in the order of the enum; of a list of texts, its elements. */
  values: Array<SuggestedValue>,
  /** What is inside JSON, by path; empty for other attributes. */
  paths: Array<JsonPath>,
  /** Where they come from. */
  from: "enum" | "statistics" | "sample" | "all_rows" | "nothing",
};

/** Names an attribute. */
export type AttributeSuggestionsRequest = {
  /** One of `attributes_list`. */
  attribute: string,
};

/** How conditions read an attribute. */
export type AttributeType = "text" | "number" | "boolean" | "timestamp" | "date" | "text_array" | "json" | "unsupported";

/** A saved condition over customers. Membership is computed when asked, never stored. */
export type Audience = {
  /** Stays the same when the audience is renamed. */
  id: string,
  /** Unique; 1 to 200 characters. */
  name: string,
  /** At most 4,000 characters. */
  description: string,
  /** Who is in it. */
  condition: Condition,
  /** From 1, +1 at every change. */
  version: number,
  /** When it was made. */
  createdAt: string,
  /** When its newest version was made. */
  updatedAt: string,
  /** Who made the newest version. */
  updatedBy: string,
  /** Unarchived and archived flags with a rule on it, by key. */
  usedBy: Array<FlagReference>,
};

/** A change of an audience: only the given fields change. */
export type AudienceChanges = {
  /** Unique; 1 to 200 characters. */
  name?: string,
  /** At most 4,000 characters. */
  description?: string,
  /** Who is in it. */
  condition?: Condition,
};

/** Whether a condition holds for a customer, and why. */
export type AudienceCheck = {
  /** null: not in the customers table, so in no audience. */
  customer: CustomerReference | null,
  /** Whether it does. */
  holds: boolean,
  /** Each test with what the customer's row holds; null without a row. */
  condition: ConditionTrace | null,
};

/** Asks whether a condition holds for a customer. */
export type AudienceCheckRequest = {
  /** A saved condition, or one being edited. */
  condition: Condition,
  /** The customer's id as text; one that is not in the table is answered too. */
  entityId: string,
};

/** `customers` of `total`, at `countedAt`, which took `durationMs`. */
export type AudienceCount = {
  /** Customers that the condition holds for. */
  customers: number,
  /** All customers. */
  total: number,
  /** By the app's clock. */
  countedAt: string,
  /** Milliseconds. */
  durationMs: number,
};

/** Counts the customers a condition holds for. */
export type AudienceCountRequest = {
  /** A saved condition, or one being edited. */
  condition: Condition,
  /** What `count_progress` and `count_cancel` know this count by; a newer count of the same topic
   * calls it off. Here and below. */
  topic?: string,
};

/** Deletes an audience that no flag uses. */
export type AudienceDelete = {
  /** Its id. */
  id: string,
  /** Why, for the audit. */
  note?: string,
};

/** Names an audience. */
export type AudienceGet = {
  /** Its id. */
  id: string,
};

/** What saving an edited audience would change. */
export type AudienceImpact = {
  /** All customers. */
  customers: number,
  /** Who are in it now. */
  membersNow: number,
  /** Who will be in it. */
  membersAfter: number,
  /** Who will come in. */
  joining: number,
  /** Who will go out. */
  leaving: number,
  /** Every unarchived flag that uses it, those that move most people first. */
  flags: Array<FlagMoved>,
  /** By the app's clock. */
  countedAt: string,
  /** Milliseconds. */
  durationMs: number,
};

/** Writes customers whom an edited condition takes in or puts out to a file. */
export type AudienceImpactCustomersExport = {
  /** The audience. */
  id: string,
  /** Its condition as it is being edited. */
  condition: Condition,
  /** Which of the customers. */
  who: Crossing,
  /** See `impact_customers`. */
  search?: string,
  /** What `export_progress` and `export_cancel` know this export by. */
  topic: string,
};

/** Names customers whom an edited condition takes in or puts out. */
export type AudienceImpactCustomersRequest = {
  /** The audience. */
  id: string,
  /** Its condition as it is being edited. */
  condition: Condition,
  /** Which of the customers. */
  who: Crossing,
  /** See `impact_customers`. */
  search?: string,
  /** `nextCursor` of the page before. */
  cursor?: string,
  /** How many at most, 1 to 500. */
  limit: number,
  /** See `impact_customers`. */
  opening?: string,
  /** See `flag_impact`. */
  topic?: string,
};

/** Compares an edited condition with the saved audience. */
export type AudienceImpactRequest = {
  /** The audience. */
  id: string,
  /** Its condition as it is being edited. */
  condition: Condition,
  /** See `flag_impact`. */
  topic?: string,
};

/** Makes an earlier version the newest one. */
export type AudienceRevert = {
  /** The audience. */
  id: string,
  /** The version to bring back. */
  version: number,
  /** Why, for the audit. */
  note?: string,
};

/** Some members, in the order of their ids. */
export type AudienceSample = {
  /** The first test of each attribute or event that the condition compares, in its order; at most six. */
  compared: Array<ConditionLeaf>,
  /** At most as many as were asked for. */
  members: Array<Member>,
  /** Where the next ones begin; null when these are the last. */
  nextCursor: string | null,
};

/** Names some of the customers a condition holds for. */
export type AudienceSampleRequest = {
  /** A saved condition, or one being edited. */
  condition: Condition,
  /** The audience it is of; absent for a new one. For the audit trail. */
  audience?: string,
  /** `nextCursor` of the ones before. Reading on from the first is recorded in the audit trail. */
  cursor?: string,
  /** How many at most, 1 to 20. */
  limit: number,
  /** See `impact_customers`. */
  opening?: string,
  /** See `audience_count`. */
  topic?: string,
};

/** How a customer fares in one audience. */
export type AudienceTrace = {
  /** Which. */
  audienceId: string,
  /** Its name. */
  name: string,
  /** Whether the customer is in it, by their row of today; null: that cannot be computed. */
  member: boolean | null,
  /** Each test with what the customer's row holds today; null: there is no row, or it cannot be
   * computed. */
  condition: ConditionTrace | null,
  /** Why it cannot be computed, as a sentence; null: it can, or the customers table cannot be read. */
  problem: string | null,
};

/** Changes some fields of an audience. */
export type AudienceUpdate = {
  /** Its id. */
  id: string,
  /** The version the edit started from; a field changed since then is a conflict. */
  baseVersion: number,
  /** The fields to replace. */
  changes: AudienceChanges,
  /** Why, for the audit. */
  note?: string,
};

/** An audience as it was in one of its versions. */
export type AudienceVersion = {
  /** From 1. */
  version: number,
  /** When it was made. */
  at: string,
  /** Who made it. */
  actor: string,
  /** The audit's word for it: `audience.created`, `audience.updated`. */
  action: string,
  /** Why; empty when nobody said. */
  note: string,
  /** Its name then. */
  name: string,
  /** Its description then. */
  description: string,
  /** Who was in it; null when what was stored, by hand, is no condition. */
  condition: Condition | null,
};

/** Versions of an audience, newest first. */
export type AudienceVersionsRequest = {
  /** Its id. */
  id: string,
  /** Only versions below this one; absent starts at the newest. */
  before?: number,
  /** How many at most, 1 to 200. */
  limit: number,
};

/** What entries can be filtered by. */
export type AuditAuthors = {
  /** Whoever changed something, in order; at most 500. */
  actors: Array<string>,
  /** What was done, in order; at most 500. */
  actions: Array<string>,
};

/** One change, as it was recorded when it was committed. */
export type AuditEntry = {
  /** Gap-free, from 1; the config version that the change made. */
  seq: number,
  /** When it was committed. */
  at: string,
  /** Who the app says it was. */
  actor: string,
  /** The database role that was logged in. */
  dbRole: string,
  /** The program that did it. */
  client: string,
  /** `flag.created`, `flag.killed`, `audience.updated`, … */
  action: string,
  /** `flag`, `audience`, `environment`, `customer_source`, `sdk_key` or `setting`. */
  entityType: string,
  /** The id; for environments and settings the key. */
  entityId: string,
  /** A flag's key, an audience's name, … */
  entityKey: string,
  /** Keys of the environments that it affects; empty where that means nothing. */
  environments: Array<string>,
  /** The whole of it before; null when it was made. */
  before: JsonValue,
  /** The whole of it after; null when it was deleted. */
  after: JsonValue,
  /** Why. */
  note: string,
  /** `flag.reverted`: the version that was brought back. */
  revertedTo: number | null,
  /** The hash of the chain up to and including it: 64 hexadecimal digits. */
  hash: string,
};

/** Writes entries to a file. */
export type AuditExport = {
  /** What kind of file. */
  format: AuditFormat,
  /** Which entries; absent: all. */
  filter?: AuditFilter,
  /** What `export_progress` and `export_cancel` know this export by. */
  topic: string,
};

/** Which entries; what is left out lets every entry through. */
export type AuditFilter = {
  /** Only by this actor, as the app called them. */
  actor?: string,
  /** Only these actions, such as `flag.killed`. */
  actions?: Array<string>,
  /** Only about this flag: its id or key. */
  flag?: string,
  /** Only about this kind of entity, such as `audience`. */
  entityType?: string,
  /** Only about this entity. */
  entityId?: string,
  /** Only what affects this environment. */
  environment?: string,
  /** Only what was committed then or later. */
  from?: string,
  /** Only what was committed before. */
  to?: string,
  /** In actor, database role, action, key and note, whatever the case. */
  search?: string,
};

/** What kind of file. */
export type AuditFormat = "csv" | "ndjson";

/** Entries, newest first. */
export type AuditPage = {
  /** Newest first. */
  entries: Array<AuditEntry>,
  /** To ask for the next page with; null at the end. */
  nextCursor: string | null,
};

/** Which entries to list. */
export type AuditQuery = {
  /** Where the page before ended. */
  cursor?: string,
  /** Entries a page, 1 to 500. */
  limit: number,
  /** Which; absent: all. */
  filter?: AuditFilter,
};

/** What an explanation of the past rests on. */
export type Basis = "settings" | "logged" | "today";

/** A session of the database that others wait for, as Postgres shows it. What another role's session
 * does is shown to members of `pg_read_all_stats` alone; to others `since`, `client` and `state` are
 * null. */
export type Blocker = {
  /** The process of the server that serves the session. */
  pid: number,
  /** The role that is logged in. */
  role: string,
  /** What the program calls itself, such as `psql`; may be empty. */
  application: string,
  /** The address it came from; null for a socket on the database's own computer. */
  client: string | null,
  /** Since when its transaction is open, by the database's clock. */
  since: string | null,
  /** `idle in transaction`, `active`, … */
  state: string | null,
  /** Whether the role of this connection may end that session. */
  mayEnd: boolean,
};

/** An audience whose membership is unavailable. */
export type BrokenAudience = {
  /** Its id. */
  id: string,
  /** Its name. */
  name: string,
  /** What is wrong with its condition, or with the customer source. */
  violations: Array<Violation>,
  /** Unarchived and archived flags with a rule on it, by key. */
  usedBy: Array<FlagReference>,
};

/** What the page caches answers under: a query provides some, a change invalidates some. */
export type CacheTag = "workspace" | "flags" | "audiences" | "environments" | "customer_source" | "customers" | "audit" | "evaluations" | "sdk_keys" | "evaluators" | "local_endpoint";

/** A column of such a table. */
export type CatalogueColumn = {
  /** Its name. */
  name: string,
  /** The type in the database, as Postgres prints it. */
  dbType: string,
  /** How conditions read it. */
  type: AttributeType,
  /** Whether it can be missing. */
  nullable: boolean,
  /** A unique index or primary key covers this column alone. */
  unique: boolean,
};

/** A table or view of the tenant. */
export type CatalogueTable = {
  /** Its schema. */
  schema: string,
  /** Its name. */
  table: string,
  /** What it is. */
  kind: "table" | "view" | "materialized_view" | "partitioned_table" | "foreign_table",
  /** The planner's estimate; null when there is none. */
  estimatedRows: number | null,
  /** In the table's own order. */
  columns: Array<CatalogueColumn>,
};

/** One change of the flag or of the customer. */
export type Change = { "kind": "unarchive" } | { "kind": "restore" } | { "kind": "switchOn" } | { "kind": "atLeast",
  /** From 0. */
  ruleIndex: number,
  /** Thousandths of a percent, 1 to 100,000: the least that includes the bucket. */
  threshold: number,
} | { "kind": "atMost",
  /** From 0. */
  ruleIndex: number,
  /** Thousandths of a percent, 0 to 99,999: the most that leaves the bucket out. */
  threshold: number,
} | { "kind": "test",
  /** The first rule whose audience makes it, from 0. */
  ruleIndex: number,
  /** Which test. */
  leaf: ConditionLeaf,
  /** How it turns out then. */
  holds: boolean,
} | { "kind": "audience",
  /** The first rule that asks for it, from 0. */
  ruleIndex: number,
  /** Which audience. */
  audienceId: string,
  /** Whether they are in it then. */
  member: boolean,
};

/** Says why a change was made. */
export type ChangeNoteAdd = {
  /** The change's entry in the audit trail. */
  seq: number,
  /** Why, in 1 to 2,000 characters. */
  note: string,
};

/** What the audit trail was at an entry, signed. */
export type Checkpoint = {
  /** The newest entry when it was signed. */
  seq: number,
  /** Its hash: 64 hexadecimal digits. */
  hash: string,
  /** When it was signed, by the clock of the computer that signed. */
  at: string,
  /** The Ed25519 key to check the signature with: 64 hexadecimal digits. */
  publicKey: string,
  /** 128 hexadecimal digits. */
  signature: string,
};

/** A checkpoint, and where the key that signed it is kept. */
export type CheckpointMade = {
  /** The text to keep elsewhere: one line of JSON, as `halyard-server audit verify` reads it. */
  line: string,
  /** What it says. */
  checkpoint: Checkpoint,
  /** Where the secret key is kept. */
  keyPlace: KeyPlace,
};

/** The error half of every command's answer. */
export type CommandError = {
  /** What kind of failure. */
  code: ErrorCode,
  /** What happened and what to do, for people; never a password or internal text. */
  message: string,
  /** What the page can act on. */
  details: ErrorDetails,
};

/** Who belongs to an audience: tests of attributes and events combined by all / any / not. */
export type Condition = {
  /** The conditions that must all hold. */
  all: Array<Condition>,
} | {
  /** The conditions of which one must hold. */
  any: Array<Condition>,
} | {
  /** The condition that must not hold. */
  not: Condition,
} | ConditionLeaf;

/** One test of the customer: of an attribute, or of the events there are of them. */
export type ConditionLeaf = AttributeCondition | EventCondition;

/** A condition with its outcome for one customer; each leaf with what the customer's row holds. */
export type ConditionTrace = {
  /** In the condition's order. */
  all: Array<ConditionTrace>,
  /** Whether they do. */
  holds: boolean,
} | {
  /** In the condition's order. */
  any: Array<ConditionTrace>,
  /** Whether one does. */
  holds: boolean,
} | {
  /** The inner condition. */
  not: ConditionTrace,
  /** Whether it does not. */
  holds: boolean,
} | {
  /** As it was written. */
  leaf: ConditionLeaf,
  /** What the row holds, null when nothing; of events, how many there are. */
  rowValue: JsonValue,
  /** Whether the test holds. */
  holds: boolean,
};

/** An evaluator that was running when a flag was killed or restored. */
export type ConfirmingEvaluator = {
  /** Made when the process started. */
  id: string,
  /** What kind of process it is. Local endpoints of desktops are not servers. */
  kind: EvaluatorKind,
  /** The computer it runs on. */
  host: string,
  /** The program and its version. */
  program: string,
  /** Milliseconds from the audit entry of the change to the report that its configuration is served;
   * null while there is none. Both moments are by the database's clock: the first is taken while the
   * change commits, the second when the report arrives. So no clock of another computer matters, and
   * the change was effective there at the latest then. */
  confirmedAfterMs: number | null,
  /** When it was last heard of, by the database's clock. */
  lastSeenAt: string,
  /** Milliseconds since then, by the database's clock. */
  silentMs: number,
};

/** How to reach a database: a URL, or its parts. */
export type ConnectionInput = { url: string, } | { host: string, port: number, database: string, user: string, password: string, tls: TlsMode, };

/** A connection test: every step, in order. */
export type ConnectionReport = {
  /** Every step, in order. */
  steps: Array<ConnectionStep>,
  /** Whether Halyard's schema is there, of whatever version. */
  schemaExists: boolean,
  /** Whether the app can work here, after creating or migrating the schema. */
  ok: boolean,
};

/** One step of a connection test and how it went. */
export type ConnectionStep = {
  /** Which step. */
  step: "reach" | "tls" | "login" | "rights" | "schema",
  /** How it went. */
  outcome: "ok" | "failed" | "skipped",
  /** What was found or what went wrong, in a sentence. */
  message: string,
  /** What to do about it; empty when ok. */
  advice: string,
};

/** Those whose value changes, by an attribute. */
export type ConsequenceBreakdown = {
  /** The attribute's name. */
  attribute: string,
  /** Its values, most customers first, ten at most; null: none. */
  values: Array<ValueCount>,
};

/** How far a count is. */
export type CountProgress = {
  /** False: there is no count of this topic now. */
  running: boolean,
  /** Customers counted so far. */
  seen: number,
  /** About how many there are; null when nobody knows yet. */
  estimated: number | null,
};

/** Names a count. */
export type CountTopic = {
  /** As the count was asked for; `flags_reach` for the count of all flags. */
  topic: string,
};

/** A key just made. Its text is nowhere else and never shown again. */
export type CreatedSdkKey = {
  /** What is stored. */
  key: SdkKey,
  /** The key itself. */
  text: string,
};

/** Whom an edit of an audience takes in or puts out. */
export type Crossing = "joining" | "leaving";

/** Some of the customers, in the order of their ids. */
export type CrossingPage = {
  /** At most as many as were asked for. */
  customers: Array<CustomerReference>,
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null,
};

/** A customer with every field. */
export type Customer = {
  /** In the table's own order. */
  fields: Array<CustomerField>,
  /** The id's text. */
  entityId: string,
  /** From the source's name column. */
  name: string | null,
  /** From the source's e-mail column. */
  email: string | null,
};

/** Whether a customer is in an audience. */
export type CustomerAudience = {
  /** Which. */
  id: string,
  /** Its name. */
  name: string,
  /** Null: the audience cannot be computed. */
  member: boolean | null,
  /** Why it cannot. */
  problem: string | null,
};

/** Erases a customer from the log. */
export type CustomerErase = {
  /** Whom. */
  entityId: string,
  /** The same id again, typed by the person. */
  confirm: string,
  /** Why. It stays in the audit trail: do not name the customer here. */
  note?: string,
};

/** One column of a customer's row. */
export type CustomerField = {
  /** The column. */
  attribute: string,
  /** How conditions read it. */
  type: AttributeType,
  /** What the row holds. */
  value: JsonValue,
};

/** What a customer gets of a flag. */
export type CustomerFlag = {
  /** The flag. */
  id: string,
  /** Its key. */
  key: string,
  /** 0 to 99,999: where they stand on the flag's percentages. */
  bucket: number,
  /** What is served. */
  value: JsonValue,
  /** Which of the flag's variations it is; `None` for an error. */
  variationIndex: number | null,
  /** Why it is served. */
  reason: Reason,
};

/** Names a customer. */
export type CustomerGet = {
  /** The id as text. */
  entityId: string,
};

/** A customer, and what an edit does for them. */
export type CustomerMove = {
  /** What they get now. */
  from: JsonValue,
  /** What they will get. */
  to: JsonValue,
  /** The id's text. */
  entityId: string,
  /** From the source's name column. */
  name: string | null,
  /** From the source's e-mail column. */
  email: string | null,
};

/** A customer with everything that Halyard says of them. */
export type CustomerProfile = {
  /** As asked. */
  entityId: string,
  /** Null: not in the customers table. */
  customer: Customer | null,
  /** Every audience, by name. */
  audiences: Array<CustomerAudience>,
  /** Every unarchived flag, by key. */
  flags: Array<CustomerFlag>,
};

/** Asks for all that Halyard says of a customer. */
export type CustomerProfileRequest = {
  /** The id as text; one that is not in the table is answered too. */
  entityId: string,
  /** The environment's key. */
  environment: string,
};

/** A customer as a list shows them. */
export type CustomerReference = {
  /** The id's text. */
  entityId: string,
  /** From the source's name column. */
  name: string | null,
  /** From the source's e-mail column. */
  email: string | null,
};

/** Where customers and, optionally, their events live. */
export type CustomerSource = {
  /** The customers. */
  customers: CustomerTable,
  /** Their events. */
  events: EventTable | null,
};

/** Chooses where customers live. */
export type CustomerSourceSet = {
  /** Tables and columns out of `catalogue_list`. */
  source: CustomerSource,
};

/** The customer source and how it is doing. */
export type CustomerSourceStatus = {
  /** None: nothing chosen, and no `public.customers` to take. */
  source: CustomerSource | null,
  /** Rows in the customers table; null when not counted yet. */
  customers: number | null,
  /** What is wrong with it, in a sentence; null when all is well. */
  problem: string | null,
  /** Indexes that are missing. */
  advice: Array<IndexAdvice>,
  /** GRANT statements that are missing for the group roles to read it, for whoever may run them. */
  missingGrants: Array<string>,
  /** Audiences that do not fit the tables, by name. */
  brokenAudiences: Array<BrokenAudience>,
};

/** The table or view of customers, and which of its columns say who they are. */
export type CustomerTable = {
  /** Its schema. */
  schema: string,
  /** Its name. */
  table: string,
  /** The column whose text is the entity id. */
  idColumn: string,
  /** The column with a name to show. */
  nameColumn: string | null,
  /** The column with an e-mail address to show and search. */
  emailColumn: string | null,
};

/** Some of the customers. */
export type CustomersList = {
  /** In the order of their ids; the one whose id was searched for comes first. */
  customers: Array<CustomerReference>,
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null,
};

/** Lists customers, or those that a search finds. */
export type CustomersListRequest = {
  /** Those whose id begins with the text or whose name or e-mail address contains it, in any case;
   * everybody when empty. */
  search: string,
  /** `nextCursor` of the page before. */
  cursor?: string,
  /** How many at most, 1 to 500. */
  limit: number,
  /** What `count_cancel` knows this search by; a newer one of the same topic calls it off. */
  topic?: string,
};

/** Some of the customers, in the order of their ids. */
export type CustomersPage = {
  /** At most as many as were asked for. */
  customers: Array<CustomerMove>,
  /** Where the next page begins; null on the last one. */
  nextCursor: string | null,
};

/** Finds customers by id, name or e-mail. */
export type CustomersSearch = {
  /** What was typed; empty answers with some customers. */
  query: string,
  /** How many at most, 1 to 200. */
  limit: number,
};

/** How long a search may take, and what makes it take milliseconds. */
export type CustomersSearchAdvice = {
  /** It is stopped after so many seconds. */
  withinSeconds: number,
  /** The statements that make the indexes it looks for, for whoever may run them; none for a view. */
  statements: Array<string>,
};

/** A part that is not as it was. */
export type Difference = {
  /** Which part. */
  part: Part,
  /** Of which rule; null for the flag as a whole. */
  ruleId: string | null,
  /** What it was; null when there was none. */
  from: JsonValue,
  /** What it is; null when there is none. */
  to: JsonValue,
  /** The version that made it what it is now. */
  since: VersionMark,
};

/** Which way a page goes from its cursor. */
export type Direction = "older" | "newer";

/** What an edit does to customers whose value it changes. On a boolean flag they gain or lose `true`;
 * on another they gain when they had the default value, lose when they come back to it. */
export type Effect = "gained" | "lost" | "changed";

/** `production`, `staging`, … Each flag is on or off in each. */
export type Environment = {
  /** `^[a-z0-9][a-z0-9-]{0,49}$`; never changes. */
  key: string,
  /** 1 to 200 characters. */
  name: string,
  /** `#rrggbb` */
  color: string,
  /** Position in every list, from 0. */
  position: number,
  /** Whether changes here are seen by real customers. */
  production: boolean,
  /** Whether changing what is live here needs a note. Files from before this was known say false. */
  noteRequired: boolean,
};

/** A change of an environment: only the given fields change. */
export type EnvironmentChanges = {
  /** 1 to 200 characters. */
  name?: string,
  /** `#rrggbb` */
  color?: string,
  /** Whether changes here are seen by real customers. */
  production?: boolean,
  /** Whether changing what is live here needs a note. */
  noteRequired?: boolean,
};

/** Deletes an environment. */
export type EnvironmentDelete = {
  /** Its key. */
  key: string,
  /** Why, for the audit. */
  note?: string,
};

/** Changes some fields of an environment. */
export type EnvironmentUpdate = {
  /** Its key, which never changes. */
  key: string,
  /** The fields to replace. */
  changes: EnvironmentChanges,
  /** Why, for the audit. */
  note?: string,
};

/** Puts the environments in another order. */
export type EnvironmentsReorder = {
  /** All keys in their new order. */
  keys: Array<string>,
};

/** How far the erasure of a customer is. */
export type EraseProgress = {
  /** False: nobody is being erased now. */
  running: boolean,
  /** Days of the log gone through. */
  partitions: number,
  /** Days there are; zero before it is known. */
  of: number,
  /** Calls removed so far. */
  removed: number,
};

/** What was erased. */
export type Erased = {
  /** The tombstone, which the audit trail names in the entity's stead. */
  erasureId: string,
  /** Calls removed. */
  removed: number,
  /** Days of the log in which there were some. */
  partitions: number,
};

/** Why a command failed. The page decides by this alone, never by the message. */
export type ErrorCode = "invalid" | "not_found" | "conflict" | "already_exists" | "in_use" | "permission_denied" | "forbidden" | "note_required" | "database_unavailable" | "timeout" | "blocked" | "read_only" | "cancelled" | "no_workspace" | "internal";

/** What the page needs to show an error where it belongs. */
export type ErrorDetails = {
  /** `invalid`: every violation at once. */
  violations?: Array<Violation>,
  /** `conflict`: the fields somebody else changed. */
  fields?: Array<string>,
  /** `conflict`: the flag as it is now. */
  currentFlag?: Flag,
  /** `conflict`: the audience as it is now. */
  currentAudience?: Audience,
  /** `in_use`: the flags that use it. `already_exists`: the flag that has the key. */
  flags?: Array<FlagReference>,
  /** `timeout`: statements that would make it faster, to be run by somebody who may. */
  statements?: Array<string>,
  /** `already_exists`: whether that flag is archived, so that unarchiving can be offered. */
  archived?: boolean,
  /** `note_required`: the names of the environments, in order. */
  environments?: Array<string>,
  /** `blocked`: the session that holds it. */
  blocker?: Blocker,
};

/** What stands in the way of an answer. */
export type ErrorKind = "FLAG_NOT_FOUND" | "AUDIENCE_UNAVAILABLE" | "EXCEPTION";

/** A flag's answer for one entity. */
export type Evaluation = {
  /** What is served. */
  value: JsonValue,
  /** Which of the flag's variations it is; `None` for an error. */
  variationIndex: number | null,
  /** Why it is served. */
  reason: Reason,
};

/** A call with everything that it answered. */
export type EvaluationCallDetail = {
  /** The call's id. */
  callId: string,
  /** When it was answered. */
  at: string,
  /** The configuration it was answered from. */
  configVersion: number,
  /** All flags of the call, in the order they were evaluated in. Environment, customer, source and SDK
   * are the same in each. */
  evaluations: Array<EvaluationRow>,
};

/** Names a call as a row of the list does. */
export type EvaluationCallGet = {
  /** Its `callId`. */
  id: string,
  /** Its `at`. */
  evaluatedAt: string,
};

/** Which evaluations are wanted. What is absent lets everything through. */
export type EvaluationFilter = {
  /** Of this flag alone. */
  flagKey?: string,
  /** Of this entity alone; `''` for calls without one. */
  entityId?: string,
  /** In this environment alone. */
  environment?: string,
  /** That served this value; null is no filter. */
  value?: JsonValue,
  /** For this reason. */
  reason?: EvaluationReason,
  /** Because the flag was killed, or off in the environment: two ways of the reason `OFF`. */
  offBy?: OffBy,
  /** That this rule decided. */
  ruleId?: string,
  /** Through this door: `evaluate`, `evaluate_all`, `launchdarkly`, `ofrep` or `ofrep_all`. */
  source?: string,
  /** By this SDK, named exactly. */
  sdk?: string,
  /** By an SDK whose name contains this, in any case. */
  sdkContains?: string,
  /** Not before this moment. */
  from?: string,
  /** Before this moment. */
  to?: string,
};

/** Why a value was served. */
export type EvaluationReason = "RULE_MATCH" | "FALLTHROUGH" | "OFF" | "ERROR";

/** One flag of one call, as the list shows it. */
export type EvaluationRow = {
  /** Call id and position, unique per row. */
  id: string,
  /** The call, as `evaluation_call` takes it with `at`. */
  callId: string,
  /** When it was answered. */
  at: string,
  /** The environment's key. */
  environment: string,
  /** '' for none. */
  entityId: string,
  /** Which door the call came through. */
  source: string,
  /** What the caller said it is. */
  sdk: string,
  /** Membership was the last known one. */
  stale: boolean,
  /** The flag; empty when it was deleted by hand. */
  flagKey: string,
  /** Its version then. */
  flagVersion: number,
  /** What was served. */
  value: JsonValue,
  /** OFF, RULE_MATCH, FALLTHROUGH or ERROR. */
  reason: string,
  /** KILL_SWITCH or ENVIRONMENT. */
  offBy: string | null,
  /** AUDIENCE_UNAVAILABLE or EXCEPTION. */
  errorKind: string | null,
  /** From 0. */
  ruleIndex: number | null,
  /** The rule that matched. */
  ruleId: string | null,
};

/** Writes evaluations to a CSV file in the Downloads directory. */
export type EvaluationsExport = {
  /** Which; absent: all. */
  filter?: EvaluationFilter,
  /** What `export_progress` and `export_cancel` know this export by. */
  topic: string,
};

/** Evaluations over time. */
export type EvaluationsHistogram = {
  /** Seconds that a bucket is long: ten minutes or more. */
  step: number,
  /** What is counted apart, in the order of each bucket's counts: values where one flag is asked for,
   * reasons otherwise. */
  series: Array<HistogramSeries>,
  /** Every bucket from the beginning to the end, empty ones too. */
  buckets: Array<HistogramBucket>,
  /** All of them together. */
  total: number,
  /** Names of filters that are set and that the counts do not follow: `entityId`, which they know nothing
   * of; `sdk` and `sdkContains` where some SDKs are counted together. */
  notApplied: Array<string>,
};

/** Evaluations over time. */
export type EvaluationsHistogramRequest = {
  /** Which; absent: all. Its own times are left aside. */
  filter?: EvaluationFilter,
  /** The beginning. */
  from: string,
  /** The end, exclusive. */
  to: string,
  /** At most so many buckets, 1 to 1,000. */
  buckets: number,
};

/** A page of the evaluation log. */
export type EvaluationsList = {
  /** Which; absent: all. */
  filter?: EvaluationFilter,
  /** `nextCursor` of a page to go on to older ones, `newerCursor` to newer ones; absent starts at the
   * newest. */
  cursor?: string,
  /** Which way to go from the cursor; absent: `older`. */
  direction?: Direction,
  /** How many, 1 to 500. */
  limit: number,
};

/** A page of the list. */
export type EvaluationsPage = {
  /** Newest first, whichever way the page was asked for. */
  evaluations: Array<EvaluationRow>,
  /** Where older ones go on; null when there are none. */
  nextCursor: string | null,
  /** Where newer ones go on; null when nothing was ever found. */
  newerCursor: string | null,
  /** Set when time was up before the page was full: so far it looked, and the cursor of the direction
   * goes on from there. */
  lookedTo: string | null,
};

/** Which SDKs call. */
export type EvaluationsSdks = {
  /** Only in this environment; absent: in all. */
  environment?: string,
  /** That called since this moment. */
  since: string,
};

/** Looking on. */
export type EvaluationsSinceRequest = {
  /** Which; absent: all. */
  filter?: EvaluationFilter,
  /** `cursor` of the answer before. */
  after?: string,
  /** `cursor` of the answer whose rows are held still: what came after it is counted. */
  held?: string,
  /** At most so many rows, 1 to 200. */
  limit: number,
};

/** A statement. */
export type EvaluationsSql = {
  /** A SELECT over `halyard.flag_evaluations`, to paste into any tool. */
  sql: string,
};

/** A filter. */
export type EvaluationsSqlRequest = {
  /** Which evaluations; absent: all. */
  filter?: EvaluationFilter,
};

/** What came. */
export type EvaluationsTail = {
  /** Calls after those that are held still: up to 50,000, which means "or more"; 0 without `held`. */
  waiting: number,
  /** The newest, newest first. Some may have been in the answer before, since servers write in batches:
   * tell them by their ids. */
  evaluations: Array<EvaluationRow>,
  /** What to ask with next; null while there is none yet. */
  cursor: string | null,
  /** Calls a second, over the last ten seconds. */
  callsPerSecond: number,
  /** More came than are shown: the oldest of them were left out. */
  sampled: boolean,
};

/** An evaluator as last heard of. */
export type Evaluator = {
  /** Made when the process started. */
  id: string,
  /** What kind of process it is. */
  kind: EvaluatorKind,
  /** The computer it runs on. */
  host: string,
  /** Version of the program. */
  program: string,
  /** When the process started. */
  startedAt: string,
  /** When it was last heard of, by the database's clock. */
  seenAt: string,
  /** Milliseconds since then, by the database's clock. */
  silentMs: number,
  /** The config version that it serves. */
  configVersion: number,
  /** When it first reported that config version, by the database's clock. */
  appliedAt: string,
  /** Calls that waited in memory to be logged. */
  queued: number,
  /** Calls that waited on disk to be logged. */
  spooled: number,
  /** Calls that were lost to the log since it started. */
  dropped: number,
};

/** What kind of process evaluates. */
export type EvaluatorKind = "server" | "desktop";

/** A test of the customer's events. Events without a time, and those in the future, do not count. */
export type EventCondition = {
  /** The event's name; `*` is any event. */
  event: string,
  /** Whether it must have been performed. */
  operator: EventOperator,
  /** How often at least, 1 to 1,000,000; 1 when absent. */
  times?: number,
  /** In the past so many times 24 hours, 1 to 36,500; ever when absent. */
  withinDays?: number,
};

/** A name of events. */
export type EventName = {
  /** The name. */
  name: string,
  /** Events of the sample that are called so. */
  events: number,
};

/** What events are called. */
export type EventNames = {
  /** The most common first, at most 50. */
  names: Array<EventName>,
  /** Events that were looked at. */
  sampled: number,
  /** Whether these were all there are. */
  complete: boolean,
};

/** What is asked of events. */
export type EventOperator = "performed" | "not_performed";

/** The table or view of events. */
export type EventTable = {
  /** Its schema. */
  schema: string,
  /** Its name. */
  table: string,
  /** The column with the customer's id. */
  customerIdColumn: string,
  /** The column with the event's name. */
  nameColumn: string,
  /** The column with the time; events without one do not count. None: they have no time, and can
   * only be asked for ever. */
  timeColumn: string | null,
};

/** How far an export is. */
export type ExportProgress = {
  /** False: there is no export of this topic now. */
  running: boolean,
  /** Rows written so far. */
  rows: number,
  /** Looked at so far, of `estimated`; the rows themselves where each becomes one. */
  seen: number,
  /** About how many there are to look at; null when nobody knows. */
  estimated: number | null,
};

/** Names an export. */
export type ExportTopic = {
  /** As the export was asked for. */
  topic: string,
};

/** A file that was written. */
export type Exported = {
  /** Its name; with a number when the wished one was taken. */
  fileName: string,
  /** The directory that it is in. */
  directory: string,
  /** Rows without the header. */
  rows: number,
  /** Its size. */
  bytes: number,
};

/** A flag as it is stored. */
export type Flag = {
  /** Stays the same for ever. */
  id: string,
  /** Unique among unarchived and archived flags; never changes. */
  key: string,
  /** At most 200 characters. */
  name: string,
  /** At most 4,000 characters. */
  description: string,
  /** Never changes. */
  type: FlagType,
  /** Served while off or killed, and when no rule matches. */
  defaultValue: JsonValue,
  /** In order; the first that matches serves its value. */
  rules: Array<Rule>,
  /** Environment key → on; a missing one is off. */
  environments: { [key in string]: boolean },
  /** False: killed. */
  isActive: boolean,
  /** Whether client-side keys may see it. */
  clientVisible: boolean,
  /** Marked as meant to stay: no clean-up hints. */
  permanent: boolean,
  /** At most 20 of 50 characters. */
  tags: Array<string>,
  /** From 1, +1 at every change. */
  version: number,
  /** When it was made. */
  createdAt: string,
  /** When its newest version was made. */
  updatedAt: string,
  /** Who made the newest version. */
  updatedBy: string,
  /** Since when it is archived. */
  archivedAt: string | null,
  /** Since when it is killed. */
  killedAt: string | null,
  /** Who killed it. */
  killedBy: string | null,
};

/** Takes a flag out of use, or back into it. */
export type FlagArchive = {
  /** Its id or key. */
  flag: string,
  /** Why, for the audit. */
  note?: string,
};

/** A change of a flag: only the given fields change, and a given field replaces the whole of it. */
export type FlagChanges = {
  /** At most 200 characters. */
  name?: string,
  /** At most 4,000 characters. */
  description?: string,
  /** Of the flag's type. `Some(Value::Null)` is the JSON value null, `None` is no change. */
  defaultValue?: JsonValue,
  /** At most 20. Rules with an id that the flag knows keep it. */
  rules?: Array<RuleInput>,
  /** Environment key → on; those that are left out are off. */
  environments?: { [key in string]: boolean },
  /** Whether client-side keys may see it. */
  clientVisible?: boolean,
  /** Marked as meant to stay. */
  permanent?: boolean,
  /** At most 20 of 50 characters. */
  tags?: Array<string>,
};

/** What of a flag decides whom it reaches. */
export type FlagDraft = {
  /** Its key: part of the bucket. */
  key: string,
  /** Its type. */
  type: FlagType,
  /** Served to those whom no rule reaches. */
  defaultValue: JsonValue,
  /** In order. */
  rules: Array<RuleInput>,
};

/** A saved flag as it is being edited: what of it decides whom it reaches. Key and type never change. */
export type FlagEdit = {
  /** Served to those whom no rule reaches. */
  defaultValue: JsonValue,
  /** In order. */
  rules: Array<RuleInput>,
};

/** Names a flag. */
export type FlagGet = {
  /** Its id or key. */
  flag: string,
};

/** What saving a draft would change, where the flag is on. */
export type FlagImpact = {
  /** All customers. */
  customers: number,
  /** The version of the flag that the draft was compared with. */
  savedVersion: number,
  /** In the order of the draft. */
  rules: Array<RuleImpact>,
  /** Customers whom no rule of the draft reaches. */
  otherwise: number,
  /** By value: those of the saved flag, default first, then new ones of the draft. */
  distribution: Array<ValueImpact>,
  /** Who gets another value, by the two values. */
  moves: Array<ValueMove>,
  /** By the app's clock. */
  countedAt: string,
  /** Milliseconds. */
  durationMs: number,
  /** Who gain a value other than the default; of a boolean flag, `true`. */
  gained: number,
  /** Who lose it. */
  lost: number,
  /** Who get another value, but neither gain nor lose. */
  changed: number,
};

/** Compares a draft with the saved flag. */
export type FlagImpactRequest = {
  /** Its id or key. */
  flag: string,
  /** The flag as it is being edited. */
  draft: FlagEdit,
  /** What `count_progress` and `count_cancel` know this count by; a newer count of the same topic
   * calls it off. Here and below. */
  topic?: string,
};

/** Kills or restores a flag: everybody gets the default value, everywhere, or what the rules say again. */
export type FlagKill = {
  /** Its id or key. */
  flag: string,
  /** Why, for the audit; at most 2,000 characters. It can be added later. */
  note?: string,
};

/** Asks how to kill or restore a flag without the app. */
export type FlagKillStatement = {
  /** Its id or key. */
  flag: string,
  /** True restores; left out, it kills. */
  isActive?: boolean,
};

/** How the kill of one of several flags went: one of `result` and `problem` is there. */
export type FlagKilled = {
  /** As it was asked for. */
  flag: string,
  /** It is killed. */
  result: KillResult | null,
  /** Why it is not; `blocked` and `database_unavailable` go on in the background. */
  problem: CommandError | null,
};

/** What an edit of an audience changes by one flag, where that is on. */
export type FlagMoved = {
  /** The flag. */
  flag: FlagReference,
  /** The environments it is on in, by key: there people move when the edit is saved. None while it
   * is killed. */
  environments: Array<string>,
  /** Nobody moves until it is restored. */
  killed: boolean,
  /** Who gets another value, by the two values. */
  moves: Array<ValueMove>,
  /** Who gain a value other than the default; of a boolean flag, `true`. */
  gained: number,
  /** Who lose it. */
  lost: number,
  /** Who get another value, but neither gain nor lose. */
  changed: number,
};

/** Whom a flag reaches where it is on. */
export type FlagReach = {
  /** All customers. */
  customers: number,
  /** In the order of the rules. */
  rules: Array<RuleReach>,
  /** Customers whom no rule reaches. */
  otherwise: number,
  /** By value, default first, then in order of the rules. */
  distribution: Array<ValueShare>,
  /** By the app's clock. */
  countedAt: string,
  /** Milliseconds. */
  durationMs: number,
};

/** Counts a draft. */
export type FlagReachRequest = {
  /** The flag as it is being edited. */
  draft: FlagDraft,
  /** What `count_progress` and `count_cancel` know this count by; a newer count of the same topic
   * calls it off. */
  topic?: string,
};

/** A flag's id and key. */
export type FlagReference = {
  /** The flag's id. */
  id: string,
  /** The flag's key. */
  key: string,
};

/** Makes an earlier version the newest one. */
export type FlagRevert = {
  /** Its id or key. */
  flag: string,
  /** The version to bring back. */
  version: number,
  /** Why, for the audit. */
  note?: string,
};

/** Switches a flag on or off in one environment. */
export type FlagSetEnvironment = {
  /** Its id or key. */
  flag: string,
  /** The environment's key. */
  environment: string,
  /** On or off. */
  enabled: boolean,
  /** Why, for the audit. */
  note?: string,
};

/** A flag as the list shows it: everything but rule and default contents, which may be large. */
export type FlagSummary = {
  /** Stays the same for ever. */
  id: string,
  /** Unique; never changes. */
  key: string,
  /** At most 200 characters. */
  name: string,
  /** Never changes. */
  type: FlagType,
  /** The default value as compact JSON, cut to 80 characters. */
  defaultPreview: string,
  /** How many rules it has. */
  ruleCount: number,
  /** The audiences of its rules. */
  audienceIds: Array<string>,
  /** Environment key → on; a missing one is off. */
  environments: { [key in string]: boolean },
  /** False: killed. */
  isActive: boolean,
  /** Whether client-side keys may see it. */
  clientVisible: boolean,
  /** Marked as meant to stay. */
  permanent: boolean,
  /** At most 20 of 50 characters. */
  tags: Array<string>,
  /** From 1, +1 at every change. */
  version: number,
  /** When its newest version was made. */
  updatedAt: string,
  /** Who made the newest version. */
  updatedBy: string,
  /** Since when it is archived. */
  archivedAt: string | null,
  /** Since when it is killed. */
  killedAt: string | null,
  /** Who killed it. */
  killedBy: string | null,
};

/** The type of a flag's values. It never changes. */
export type FlagType = "boolean" | "string" | "number" | "json";

/** Changes some fields of a flag. */
export type FlagUpdate = {
  /** Its id or key. */
  flag: string,
  /** The version the edit started from; a field changed since then is a conflict. */
  baseVersion: number,
  /** The fields to replace. */
  changes: FlagChanges,
  /** Why, for the audit. */
  note?: string,
};

/** How one flag is used. */
export type FlagUsage = {
  /** Its values over time. */
  histogram: EvaluationsHistogram,
  /** Versions that began in the histogram's time, oldest first. */
  versions: Array<FlagVersionMark>,
  /** Who read it in the histogram's time, most first. */
  sdks: Array<SdkUsage>,
  /** The ten minutes in which it was last evaluated, ever; null: never. */
  lastEvaluatedAt: string | null,
  /** What the counts of the last 30 days say, over all environments. */
  state: UsageState,
};

/** One of them. */
export type FlagUsageBrief = {
  /** The flag. */
  flagId: string,
  /** Evaluations in each of the last 24 hours, oldest first; the last one is under way. */
  hourly: Array<number>,
  /** The ten minutes in which it was last evaluated. */
  lastEvaluatedAt: string,
};

/** How a flag is used. */
export type FlagUsageRequest = {
  /** Its key. */
  flagKey: string,
  /** Only in this environment; absent: in all. */
  environment?: string,
  /** The beginning. */
  from: string,
  /** The end, exclusive. */
  to: string,
  /** At most so many buckets, 1 to 1,000. */
  buckets: number,
};

/** One past (or the present) version of a flag. */
export type FlagVersion = {
  /** Its number. */
  version: number,
  /** When it was made. */
  at: string,
  /** Who made it. */
  actor: string,
  /** What made it, as the audit calls it: `flag.updated`, `flag.killed`, … */
  action: string,
  /** Why. */
  note: string,
  /** The whole flag as it was. */
  flag: Flag,
};

/** When a version began. */
export type FlagVersionMark = {
  /** The version. */
  version: number,
  /** When it was saved. */
  at: string,
};

/** A page of a flag's history, newest first. */
export type FlagVersionsRequest = {
  /** Its id or key. */
  flag: string,
  /** Only versions before this one; null starts at the newest. */
  before: number | null,
  /** How many, 1 to 200. */
  limit: number,
};

/** Kills several flags, each for itself: one that is held does not delay the others. */
export type FlagsKill = {
  /** Their ids or keys, 1 to 500. */
  flags: Array<string>,
  /** Why, for the audit of each. */
  note?: string,
};

/** The flags, and the config version at which they were so. */
export type FlagsList = {
  /** By key. */
  flags: Array<FlagSummary>,
  /** The sequence number of the last audit entry. */
  configVersion: number,
};

/** Which flags to list. */
export type FlagsListRequest = {
  /** True lists archived flags alone, false the others. */
  archived: boolean,
};

/** Distribution under the rules of every flag that has some, counted in one pass. */
export type FlagsReach = {
  /** How far it is. */
  state: "counting" | "ready" | "failed",
  /** Why it failed, in a sentence. */
  problem: string | null,
  /** All customers. */
  customers: number,
  /** By the app's clock; null until counted. */
  countedAt: string | null,
  /** Milliseconds; null until counted. */
  durationMs: number | null,
  /** By flag id. A flag is missing while one of its audiences cannot be computed. */
  flags: { [flagId in string]: Array<ValueShare> },
};

/** All flags, briefly. */
export type FlagsUsage = {
  /** The beginning of the first of the 24 hours. */
  from: string,
  /** Flags that were evaluated at least once. */
  flags: Array<FlagUsageBrief>,
};

/** A change, and what the customer would get. */
export type Flip = {
  /** The change. */
  change: Change,
  /** The other value. */
  value: JsonValue,
  /** Why they would get it. */
  reason: Reason,
};

/** What somebody may be granted: each is a Postgres role of this database. */
export type GroupRole = "viewer" | "support" | "operator" | "editor" | "admin" | "server";

/** A bucket. */
export type HistogramBucket = {
  /** Its beginning. */
  at: string,
  /** Evaluations of each series. */
  counts: Array<number>,
};

/** What is counted apart. */
export type HistogramSeries = {
  /** The value; null where reasons are counted. */
  value: JsonValue | null,
  /** The reason; null where values are counted. */
  reason: EvaluationReason | null,
  /** What kept it off, where reasons are counted: killed and off are two series. */
  offBy: OffBy | null,
  /** All values beyond the six most served. */
  other: boolean,
  /** All of them together. */
  total: number,
};

/** Whom an edit moves, by the values of an attribute. */
export type ImpactBreakdown = {
  /** All customers. */
  customers: number,
  /** At most 20, those of most customers first. */
  values: Array<ValueEffects>,
  /** All others. */
  others: OtherValues,
  /** By the app's clock. */
  countedAt: string,
  /** Milliseconds. */
  durationMs: number,
};

/** Counts whom a draft moves, by the values of an attribute. */
export type ImpactBreakdownRequest = {
  /** Its id or key. */
  flag: string,
  /** The flag as it is being edited. */
  draft: FlagEdit,
  /** One of `attributes_list`. */
  attribute: string,
  /** See `flag_impact`. */
  topic?: string,
};

/** Writes customers whom a draft moves, or whom one of its rules serves, to a file. */
export type ImpactCustomersExport = {
  /** Its id or key. */
  flag: string,
  /** The flag as it is being edited. */
  draft: FlagEdit,
  /** Which of the customers. */
  who: Who,
  /** See `impact_customers`. */
  search?: string,
  /** What `export_progress` and `export_cancel` know this export by. */
  topic: string,
};

/** Names customers whom a draft moves, or whom one of its rules serves. */
export type ImpactCustomersRequest = {
  /** Its id or key. */
  flag: string,
  /** The flag as it is being edited. */
  draft: FlagEdit,
  /** Which of the customers. */
  who: Who,
  /** Only those whose id begins with the text or whose name or e-mail address contains it. */
  search?: string,
  /** `nextCursor` of the page before. */
  cursor?: string,
  /** How many at most, 1 to 500. */
  limit: number,
  /** Made up anew whenever the list is opened: that is recorded in the audit trail, reading on and
   * searching in it are not. Without it every request is recorded. */
  opening?: string,
  /** See `flag_impact`. */
  topic?: string,
};

/** An index that is missing. Without it each look-up reads the whole table. */
export type IndexAdvice = {
  /** What it would be used for. */
  use: "customer_id" | "event_customer_id",
  /** The schema of the table. */
  schema: string,
  /** The table. */
  table: string,
  /** The column. */
  column: string,
  /** The statement that makes it; run by somebody who may. */
  statement: string,
};

/** A place inside JSON documents. */
export type JsonPath = {
  /** The keys on the way; empty for the document itself. */
  path: Array<string>,
  /** What was seen there, the most common first. */
  types: Array<AttributeType>,
  /** Documents of the sample that have something there. */
  documents: number,
  /** Common texts, numbers, or texts in lists; the most common first, at most 20. */
  values: Array<JsonValue>,
};

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/** What a key is for. */
export type KeyKind = "server" | "client" | "admin";

/** Where the secret key is kept. */
export type KeyPlace = "keychain" | "file";

/** What an admin key may do. Each includes those before it. */
export type KeyRole = "viewer" | "operator" | "editor" | "admin";

/** A kill or restore that did not get through at once and is tried in the background. */
export type KillAttempt = {
  /** False: a kill. True: a restore. */
  isActive: boolean,
  /** When it was asked for, by the app's clock. */
  since: string,
  /** How far it is. */
  state: AttemptState,
  /** `trying`: who holds the flag, as far as Postgres says. */
  blocker: Blocker | null,
  /** `trying`: why it did not get through the last time. `failed`: why it never will. */
  problem: CommandError | null,
  /** `done`: the flag. */
  result: KillResult | null,
};

/** The kill board. */
export type KillBoard = {
  /** Unarchived flags with the tag `kill-switch`, by key: an order that never changes under the hand. */
  flags: Array<FlagSummary>,
  /** How many unarchived flags are killed, with the tag or without. */
  killed: number,
  /** The last kills and restores of any flag, newest first. */
  recent: Array<KillEntry>,
};

/** What a kill changes for the customers, and a restore changes back. */
export type KillConsequence = {
  /** All customers. */
  customers: number,
  /** Whether the flag is on in the environment: elsewhere everybody gets the default value anyway, and
   * neither changes anything. */
  on: boolean,
  /** What the customers get where the flag is on and not killed; default value first. */
  from: Array<ValueCount>,
  /** What everybody gets while it is killed: the default value. */
  to: JsonValue,
  /** Customers for whom that is another value. */
  changed: number,
  /** Those, by an attribute such as their plan. */
  breakdown: ConsequenceBreakdown | null,
  /** The version of the flag that was counted. */
  version: number,
  /** By the app's clock. */
  countedAt: string,
};

/** Asks what killing, or restoring, a flag does to the customers. */
export type KillConsequenceRequest = {
  /** Its id or key. */
  flag: string,
  /** The environment's key. */
  environment: string,
  /** One of `attributes_list` to break those down by whose value changes; when it is left out, one
   * that names the customer's plan, if there is one. */
  attribute?: string,
  /** See `flag_impact`. */
  topic?: string,
};

/** What is known of the effect of a kill or restore. */
export type KillEffect = {
  /** When the change was committed, by the database's clock. */
  killedAt: string,
  /** Every evaluator that was running then: servers first, by host. */
  evaluators: Array<ConfirmingEvaluator>,
  /** How many of the servers confirmed. */
  confirmed: number,
  /** How many servers there are; local endpoints of desktops are not counted in either. */
  of: number,
  /** Whether the log holds a call that was still answered by what was in force before. */
  oldServed: OldServed,
  /** `known`: when the last of them was answered, by the clock of the server that did. For a kill, by
   * a rule; for a restore, by the kill switch. */
  lastOldServedAt: string | null,
  /** How far the log is behind, at most; null when a server cannot say. */
  logBehindMs: number | null,
  /** Who asked for the flag in the last hour, most calls first; null while nobody knows. */
  sdksLastHour: Array<SdkCalls> | null,
};

/** Asks what is known of the effect of a kill or restore. */
export type KillEffectRequest = {
  /** The flag's id or key. */
  flag: string,
  /** `seq` of its [`KillResult`]. */
  seq: number,
};

/** A kill or a restore, as the audit has it. */
export type KillEntry = {
  /** The audit entry. */
  seq: number,
  /** When it was committed, by the database's clock. */
  at: string,
  /** Who the program says it was. */
  actor: string,
  /** The database role that was logged in. */
  dbRole: string,
  /** `flag.killed` or `flag.restored`. */
  action: string,
  /** The flag's key. */
  flagKey: string,
  /** Why; empty when nobody said. */
  note: string,
  /** The environments in which the flag was on. */
  environments: Array<string>,
};

/** Whether this computer tells of kills and restores by others in the open workspace. */
export type KillNotificationsSet = {
  /** True tells. */
  enabled: boolean,
};

/** Names the flag whose kill is tried. */
export type KillOf = {
  /** Its id or key. */
  flag: string,
};

/** A flag after it was killed or restored. */
export type KillResult = {
  /** As it is now. */
  flag: Flag,
  /** The audit entry, and so the config version, since which it is killed, or active. */
  seq: number,
  /** False: it was so already. */
  changed: boolean,
};

/** What to run from a computer that reaches the database. Evaluators keep serving the configuration they
 * have until then; they follow within two seconds. */
export type KillStatement = {
  /** For psql. Running it twice changes nothing more. */
  sql: string,
  /** Name or address of the database's machine. */
  host: string,
  /** Its port. */
  port: number,
  /** The database's name. */
  database: string,
  /** The role the app logs in as. */
  role: string,
};

/** Kills and restores after an audit entry. */
export type KillsSince = {
  /** The newest audit entry that was looked at: to ask with the next time. */
  seq: number,
  /** Oldest first; the last [`MAX_KILLS`]. */
  kills: Array<KillEntry>,
};

/** Asks for kills and restores since an audit entry. */
export type KillsSinceRequest = {
  /** `seq` of the answer before; null asks for where to begin, and none. */
  seq: number | null,
};

/** Whether the open workspace's database answers, and its config version. */
export type Live = {
  /** Sequence number of the last audit entry: changes with every change of configuration. */
  configVersion: number,
  /** False: the database cannot be reached; lists show the last known state. */
  connected: boolean,
  /** Since when it is connected, or not. */
  since: string,
  /** Why it is not connected, in a sentence. */
  problem: string | null,
  /** Evaluators seen in the last minute. */
  evaluators: number,
};

/** Asks for the live state once it is another than the page knows. */
export type LiveWait = {
  /** The config version the page has; null when none. */
  knownConfigVersion: number | null,
  /** Whether the page thinks it is connected; null when it does not know. */
  knownConnected: boolean | null,
};

/** Serves the local endpoint, or stops it; kept for the next time the workspace is opened. */
export type LocalEndpointSet = {
  /** Whether to serve it. */
  enabled: boolean,
  /** On which port of 127.0.0.1, 1 to 65535. */
  port: number,
};

/** The local endpoint as the page shows it. */
export type LocalEndpointStatus = {
  /** Whether it is served while the workspace is open. With neither `url` nor `problem` it is
   * being started. */
  enabled: boolean,
  /** The port it is, or would be, served on. */
  port: number,
  /** Where it answers; null when it does not. */
  url: string | null,
  /** Since when it answers. */
  since: string | null,
  /** Calls that it has evaluated since then. */
  evaluations: number,
  /** Why it does not answer though it should. */
  problem: CommandError | null,
};

/** A day of the log. */
export type LogDay = {
  /** Its beginning, UTC. */
  day: string,
  /** About how many calls it holds. */
  calls: number,
  /** Bytes with indexes. */
  bytes: number,
};

/** What the log takes on the database's disk. */
export type LogStorage = {
  /** Its days, newest first, those that are made ahead included. */
  days: Array<LogDay>,
  /** About how many calls it holds. */
  calls: number,
  /** Bytes of all days with their indexes. */
  bytes: number,
  /** Bytes of the counts that histograms are made of. */
  countsBytes: number,
  /** The beginning of the oldest day that is kept; null when there is none. */
  oldest: string | null,
  /** Days that it is kept. */
  retentionDays: number,
  /** Days past that, which are dropped as soon as nobody reads them. */
  overdue: number,
};

/** What may be done, thing by thing. */
export type May = {
  /** See what was evaluated for whom. */
  readEvaluations: boolean,
  /** See the tenant's customers. */
  readCustomers: boolean,
  /** Kill and restore flags. */
  kill: boolean,
  /** Switch flags on and off in environments. */
  switch: boolean,
  /** Make and change flags. */
  editFlags: boolean,
  /** Make, change and delete audiences. */
  editAudiences: boolean,
  /** Make, change and delete environments. */
  editEnvironments: boolean,
  /** Make and revoke SDK keys. */
  editKeys: boolean,
  /** Choose the customer source. */
  editSource: boolean,
  /** Change settings of the workspace. */
  editSettings: boolean,
  /** Erase a customer from the evaluation log. */
  erase: boolean,
  /** End another role's session, such as one that holds a flag. */
  endSessions: boolean,
};

/** A customer that a condition holds for. */
export type Member = {
  /** What the row holds for each of the compared, null for nothing; of events, how many there are. */
  values: Array<JsonValue>,
  /** The id's text. */
  entityId: string,
  /** From the source's name column. */
  name: string | null,
  /** From the source's e-mail column. */
  email: string | null,
};

/** A group role and what it is called in the cluster. */
export type NamedGroupRole = {
  /** Which. */
  role: GroupRole,
  /** As GRANT names it, unquoted. */
  name: string,
};

/** An audience to be made. */
export type NewAudience = {
  /** Unique; 1 to 200 characters. */
  name: string,
  /** At most 4,000 characters. */
  description?: string,
  /** Who is in it. */
  condition: Condition,
  /** Why; at most 2,000 characters. */
  note?: string,
};

/** An environment to be made; it comes last. */
export type NewEnvironment = {
  /** `^[a-z0-9][a-z0-9-]{0,49}$`; never changes. */
  key: string,
  /** 1 to 200 characters. */
  name: string,
  /** `#rrggbb` */
  color: string,
  /** Whether changes here are seen by real customers. */
  production: boolean,
  /** Whether changing what is live here needs a note. Absent: as for any production environment. */
  noteRequired?: boolean,
};

/** A flag to be made. It starts active, and off in every environment. */
export type NewFlag = {
  /** `^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$` and not a UUID; never changes. */
  key: string,
  /** At most 200 characters. */
  name: string,
  /** At most 4,000 characters. */
  description?: string,
  /** Never changes. */
  type: FlagType,
  /** Of the flag's type. */
  defaultValue: JsonValue,
  /** At most 20. */
  rules?: Array<RuleInput>,
  /** Whether client-side keys may see it. */
  clientVisible: boolean,
  /** Marked as meant to stay. */
  permanent?: boolean,
  /** At most 20 of 50 characters. */
  tags?: Array<string>,
  /** Why; at most 2,000 characters. */
  note?: string,
};

/** A key to be made. */
export type NewSdkKey = {
  /** What it is for. */
  kind: KeyKind,
  /** 1 to 200 characters. */
  name: string,
  /** The environment that a server or client key opens; admin keys have none. */
  environment?: string,
  /** What an admin key may do; others have none. */
  role?: KeyRole,
  /** From when on it opens nothing. */
  expiresAt?: string,
  /** Why; at most 2,000 characters. It is the author's to hand on. */
  note?: string,
};

/** What takes or answers nothing: `{}`. */
export type Nothing = Record<string, never>;

/** What keeps a flag off. */
export type OffBy = "KILL_SWITCH" | "ENVIRONMENT";

/** What is known of the last call that was answered by what was in force before. */
export type OldServed = "looking" | "none" | "known" | "unknown";

/** What is asked of an attribute. Negative operators hold for a missing value, all others do not. */
export type Operator = "equals" | "not_equals" | "in" | "not_in" | "contains" | "not_contains" | "starts_with" | "ends_with" | "less_than" | "at_most" | "greater_than" | "at_least" | "between" | "is_true" | "is_false" | "before" | "after" | "within_last_days" | "not_within_last_days" | "contains_any" | "contains_all" | "contains_none" | "is_set" | "is_not_set";

/** Customers with one of the values that are not listed. */
export type OtherValues = {
  /** Different values. */
  values: number,
  /** Who gain a value other than the default; of a boolean flag, `true`. */
  gained: number,
  /** Who lose it. */
  lost: number,
  /** Who get another value, but neither gain nor lose. */
  changed: number,
};

/** A part of a flag that decides what is served. */
export type Part = "archived" | "active" | "environment" | "rule" | "audience" | "condition" | "percentage" | "value" | "order" | "defaultValue";

/** What else there is to say of a moment of the past. */
export type Past = {
  /** The moment that was asked for. */
  at: string,
  /** The version of the flag that was in force. */
  version: VersionMark,
  /** What the explanation rests on. */
  basis: Basis,
  /** The call that is nearest to the moment, of this customer, flag and environment; null: the log
   * has none. */
  logged: EvaluationRow | null,
  /** Whether that call is what is explained. */
  loggedExplained: boolean,
  /** What of the flag and its audiences is not now as it was. */
  differences: Array<Difference>,
  /** The flag as it is now. */
  now: Flag,
  /** What the customer gets now. */
  evaluationNow: Evaluation,
};

/** How far opening is. */
export type Progress = {
  /** What is being done. */
  label: string,
  /** 0 to 1; null when unknown. */
  fraction: number | null,
};

/** Why a value was served. */
export type Reason = { "kind": "OFF",
  /** Which of the two; killed comes first. */
  offBy: OffBy,
} | { "kind": "RULE_MATCH",
  /** Position among the flag's rules, from 0. */
  ruleIndex: number,
  /** The rule's id. */
  ruleId: string,
  /** True: decided on the last known membership, during an outage. */
  stale?: boolean,
} | { "kind": "FALLTHROUGH",
  /** True: decided on the last known membership, during an outage. */
  stale?: boolean,
} | { "kind": "ERROR",
  /** What went wrong. */
  errorKind: ErrorKind,
};

/** A workspace that can be opened again. */
export type RememberedWorkspace = {
  /** For `workspace_open`. */
  id: string,
  /** As shown. */
  name: string,
  /** Where the database runs. */
  kind: WorkspaceKind,
  /** Name or address of the database's machine. */
  host: string,
  /** The database's name. */
  database: string,
};

/** A change that waits for a reason. */
export type ReviewDue = {
  /** Its entry in the audit trail. */
  seq: number,
  /** When it was made. */
  at: string,
  /** Who the app says it was. */
  actor: string,
  /** The database role that was logged in. */
  dbRole: string,
  /** `flag.killed`, `flag.restored` or `flag.switched`. */
  action: string,
  /** The flag's key. */
  flagKey: string,
  /** Keys of the guarded environments where the flag was or became live. */
  environments: Array<string>,
};

/** What the role that is logged in may do, as the database says. */
export type Rights = {
  /** The greatest group role it has; null when it has none, such as a plain owner. */
  role: GroupRole | null,
  /** The role that is logged in. */
  dbRole: string,
  /** What it may do. */
  may: May,
  /** Whether the audit binds the schema's owner too: it belongs to a role nobody logs in with. */
  auditBindsOwner: boolean,
  /** The group roles of this database by their names, such as `halyard_shop_operator`; empty
   * when nobody who may create roles has made them. */
  groupRoles: Array<NamedGroupRole>,
};

/** A stored rule: whom it holds (audience and percentage, both optional) and what it serves. */
export type Rule = {
  /** Kept when the rule is edited or moved. */
  id: string,
  /** `None`: everybody. */
  audienceId: string | null,
  /** 0 to 100, at most 3 decimals; `None`: everyone who passed the audience. */
  percentage: number | null,
  /** Of the flag's type. Stored rules always have one. */
  value: JsonValue,
  /** For people; at most 4,000 characters. */
  description: string,
};

/** Whom one rule of the draft reaches. */
export type RuleImpact = {
  /** The rule's id; a rule that came without one has one made up. */
  ruleId: string,
  /** In the rule's audience (everyone when it has none). */
  inAudience: number,
  /** Of those, inside its percentage. */
  inPercentage: number,
  /** Of those, not taken by a rule above: what the rule really serves. */
  net: number,
  /** What the rule of this id serves now; null for a new rule. */
  netNow: number | null,
  /** Who took the others, in order; together `inPercentage` less `net`. */
  takenBy: Array<TakenBy>,
  /** How those of `net` are served now, in the order of the saved rules; together `net`. */
  servedNow: Array<ServedNow>,
};

/** A rule as sent, unchecked: [`crate::Validation::rules`] makes a [`Rule`] of it.
 *
 * An unknown field is refused: a misspelt `audienceId` would otherwise be a rule for everybody. */
export type RuleInput = {
  /** Absent: a new rule. */
  id?: string,
  /** Absent or null: everybody. */
  audienceId?: string | null,
  /** 0 to 100, at most 3 decimals. Absent or null: everyone who passed the audience. */
  percentage?: number | null,
  /** Absent on a boolean flag: `true`. `Some(Value::Null)` is JSON null, sent on purpose. */
  value?: JsonValue,
  /** For people. */
  description?: string,
};

/** What came of one rule. */
export type RuleOutcome = "matched" | "audience_no" | "percentage_no" | "not_reached";

/** Whom one rule reaches. */
export type RuleReach = {
  /** The rule's id. */
  ruleId: string,
  /** In the rule's audience (everyone when it has none). */
  inAudience: number,
  /** Of those, inside its percentage. */
  inPercentage: number,
  /** Of those, not taken by a rule above: what the rule really serves. */
  net: number,
};

/** How one rule fared. */
export type RuleTrace = {
  /** The rule's id. */
  ruleId: string,
  /** null: the rule has no audience, was not reached, or the audience could not be asked. */
  audienceMatched: boolean | null,
  /** In thousandths of a percent, 0 to 100,000: buckets below it are included. null: the rule has no
   * percentage. */
  threshold: number | null,
  /** What came of it. */
  outcome: RuleOutcome,
};

/** Calls of one SDK. */
export type SdkCalls = {
  /** As it names itself; empty when it does not. */
  sdk: string,
  /** Evaluations of the flag. */
  calls: number,
};

/** A key as people see it; never the key itself. */
export type SdkKey = {
  /** Stays the same for ever. */
  id: string,
  /** What it is for. */
  kind: KeyKind,
  /** 1 to 200 characters. Of an admin key: the actor of the changes it makes. */
  name: string,
  /** The environment that a server or client key opens. */
  environment: string | null,
  /** What an admin key may do. */
  role: KeyRole | null,
  /** The first characters of its text, such as `hal_cli_3kF9…`. */
  prefix: string,
  /** When it was made. */
  createdAt: string,
  /** From when on it opens nothing; `None`: never by itself. */
  expiresAt: string | null,
  /** Since when it opens nothing. */
  revokedAt: string | null,
  /** When an evaluation server last saw it, to within some seconds. */
  lastUsedAt: string | null,
};

/** Takes a key out of use for ever. */
export type SdkKeyRevoke = {
  /** Which. */
  id: string,
};

/** Makes a key that takes the place of another. */
export type SdkKeyRotate = {
  /** The key whose place is taken. */
  id: string,
  /** From when on the old key opens nothing; absent: it stays live until it is revoked. */
  oldExpiresAt?: string,
};

/** An SDK that called. */
export type SdkSeen = {
  /** What it says it is, `''` for those that do not say; `other` stands for those beyond the hundredth. */
  sdk: string,
  /** Evaluations in the time that was asked for. */
  evaluations: number,
  /** The ten minutes in which it last called. */
  lastAt: string,
};

/** An SDK that reads a flag. */
export type SdkUsage = {
  /** What it says it is; `other` beyond the hundredth. */
  sdk: string,
  /** Which door it came through. */
  source: string,
  /** The environment. */
  environment: string,
  /** How often. */
  evaluations: number,
  /** When it last did: the ten minutes, or the hour where those are summed up. */
  lastAt: string,
};

/** By which rule some of a rule's people are served now. */
export type ServedNow = {
  /** A rule of the saved flag; null: none serves them. */
  ruleId: string | null,
  /** How many. */
  customers: number,
};

/** Ends a session that holds a flag. */
export type SessionEnd = {
  /** The blocker's, as `kill_attempt` names it now: no other session can be ended. */
  pid: number,
  /** The flag's id or key. */
  flag: string,
};

/** Settings, with defaults for what was never set. */
export type Settings = {
  /** Days that the evaluation log is kept, 1 to 3,650. */
  retentionDays: number,
};

/** Sets the workspace's settings. */
export type SettingsSet = {
  /** All of them. */
  settings: Settings,
  /** Why. */
  note?: string,
};

/** A value of an attribute and how common it is. */
export type SuggestedValue = {
  /** A text, a number, or true or false. */
  value: JsonValue,
  /** Of all customers, 0 to 1; null when nobody knows. */
  share: number | null,
};

/** A rule above that serves some of a rule's people. */
export type TakenBy = {
  /** The rule above. */
  ruleId: string,
  /** How many it took. */
  customers: number,
};

/** How a connection is protected. */
export type TlsMode = "verify_full" | "require" | "disable";

/** How an evaluation went. */
export type Trace = {
  /** False: killed. */
  isActive: boolean,
  /** Whether the flag is switched on in the environment. */
  environmentOn: boolean,
  /** 0 to 99,999; null without an entity id. */
  bucket: number | null,
  /** Every rule, in order. */
  rules: Array<RuleTrace>,
};

/** A key that is asked for although no flag answers to it. */
export type UnknownFlag = {
  /** The key. */
  key: string,
  /** The environment's key. */
  environment: string,
  /** When it was first asked for. */
  firstAskedAt: string,
  /** When it was last asked for. */
  lastAskedAt: string,
  /** How many times it was asked for. */
  asked: number,
  /** The flag that has this key and yet did not answer: archived, or not client-visible and asked
   * for with a client key. */
  flagId: string | null,
};

/** What the counts say about whether a flag is needed. */
export type UsageState = { "kind": "never" } | { "kind": "idle",
  /** When somebody last did. */
  since: string,
} | { "kind": "bulk_only" } | { "kind": "same_value",
  /** Which. */
  value: JsonValue,
} | { "kind": "used" };

/** How many customers get a value. */
export type ValueCount = {
  /** The value. */
  value: JsonValue,
  /** How many get it. */
  customers: number,
};

/** Customers with one value of an attribute. */
export type ValueEffects = {
  /** What they have in the attribute, null for nothing; long ones are shortened. */
  value: JsonValue,
  /** Who gain a value other than the default; of a boolean flag, `true`. */
  gained: number,
  /** Who lose it. */
  lost: number,
  /** Who get another value, but neither gain nor lose. */
  changed: number,
};

/** How many customers get a value, before and after. */
export type ValueImpact = {
  /** A value of the saved flag or of the draft. */
  value: JsonValue,
  /** Customers who get it now. */
  now: number,
  /** Customers who will get it. */
  after: number,
};

/** Customers who get another value than before. */
export type ValueMove = {
  /** What they get now. */
  from: JsonValue,
  /** What they will get. */
  to: JsonValue,
  /** How many. */
  customers: number,
};

/** How many customers get a value. */
export type ValueShare = {
  /** One of the flag's values. */
  value: JsonValue,
  /** Customers who get it. */
  customers: number,
};

/** What is known of the trail. */
export type VerificationState = "idle" | "running" | "intact" | "broken";

/** How far verification is, and what it found. */
export type VerificationStatus = {
  /** What is known. */
  state: VerificationState,
  /** Entries that were found intact. */
  checked: number,
  /** Entries that there are. */
  of: number,
  /** When verification last came to its end and everything was intact; remembered between runs. */
  verifiedAt: string | null,
  /** `broken`: the first entry that may be the bad one. */
  brokenAt: number | null,
  /** `broken`: the last entry that may be; the same as `brokenAt` when it is known which. */
  brokenThrough: number | null,
  /** What is wrong, or why the trail could not be read, in a sentence. */
  problem: string | null,
  /** The newest checkpoint that this computer knows; verification holds the trail against it. */
  checkpoint: Checkpoint | null,
};

/** A version: when, by whom and why. */
export type VersionMark = {
  /** Its number. */
  version: number,
  /** When it was made. */
  at: string,
  /** By whom. */
  actor: string,
  /** Why; empty when nobody said. */
  note: string,
};

/** One thing wrong in a request. */
export type Violation = {
  /** The field, as in `rules[3].percentage`. */
  path: string,
  /** What is wrong and what would be right. */
  message: string,
};

/** Which of the customers. */
export type Who = { "kind": "all_moved" } | { "kind": "moved",
  /** What they get now. */
  from: JsonValue,
  /** What they will get. */
  to: JsonValue,
} | { "kind": "affected",
  /** The way. */
  effect: Effect,
} | { "kind": "reached",
  /** The rule. */
  ruleId: string,
};

/** What a customer gets, or got, and everything that led to it. */
export type Why = {
  /** The flag: as it is now, or as it was then. */
  flag: Flag,
  /** The environment's key. */
  environment: string,
  /** As asked. */
  entityId: string,
  /** The customer's row of today; null: not in the customers table, or that cannot be read. */
  customer: Customer | null,
  /** Why the customers table cannot be read now; null: it was read. */
  unread: string | null,
  /** What they get, or got. */
  evaluation: Evaluation,
  /** The version that last switched, killed, restored, archived or unarchived the flag as it is here;
   * null: longer ago than is looked. */
  switched: VersionMark | null,
  /** How each rule fared. */
  trace: Trace,
  /** The audiences of the flag's rules, now or as they were, as the flag. */
  audiences: Array<AudienceTrace>,
  /** Single changes that would give another value now, simplest first; none of the past. */
  flips: Array<Flip>,
  /** null: it is about now. */
  past: Past | null,
};

/** What a customer gets, or got, of every flag. */
export type WhyAll = {
  /** As asked. */
  entityId: string,
  /** The customer's row of today; null: not in the customers table, or that cannot be read. */
  customer: Customer | null,
  /** Why the customers table cannot be read now; null: it was read. */
  unread: string | null,
  /** Every flag that was not archived, by key. */
  flags: Array<WhyFlag>,
};

/** Asks what a customer gets of every flag. */
export type WhyAllRequest = {
  /** The environment's key. */
  environment: string,
  /** The customer's id as text; one that is not in the table is answered too. */
  entityId: string,
  /** A moment of the past; now when absent. */
  at?: string,
};

/** What a customer gets, or got, of one flag. */
export type WhyFlag = {
  /** The flag. */
  id: string,
  /** Its key. */
  key: string,
  /** Its version, now or then. */
  version: number,
  /** What they get, or got. */
  evaluation: Evaluation,
  /** 0 to 99,999: where they stand on the flag's percentages. */
  bucket: number,
  /** The rule that decided. */
  rule: Rule | null,
  /** The name of its audience. */
  audienceName: string | null,
  /** How many rules there are. */
  ruleCount: number,
  /** What it rests on; of now, always the customer's row. */
  basis: Basis,
};

/** Asks why. */
export type WhyRequest = {
  /** The flag's id or key. */
  flag: string,
  /** The environment's key. */
  environment: string,
  /** The customer's id as text; one that is not in the table is answered too. */
  entityId: string,
  /** A moment of the past; now when absent. That of a logged call explains that call. */
  at?: string,
};

/** Opens a database that was not opened before. */
export type WorkspaceConnect = {
  /** What to call the workspace; 1 to 100 characters. */
  name: string,
  /** How to reach its database. */
  connection: ConnectionInput,
  /** Whether Halyard's schema may be created when it is missing. */
  createSchema: boolean,
  /** Whether to keep the password in the system's keychain; otherwise it is kept for this session. */
  rememberPassword: boolean,
};

/** Removes a workspace from the list; its database is not touched. */
export type WorkspaceForget = {
  /** Which. */
  id: string,
};

/** The open workspace. */
export type WorkspaceInfo = {
  /** Stable for as long as it is remembered. */
  id: string,
  /** As shown; can be changed. */
  name: string,
  /** Where the database runs. */
  kind: WorkspaceKind,
  /** Name or address of the database's machine. */
  host: string,
  /** Its port. */
  port: number,
  /** The database's name. */
  database: string,
  /** The database role the app is logged in as. */
  role: string,
  /** The version of Postgres, as `18.1`; empty until connected. */
  serverVersion: string,
};

/** Where a workspace's database runs. */
export type WorkspaceKind = "embedded" | "connected";

/** Opens a remembered workspace. */
export type WorkspaceOpen = {
  /** Which. */
  id: string,
  /** For a connected workspace whose password was not remembered; kept for this session. */
  password?: string,
};

/** Gives the open workspace another name. */
export type WorkspaceRename = {
  /** 1 to 100 characters. */
  name: string,
};

/** Whether a workspace can be used. */
export type WorkspaceState = "none" | "opening" | "ready" | "unavailable";

/** Everything the page's frame needs. */
export type WorkspaceStatus = {
  /** Whether a workspace can be used. */
  state: WorkspaceState,
  /** The workspace that is open, being opened or unavailable. */
  workspace: WorkspaceInfo | null,
  /** While opening. */
  progress: Progress | null,
  /** Why it is unavailable, or why opening failed. `permission_denied` asks for a password. */
  problem: CommandError | null,
  /** Who the audit says made a change; null until asked. */
  actor: string | null,
  /** What the database role may do, in the open workspace. */
  rights: Rights | null,
  /** Prefill for the question, from the system. */
  suggestedActor: string,
  /** Whether this computer tells of kills and restores by others in the workspace. */
  killNotifications: boolean,
  /** Remembered workspaces, the last used first. */
  remembered: Array<RememberedWorkspace>,
};

/** Tries a connection. */
export type WorkspaceTestConnection = {
  /** What to try. */
  connection: ConnectionInput,
};

/** Every command with what it takes and answers. */
export type Commands = {
  workspace_status: { request: Nothing; response: WorkspaceStatus };
  /** Opens the sample workspace, making it first when there is none. Answers at once; `workspace_status` shows the progress. */
  workspace_explore_sample: { request: Nothing; response: WorkspaceStatus };
  /** Tries a connection step by step; changes nothing. */
  workspace_test_connection: { request: WorkspaceTestConnection; response: ConnectionReport };
  /** Creates the schema only when `createSchema` is true; otherwise a missing schema is an error. */
  workspace_connect: { request: WorkspaceConnect; response: WorkspaceStatus };
  /** `password`: for a connected workspace whose password was not remembered. */
  workspace_open: { request: WorkspaceOpen; response: WorkspaceStatus };
  workspace_close: { request: Nothing; response: WorkspaceStatus };
  workspace_forget: { request: WorkspaceForget; response: WorkspaceStatus };
  workspace_rename: { request: WorkspaceRename; response: WorkspaceStatus };
  actor_set: { request: ActorSet; response: WorkspaceStatus };
  /** Answers at once when the state is not the known one, else when it changes, at the latest after 25 s. */
  live_wait: { request: LiveWait; response: Live };
  flags_list: { request: FlagsListRequest; response: FlagsList };
  /** `flag` is the id or the key, here and below. */
  flag_get: { request: FlagGet; response: Flag };
  flag_create: { request: NewFlag; response: Flag };
  flag_update: { request: FlagUpdate; response: Flag };
  flag_set_environment: { request: FlagSetEnvironment; response: Flag };
  flag_archive: { request: FlagArchive; response: Flag };
  flag_unarchive: { request: FlagArchive; response: Flag };
  flag_revert: { request: FlagRevert; response: Flag };
  flag_versions: { request: FlagVersionsRequest; response: Array<FlagVersion> };
  /** Idempotent, needs no version, never conflicts. `blocked` after a second of waiting for somebody who holds the flag (`details.blocker`), `database_unavailable` at once when it is known to be gone: in both cases it goes on in the background, see `kill_attempt`. */
  flag_kill: { request: FlagKill; response: KillResult };
  /** The same way back. While the database is gone it is not tried in the background. */
  flag_restore: { request: FlagKill; response: KillResult };
  /** In the order asked for. */
  flags_kill: { request: FlagsKill; response: Array<FlagKilled> };
  /** The kill or restore of a flag that goes on in the background, or how it ended; null when none does. */
  kill_attempt: { request: KillOf; response: KillAttempt | null };
  /** Stops trying. */
  kill_call_off: { request: KillOf; response: Nothing };
  /** Ends the session that holds the flag, if the database role may. */
  session_end: { request: SessionEnd; response: Nothing };
  /** Cheap: to be asked again and again while somebody watches. */
  kill_effect: { request: KillEffectRequest; response: KillEffect };
  /** Counted in the background; `count_progress` and `count_cancel` know it by its topic. */
  kill_consequence: { request: KillConsequenceRequest; response: KillConsequence };
  /** From the last known state: works while the database is gone. */
  flag_kill_statement: { request: FlagKillStatement; response: KillStatement };
  kill_board: { request: Nothing; response: KillBoard };
  /** For telling of kills by others. */
  kills_since: { request: KillsSinceRequest; response: KillsSince };
  kill_notifications_set: { request: KillNotificationsSet; response: WorkspaceStatus };
  flags_reach: { request: Nothing; response: FlagsReach };
  /** Counts a draft over all customers, through the engine. */
  flag_reach: { request: FlagReachRequest; response: FlagReach };
  /** How far the count of a topic is. */
  count_progress: { request: CountTopic; response: CountProgress };
  /** Calls off the count of a topic: it answers `cancelled`. */
  count_cancel: { request: CountTopic; response: Nothing };
  /** What saving a draft would change, over all customers. */
  flag_impact: { request: FlagImpactRequest; response: FlagImpact };
  /** Who they are, in the order of their ids. */
  impact_customers: { request: ImpactCustomersRequest; response: CustomersPage };
  /** The same as a CSV file in the Downloads directory, all of them. */
  impact_customers_export: { request: ImpactCustomersExport; response: Exported };
  impact_breakdown: { request: ImpactBreakdownRequest; response: ImpactBreakdown };
  /** What saving an edited audience would change: by every flag that uses it. */
  audience_impact: { request: AudienceImpactRequest; response: AudienceImpact };
  /** Who come in or go out by it, in the order of their ids. */
  audience_impact_customers: { request: AudienceImpactCustomersRequest; response: CrossingPage };
  /** As a CSV file in the Downloads directory; the audit trail knows who did. */
  audience_impact_customers_export: { request: AudienceImpactCustomersExport; response: Exported };
  /** How far the export of a topic is. */
  export_progress: { request: ExportTopic; response: ExportProgress };
  /** Cancels the export of a topic: it answers `cancelled`, and no file is left. */
  export_cancel: { request: ExportTopic; response: Nothing };
  /** Now, or at a moment of the past. */
  why: { request: WhyRequest; response: Why };
  /** Every flag at once, a line each. */
  why_all: { request: WhyAllRequest; response: WhyAll };
  audiences_list: { request: Nothing; response: Array<Audience> };
  /** Those that do not fit the customers' tables any more. */
  audiences_broken: { request: Nothing; response: Array<BrokenAudience> };
  audience_get: { request: AudienceGet; response: Audience };
  audience_create: { request: NewAudience; response: Audience };
  audience_update: { request: AudienceUpdate; response: Audience };
  audience_delete: { request: AudienceDelete; response: Nothing };
  audience_versions: { request: AudienceVersionsRequest; response: Array<AudienceVersion> };
  audience_revert: { request: AudienceRevert; response: Audience };
  audience_count: { request: AudienceCountRequest; response: AudienceCount };
  /** Some of the customers that a condition holds for, in the order of their ids. */
  audience_sample: { request: AudienceSampleRequest; response: AudienceSample };
  audience_check: { request: AudienceCheckRequest; response: AudienceCheck };
  attributes_list: { request: Nothing; response: Array<Attribute> };
  attribute_suggestions: { request: AttributeSuggestionsRequest; response: AttributeSuggestions };
  event_names: { request: Nothing; response: EventNames | null };
  environments_list: { request: Nothing; response: Array<Environment> };
  environment_create: { request: NewEnvironment; response: Array<Environment> };
  environment_update: { request: EnvironmentUpdate; response: Array<Environment> };
  /** All keys in their new order. */
  environments_reorder: { request: EnvironmentsReorder; response: Array<Environment> };
  environment_delete: { request: EnvironmentDelete; response: Array<Environment> };
  sdk_keys_list: { request: Nothing; response: Array<SdkKey> };
  /** The answer holds the key itself, which is shown once: it must not be cached. */
  sdk_key_create: { request: NewSdkKey; response: CreatedSdkKey };
  /** The same, for a key that takes the place of another. */
  sdk_key_rotate: { request: SdkKeyRotate; response: CreatedSdkKey };
  sdk_key_revoke: { request: SdkKeyRevoke; response: SdkKey };
  evaluators_list: { request: Nothing; response: Array<Evaluator> };
  customer_source_get: { request: Nothing; response: CustomerSourceStatus };
  customer_source_set: { request: CustomerSourceSet; response: CustomerSourceStatus };
  catalogue_list: { request: Nothing; response: Array<CatalogueTable> };
  customers_search: { request: CustomersSearch; response: Array<CustomerReference> };
  /** Everybody, or those that a search finds, page by page. */
  customers_list: { request: CustomersListRequest; response: CustomersList };
  /** For whoever waits for a search. */
  customers_search_advice: { request: Nothing; response: CustomersSearchAdvice };
  customer_get: { request: CustomerGet; response: Customer };
  /** The row, and by one look-up every audience and what every flag serves in an environment. */
  customer_profile: { request: CustomerProfileRequest; response: CustomerProfile };
  local_endpoint_get: { request: Nothing; response: LocalEndpointStatus };
  local_endpoint_set: { request: LocalEndpointSet; response: LocalEndpointStatus };
  audit_list: { request: AuditQuery; response: AuditPage };
  /** What entries can be filtered by. */
  audit_authors: { request: Nothing; response: AuditAuthors };
  /** Verifies the trail from the first entry, in the background; answers at once. */
  audit_verify_start: { request: Nothing; response: VerificationStatus };
  /** Stops it. */
  audit_verify_cancel: { request: Nothing; response: VerificationStatus };
  /** How far it is; entries that came since a trail was found intact are verified by asking. */
  audit_verification: { request: Nothing; response: VerificationStatus };
  /** Signs what the trail is now; this computer remembers it, and the auditor keeps the line. */
  audit_checkpoint: { request: Nothing; response: CheckpointMade };
  /** `ndjson` verifies without the database: `halyard-server audit verify`. */
  audit_export: { request: AuditExport; response: Exported };
  /** Changes of production without a note, newest first. */
  reviews_list: { request: Nothing; response: Array<ReviewDue> };
  /** Says why: an entry of its own. */
  change_note_add: { request: ChangeNoteAdd; response: Nothing };
  /** Newest first in both directions; answers within about two seconds, if need be with how far it looked. */
  evaluations_list: { request: EvaluationsList; response: EvaluationsPage };
  /** One call with all its flags. */
  evaluation_call: { request: EvaluationCallGet; response: EvaluationCallDetail };
  /** From the counts alone; says which filters those do not know. */
  evaluations_histogram: { request: EvaluationsHistogramRequest; response: EvaluationsHistogram };
  flag_usage: { request: FlagUsageRequest; response: FlagUsage };
  /** The last 24 hours of every flag. */
  flags_usage: { request: Nothing; response: FlagsUsage };
  /** Keys that SDKs ask for and that no flag answers to. */
  unknown_flags_list: { request: Nothing; response: Array<UnknownFlag> };
  /** Which SDKs call, for choosing one. */
  evaluations_sdks: { request: EvaluationsSdks; response: Array<SdkSeen> };
  /** Looking on: the newest since the last answer, bounded, with the rate. */
  evaluations_since: { request: EvaluationsSinceRequest; response: EvaluationsTail };
  /** As a CSV file in the Downloads directory, all of them. */
  evaluations_export: { request: EvaluationsExport; response: Exported };
  /** The same filter as a statement for a tool of one's own. */
  evaluations_sql: { request: EvaluationsSqlRequest; response: EvaluationsSql };
  /** How much the evaluation log takes. */
  log_storage: { request: Nothing; response: LogStorage };
  settings_get: { request: Nothing; response: Settings };
  settings_set: { request: SettingsSet; response: Settings };
  /** Removes a customer's evaluations for good. */
  customer_erase: { request: CustomerErase; response: Erased };
  customer_erase_progress: { request: Nothing; response: EraseProgress };
};

export type CommandName = keyof Commands;

/** The tags a command's answer is cached under, and those whose cached answers it makes stale. */
export type CommandTags = { provides: ReadonlyArray<CacheTag>; invalidates: ReadonlyArray<CacheTag> };

export const COMMAND_TAGS: { readonly [name in CommandName]: CommandTags } = {
  workspace_status: { provides: ["workspace"], invalidates: [] },
  workspace_explore_sample: { provides: [], invalidates: ["workspace", "flags", "audiences", "environments", "customer_source", "customers", "audit", "evaluations", "sdk_keys", "evaluators", "local_endpoint"] },
  workspace_test_connection: { provides: [], invalidates: [] },
  workspace_connect: { provides: [], invalidates: ["workspace", "flags", "audiences", "environments", "customer_source", "customers", "audit", "evaluations", "sdk_keys", "evaluators", "local_endpoint"] },
  workspace_open: { provides: [], invalidates: ["workspace", "flags", "audiences", "environments", "customer_source", "customers", "audit", "evaluations", "sdk_keys", "evaluators", "local_endpoint"] },
  workspace_close: { provides: [], invalidates: ["workspace", "flags", "audiences", "environments", "customer_source", "customers", "audit", "evaluations", "sdk_keys", "evaluators", "local_endpoint"] },
  workspace_forget: { provides: [], invalidates: ["workspace", "flags", "audiences", "environments", "customer_source", "customers", "audit", "evaluations", "sdk_keys", "evaluators", "local_endpoint"] },
  workspace_rename: { provides: [], invalidates: ["workspace"] },
  actor_set: { provides: [], invalidates: ["workspace"] },
  live_wait: { provides: [], invalidates: [] },
  flags_list: { provides: ["flags"], invalidates: [] },
  flag_get: { provides: ["flags"], invalidates: [] },
  flag_create: { provides: [], invalidates: ["flags", "audit"] },
  flag_update: { provides: [], invalidates: ["flags", "audit"] },
  flag_set_environment: { provides: [], invalidates: ["flags", "audit"] },
  flag_archive: { provides: [], invalidates: ["flags", "audit"] },
  flag_unarchive: { provides: [], invalidates: ["flags", "audit"] },
  flag_revert: { provides: [], invalidates: ["flags", "audit"] },
  flag_versions: { provides: ["flags"], invalidates: [] },
  flag_kill: { provides: [], invalidates: ["flags", "audit"] },
  flag_restore: { provides: [], invalidates: ["flags", "audit"] },
  flags_kill: { provides: [], invalidates: ["flags", "audit"] },
  kill_attempt: { provides: [], invalidates: [] },
  kill_call_off: { provides: [], invalidates: [] },
  session_end: { provides: [], invalidates: [] },
  kill_effect: { provides: [], invalidates: [] },
  kill_consequence: { provides: ["flags", "audiences", "customers", "customer_source"], invalidates: [] },
  flag_kill_statement: { provides: [], invalidates: [] },
  kill_board: { provides: ["flags", "audit"], invalidates: [] },
  kills_since: { provides: [], invalidates: [] },
  kill_notifications_set: { provides: [], invalidates: ["workspace"] },
  flags_reach: { provides: ["flags", "audiences", "customers", "customer_source"], invalidates: [] },
  flag_reach: { provides: ["audiences", "customers", "customer_source"], invalidates: [] },
  count_progress: { provides: [], invalidates: [] },
  count_cancel: { provides: [], invalidates: [] },
  flag_impact: { provides: ["flags", "audiences", "customers", "customer_source"], invalidates: [] },
  impact_customers: { provides: ["flags", "audiences", "customers", "customer_source"], invalidates: [] },
  impact_customers_export: { provides: [], invalidates: ["audit"] },
  impact_breakdown: { provides: ["flags", "audiences", "customers", "customer_source"], invalidates: [] },
  audience_impact: { provides: ["flags", "audiences", "customers", "customer_source"], invalidates: [] },
  audience_impact_customers: { provides: ["audiences", "customers", "customer_source"], invalidates: [] },
  audience_impact_customers_export: { provides: [], invalidates: ["audit"] },
  export_progress: { provides: [], invalidates: [] },
  export_cancel: { provides: [], invalidates: [] },
  why: { provides: ["flags", "audiences", "customers"], invalidates: [] },
  why_all: { provides: ["flags", "audiences", "customers"], invalidates: [] },
  audiences_list: { provides: ["audiences", "flags"], invalidates: [] },
  audiences_broken: { provides: ["audiences", "flags", "customer_source"], invalidates: [] },
  audience_get: { provides: ["audiences", "flags"], invalidates: [] },
  audience_create: { provides: [], invalidates: ["audiences", "audit"] },
  audience_update: { provides: [], invalidates: ["audiences", "audit"] },
  audience_delete: { provides: [], invalidates: ["audiences", "audit"] },
  audience_versions: { provides: ["audiences"], invalidates: [] },
  audience_revert: { provides: [], invalidates: ["audiences", "audit"] },
  audience_count: { provides: ["customers", "customer_source"], invalidates: [] },
  audience_sample: { provides: ["customers", "customer_source"], invalidates: [] },
  audience_check: { provides: ["customers", "customer_source"], invalidates: [] },
  attributes_list: { provides: ["customer_source"], invalidates: [] },
  attribute_suggestions: { provides: ["customer_source"], invalidates: [] },
  event_names: { provides: ["customer_source"], invalidates: [] },
  environments_list: { provides: ["environments"], invalidates: [] },
  environment_create: { provides: [], invalidates: ["environments", "flags", "audit"] },
  environment_update: { provides: [], invalidates: ["environments", "audit"] },
  environments_reorder: { provides: [], invalidates: ["environments", "audit"] },
  environment_delete: { provides: [], invalidates: ["environments", "flags", "sdk_keys", "audit"] },
  sdk_keys_list: { provides: ["sdk_keys"], invalidates: [] },
  sdk_key_create: { provides: [], invalidates: ["sdk_keys", "audit"] },
  sdk_key_rotate: { provides: [], invalidates: ["sdk_keys", "audit"] },
  sdk_key_revoke: { provides: [], invalidates: ["sdk_keys", "audit"] },
  evaluators_list: { provides: ["evaluators"], invalidates: [] },
  customer_source_get: { provides: ["customer_source"], invalidates: [] },
  customer_source_set: { provides: [], invalidates: ["customer_source", "customers", "audiences", "audit"] },
  catalogue_list: { provides: ["customer_source"], invalidates: [] },
  customers_search: { provides: ["customers", "customer_source"], invalidates: [] },
  customers_list: { provides: ["customers", "customer_source"], invalidates: [] },
  customers_search_advice: { provides: ["customer_source"], invalidates: [] },
  customer_get: { provides: ["customers", "customer_source"], invalidates: [] },
  customer_profile: { provides: ["flags", "audiences", "environments", "customers", "customer_source"], invalidates: [] },
  local_endpoint_get: { provides: ["local_endpoint"], invalidates: [] },
  local_endpoint_set: { provides: [], invalidates: ["local_endpoint", "evaluators"] },
  audit_list: { provides: ["audit"], invalidates: [] },
  audit_authors: { provides: ["audit"], invalidates: [] },
  audit_verify_start: { provides: [], invalidates: [] },
  audit_verify_cancel: { provides: [], invalidates: [] },
  audit_verification: { provides: [], invalidates: [] },
  audit_checkpoint: { provides: [], invalidates: [] },
  audit_export: { provides: [], invalidates: ["audit"] },
  reviews_list: { provides: ["audit"], invalidates: [] },
  change_note_add: { provides: [], invalidates: ["audit"] },
  evaluations_list: { provides: ["evaluations"], invalidates: [] },
  evaluation_call: { provides: ["evaluations"], invalidates: [] },
  evaluations_histogram: { provides: ["evaluations"], invalidates: [] },
  flag_usage: { provides: ["evaluations", "flags"], invalidates: [] },
  flags_usage: { provides: ["evaluations", "flags"], invalidates: [] },
  unknown_flags_list: { provides: ["evaluations", "flags"], invalidates: [] },
  evaluations_sdks: { provides: ["evaluations"], invalidates: [] },
  evaluations_since: { provides: [], invalidates: [] },
  evaluations_export: { provides: [], invalidates: ["audit"] },
  evaluations_sql: { provides: [], invalidates: [] },
  log_storage: { provides: ["evaluations", "workspace"], invalidates: [] },
  settings_get: { provides: ["workspace"], invalidates: [] },
  settings_set: { provides: [], invalidates: ["workspace", "evaluations", "audit"] },
  customer_erase: { provides: [], invalidates: ["evaluations", "audit"] },
  customer_erase_progress: { provides: [], invalidates: [] },
};
