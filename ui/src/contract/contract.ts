// The contract between the page and the app: every type that crosses, and the map of commands.
// DRAFT written by hand; the Rust side generates the same declarations (ts-rs) and replaces this file.

/** Any JSON value. */
export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]?: JsonValue } | null;

// ---------------------------------------------------------------- engine
export type FlagType = "boolean" | "string" | "number" | "json";

export type Rule = {
  id: string;
  audienceId: string | null;
  /** 0 to 100, at most 3 decimals; null means everyone who passed the audience. */
  percentage: number | null;
  value: JsonValue;
  description: string;
};

export type Reason =
  | { kind: "OFF"; offBy: "KILL_SWITCH" | "ENVIRONMENT" }
  | { kind: "RULE_MATCH"; ruleIndex: number; ruleId: string; stale?: boolean }
  | { kind: "FALLTHROUGH"; stale?: boolean }
  | { kind: "ERROR"; errorKind: "FLAG_NOT_FOUND" | "AUDIENCE_UNAVAILABLE" | "EXCEPTION" };

export type RuleOutcome = "matched" | "audience_no" | "percentage_no" | "not_reached";

/** How one rule fared. `threshold` and `bucket` are in thousandths of a percent, 0 to 100,000. */
export type RuleTrace = {
  ruleId: string;
  /** null: the rule has no audience, or it was not reached. */
  audienceMatched: boolean | null;
  /** null: the rule has no percentage. */
  threshold: number | null;
  outcome: RuleOutcome;
};

export type Trace = {
  isActive: boolean;
  environmentOn: boolean;
  /** null without an entity id. */
  bucket: number | null;
  rules: Array<RuleTrace>;
};

export type Evaluation = { value: JsonValue; variationIndex: number | null; reason: Reason };

/** One violation in a request; `path` names the field, as in `rules[3].percentage`. */
export type Violation = { path: string; message: string };

// ---------------------------------------------------------------- store: flags
export type Flag = {
  id: string;
  key: string;
  name: string;
  description: string;
  type: FlagType;
  defaultValue: JsonValue;
  rules: Array<Rule>;
  environments: { [key in string]: boolean };
  isActive: boolean;
  clientVisible: boolean;
  /** Marked as meant to stay: no clean-up hints. */
  permanent: boolean;
  tags: Array<string>;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** Who made the newest version. */
  updatedBy: string;
  archivedAt: string | null;
  /** When and by whom it was killed; null unless killed. */
  killedAt: string | null;
  killedBy: string | null;
};

/** A flag as the list shows it: everything but rule and default contents, which may be large. */
export type FlagSummary = {
  id: string;
  key: string;
  name: string;
  type: FlagType;
  /** The default value as compact JSON, cut to 80 characters. */
  defaultPreview: string;
  ruleCount: number;
  audienceIds: Array<string>;
  environments: { [key in string]: boolean };
  isActive: boolean;
  clientVisible: boolean;
  permanent: boolean;
  tags: Array<string>;
  version: number;
  updatedAt: string;
  updatedBy: string;
  archivedAt: string | null;
  killedAt: string | null;
  killedBy: string | null;
};

export type FlagsList = { flags: Array<FlagSummary>; configVersion: number };

export type NewFlag = {
  key: string;
  name: string;
  description?: string;
  type: FlagType;
  defaultValue: JsonValue;
  rules?: Array<RuleInput>;
  clientVisible: boolean;
  permanent?: boolean;
  tags?: Array<string>;
  note?: string;
};

/** A rule as sent: without id it is new; a boolean flag's value may be left out (true). */
export type RuleInput = {
  id?: string;
  audienceId?: string | null;
  percentage?: number | null;
  value?: JsonValue;
  description?: string;
};

/** Only the given fields change; a given field replaces the whole of it. */
export type FlagChanges = {
  name?: string;
  description?: string;
  defaultValue?: JsonValue;
  rules?: Array<RuleInput>;
  clientVisible?: boolean;
  permanent?: boolean;
  tags?: Array<string>;
};

export type FlagVersion = {
  version: number;
  at: string;
  actor: string;
  action: string;
  note: string;
  flag: Flag;
};

// ---------------------------------------------------------------- store: audiences
export type Operator =
  | "equals"
  | "not_equals"
  | "in"
  | "not_in"
  | "contains"
  | "not_contains"
  | "starts_with"
  | "ends_with"
  | "less_than"
  | "at_most"
  | "greater_than"
  | "at_least"
  | "between"
  | "is_true"
  | "is_false"
  | "before"
  | "after"
  | "within_last_days"
  | "not_within_last_days"
  | "contains_any"
  | "contains_all"
  | "contains_none"
  | "is_set"
  | "is_not_set";

export type AttributeType =
  | "text"
  | "number"
  | "boolean"
  | "timestamp"
  | "date"
  | "text_array"
  | "json"
  | "unsupported";

export type Condition =
  | { all: Array<Condition> }
  | { any: Array<Condition> }
  | { not: Condition }
  | AttributeCondition;

export type AttributeCondition = {
  attribute: string;
  /** Inside a json attribute: the path, and the type to read it as. */
  path?: Array<string>;
  type?: AttributeType;
  operator: Operator;
  /** A scalar, a list (in, contains_*), or `[from, to]` (between); absent for is_set and the like. */
  value?: JsonValue;
  ignoreCase?: boolean;
};

export type FlagReference = { id: string; key: string };

export type Audience = {
  id: string;
  name: string;
  description: string;
  condition: Condition;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
  /** Unarchived and archived flags with a rule on it. */
  usedBy: Array<FlagReference>;
};

export type NewAudience = { name: string; description?: string; condition: Condition; note?: string };
export type AudienceChanges = { name?: string; description?: string; condition?: Condition };

/** `customers` of `total`, at `countedAt`, which took `durationMs`. */
export type AudienceCount = { customers: number; total: number; countedAt: string; durationMs: number };

/** A column of the customers table as the condition builder offers it. */
export type Attribute = {
  name: string;
  type: AttributeType;
  /** The type in the database, as Postgres prints it. */
  dbType: string;
  nullable: boolean;
  /** The values of an enum, in order; empty otherwise. */
  enumValues: Array<string>;
  operators: Array<Operator>;
};

// ---------------------------------------------------------------- store: environments
export type Environment = {
  key: string;
  name: string;
  /** `#rrggbb` */
  color: string;
  /** Position in every list, from 0. */
  position: number;
  production: boolean;
};
export type NewEnvironment = { key: string; name: string; color: string; production: boolean };
export type EnvironmentChanges = { name?: string; color?: string; production?: boolean };

// ---------------------------------------------------------------- store: customers
export type CustomerTable = {
  schema: string;
  table: string;
  idColumn: string;
  nameColumn: string | null;
  emailColumn: string | null;
};
export type EventTable = {
  schema: string;
  table: string;
  customerIdColumn: string;
  nameColumn: string;
  timeColumn: string | null;
};
export type CustomerSource = { customers: CustomerTable; events: EventTable | null };

export type CustomerSourceStatus = {
  source: CustomerSource | null;
  /** Rows in the customers table; null when not counted yet. */
  customers: number | null;
  /** What is wrong with it, in a sentence; null when all is well. */
  problem: string | null;
};

export type CatalogueColumn = {
  name: string;
  dbType: string;
  type: AttributeType;
  nullable: boolean;
  unique: boolean;
};
export type CatalogueTable = {
  schema: string;
  table: string;
  kind: "table" | "view" | "materialized_view" | "partitioned_table" | "foreign_table";
  /** The planner's estimate; null when there is none. */
  estimatedRows: number | null;
  columns: Array<CatalogueColumn>;
};

export type CustomerReference = { entityId: string; name: string | null; email: string | null };
export type CustomerField = { attribute: string; type: AttributeType; value: JsonValue };
export type Customer = CustomerReference & { fields: Array<CustomerField> };

// ---------------------------------------------------------------- store: audit and evaluations
export type AuditEntry = {
  seq: number;
  at: string;
  actor: string;
  dbRole: string;
  client: string;
  action: string;
  entityType: string;
  entityId: string;
  entityKey: string;
  before: JsonValue;
  after: JsonValue;
  note: string;
};
export type AuditPage = { entries: Array<AuditEntry>; nextCursor: string | null };

export type EvaluationRow = {
  /** Call id and position, unique per row. */
  id: string;
  at: string;
  environment: string;
  /** '' for none. */
  entityId: string;
  source: string;
  sdk: string;
  stale: boolean;
  flagKey: string;
  flagVersion: number;
  value: JsonValue;
  /** OFF, RULE_MATCH, FALLTHROUGH or ERROR. */
  reason: string;
  offBy: string | null;
  ruleIndex: number | null;
  ruleId: string | null;
};
export type EvaluationsPage = { evaluations: Array<EvaluationRow>; nextCursor: string | null };

// ---------------------------------------------------------------- admin: reach (counted by the engine over all customers)
export type ValueShare = { value: JsonValue; customers: number };
export type RuleReach = {
  ruleId: string;
  /** In the rule's audience (everyone when it has none). */
  inAudience: number;
  /** Of those, inside its percentage. */
  inPercentage: number;
  /** Of those, not taken by a rule above: what the rule really serves. */
  net: number;
};
export type FlagReach = {
  customers: number;
  rules: Array<RuleReach>;
  otherwise: number;
  /** By value, default first, then in order of the rules. */
  distribution: Array<ValueShare>;
  countedAt: string;
  durationMs: number;
};
/** Distribution under the rules of every flag that has some, counted in one pass over the customers. */
export type FlagsReach = {
  state: "counting" | "ready" | "failed";
  problem: string | null;
  customers: number;
  countedAt: string | null;
  durationMs: number | null;
  flags: { [flagId in string]: Array<ValueShare> };
};
export type FlagDraft = { key: string; type: FlagType; defaultValue: JsonValue; rules: Array<RuleInput> };

// ---------------------------------------------------------------- admin: why
/** One leaf of an audience's condition, with what the customer's row holds. */
export type ConditionTrace =
  | { all: Array<ConditionTrace>; holds: boolean }
  | { any: Array<ConditionTrace>; holds: boolean }
  | { not: ConditionTrace; holds: boolean }
  | { leaf: AttributeCondition; rowValue: JsonValue; holds: boolean };
export type AudienceTrace = { audienceId: string; name: string; member: boolean; condition: ConditionTrace };
export type Why = {
  flag: Flag;
  environment: string;
  entityId: string;
  /** null: not in the customers table. */
  customer: Customer | null;
  evaluation: Evaluation;
  trace: Trace;
  audiences: Array<AudienceTrace>;
};

// ---------------------------------------------------------------- admin: workspace
export type WorkspaceKind = "embedded" | "connected";
export type WorkspaceInfo = {
  id: string;
  name: string;
  kind: WorkspaceKind;
  host: string;
  port: number;
  database: string;
  /** The database role the app is logged in as. */
  role: string;
  serverVersion: string;
};
export type Progress = { label: string /** 0 to 1; null when unknown. */; fraction: number | null };
export type WorkspaceStatus = {
  /** none: show first start. opening: show progress. ready. unavailable: the database cannot be reached. */
  state: "none" | "opening" | "ready" | "unavailable";
  workspace: WorkspaceInfo | null;
  progress: Progress | null;
  /** Why it is unavailable, or why opening failed. */
  problem: CommandError | null;
  /** Who the audit says made a change; null until asked. */
  actor: string | null;
  /** Prefill for the question, from the system. */
  suggestedActor: string;
  /** Remembered workspaces, the last used first. */
  remembered: Array<{ id: string; name: string; kind: WorkspaceKind; host: string; database: string }>;
};
export type TlsMode = "verify_full" | "require" | "disable";
export type ConnectionInput =
  | { url: string }
  | { host: string; port: number; database: string; user: string; password: string; tls: TlsMode };
export type ConnectionStep = {
  step: "reach" | "tls" | "login" | "rights" | "schema";
  outcome: "ok" | "failed" | "skipped";
  /** What was found or what went wrong, in a sentence. */
  message: string;
  /** What to do about it; empty when ok. */
  advice: string;
};
export type ConnectionReport = { steps: Array<ConnectionStep>; schemaExists: boolean; ok: boolean };

export type Live = {
  configVersion: number;
  /** False: the database cannot be reached; lists show the last known state. */
  connected: boolean;
  /** Since when the state is what it is. */
  since: string;
  problem: string | null;
  /** Evaluators seen in the last minute. */
  evaluators: number;
};

// ---------------------------------------------------------------- errors
export type ErrorCode =
  | "invalid"
  | "not_found"
  | "conflict"
  | "already_exists"
  | "in_use"
  | "permission_denied"
  | "database_unavailable"
  | "timeout"
  | "no_workspace"
  | "internal";
export type ErrorDetails = {
  /** invalid: every violation at once. */
  violations?: Array<Violation>;
  /** conflict: the fields somebody else changed, and the flag or audience as it is now. */
  fields?: Array<string>;
  currentFlag?: Flag;
  currentAudience?: Audience;
  /** in_use: the flags that use it. already_exists: the flag that has the key (archivedAt says whether to offer unarchive). */
  flags?: Array<FlagReference>;
  archived?: boolean;
};
export type CommandError = { code: ErrorCode; message: string; details: ErrorDetails };

// ---------------------------------------------------------------- the list of commands
/** `{}` for commands that take nothing. */
export type Nothing = Record<string, never>;

export type Commands = {
  // workspace
  workspace_status: { request: Nothing; response: WorkspaceStatus };
  workspace_explore_sample: { request: Nothing; response: WorkspaceStatus };
  workspace_test_connection: { request: { connection: ConnectionInput }; response: ConnectionReport };
  /** Creates the schema only when `createSchema` is true; otherwise a missing schema is an error. */
  workspace_connect: {
    request: { name: string; connection: ConnectionInput; createSchema: boolean; rememberPassword: boolean };
    response: WorkspaceStatus;
  };
  /** password: for a connected workspace whose password was not remembered. */
  workspace_open: { request: { id: string; password?: string }; response: WorkspaceStatus };
  workspace_close: { request: Nothing; response: WorkspaceStatus };
  workspace_forget: { request: { id: string }; response: WorkspaceStatus };
  workspace_rename: { request: { name: string }; response: WorkspaceStatus };
  actor_set: { request: { actor: string }; response: WorkspaceStatus };
  /** Answers at once when the state is not `known`, else when it changes, at the latest after 25 s. */
  live_wait: {
    request: { knownConfigVersion: number | null; knownConnected: boolean | null };
    response: Live;
  };

  // flags
  flags_list: { request: { archived: boolean }; response: FlagsList };
  flags_reach: { request: Nothing; response: FlagsReach };
  /** `flag` is the id or the key, here and below. */
  flag_get: { request: { flag: string }; response: Flag };
  flag_create: { request: NewFlag; response: Flag };
  flag_update: {
    request: { flag: string; baseVersion: number; changes: FlagChanges; note?: string };
    response: Flag;
  };
  flag_set_active: { request: { flag: string; isActive: boolean; note?: string }; response: Flag };
  flag_set_environment: {
    request: { flag: string; environment: string; enabled: boolean; note?: string };
    response: Flag;
  };
  flag_archive: { request: { flag: string; note?: string }; response: Flag };
  flag_unarchive: { request: { flag: string; note?: string }; response: Flag };
  flag_revert: { request: { flag: string; version: number; note?: string }; response: Flag };
  flag_versions: {
    request: { flag: string; before: number | null; limit: number };
    response: Array<FlagVersion>;
  };
  /** Counts a draft over all customers, through the engine. */
  flag_reach: { request: { draft: FlagDraft }; response: FlagReach };
  why: { request: { flag: string; environment: string; entityId: string }; response: Why };

  // audiences
  audiences_list: { request: Nothing; response: Array<Audience> };
  audience_get: { request: { id: string }; response: Audience };
  audience_create: { request: NewAudience; response: Audience };
  audience_update: {
    request: { id: string; baseVersion: number; changes: AudienceChanges; note?: string };
    response: Audience;
  };
  audience_delete: { request: { id: string; note?: string }; response: Nothing };
  audience_count: { request: { condition: Condition }; response: AudienceCount };
  attributes_list: { request: Nothing; response: Array<Attribute> };

  // environments
  environments_list: { request: Nothing; response: Array<Environment> };
  environment_create: { request: NewEnvironment; response: Array<Environment> };
  environment_update: { request: { key: string; changes: EnvironmentChanges }; response: Array<Environment> };
  /** All keys in their new order. */
  environments_reorder: { request: { keys: Array<string> }; response: Array<Environment> };
  environment_delete: { request: { key: string }; response: Array<Environment> };

  // customers
  customer_source_get: { request: Nothing; response: CustomerSourceStatus };
  customer_source_set: { request: { source: CustomerSource }; response: CustomerSourceStatus };
  catalogue_list: { request: Nothing; response: Array<CatalogueTable> };
  customers_search: { request: { query: string; limit: number }; response: Array<CustomerReference> };
  customer_get: { request: { entityId: string }; response: Customer };

  // history
  audit_list: {
    request: { cursor?: string; limit: number; entityType?: string; entityId?: string; search?: string };
    response: AuditPage;
  };
  evaluations_list: {
    request: { cursor?: string; limit: number; flagKey?: string; entityId?: string; environment?: string };
    response: EvaluationsPage;
  };
};

export type CommandName = keyof Commands;

/** Cache tags: a query provides some, a mutation invalidates some. The generated file carries the table. */
export type CacheTag =
  | "workspace"
  | "flags"
  | "audiences"
  | "environments"
  | "customer_source"
  | "customers"
  | "audit"
  | "evaluations";
