// SDK keys as settings show them: what each kind opens, their states and groups, what is asked for a new one. Pure.
import type { Environment, KeyKind, KeyRole, NewSdkKey, SdkKey, Violation } from "@/contract";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A key that ends so soon is pointed out. */
const SOON_MS = 7 * DAY_MS;

export const LONGEST_NAME = 200;
/** Of one kind in one environment: two, so that one can take the place of the other. */
export const LIVE_LIMIT = 2;

type Kind = { kind: KeyKind; name: string; secret: boolean; opens: string; goes: string };

export const KINDS: ReadonlyArray<Kind> = [
  {
    kind: "server",
    name: "Server",
    secret: true,
    opens: "Every flag of one environment.",
    goes: "Secret: for your own back ends, never in a page or an app.",
  },
  {
    kind: "client",
    name: "Client",
    secret: false,
    opens: "The flags of one environment that clients may see.",
    goes: "Public: may be in web pages and mobile apps.",
  },
  {
    kind: "admin",
    name: "Admin",
    secret: true,
    opens: "The administration API, as far as its role goes.",
    goes: "Secret: for scripts and pipelines.",
  },
];

export const ROLES: ReadonlyArray<{ role: KeyRole; name: string; may: string }> = [
  { role: "viewer", name: "Viewer", may: "Reads flags, audiences and the audit." },
  { role: "operator", name: "Operator", may: "Also kills, restores and switches flags." },
  { role: "editor", name: "Editor", may: "Also changes flags, audiences and environments." },
  { role: "admin", name: "Admin", may: "Also changes where customers live." },
];

export function kindOf(kind: KeyKind): Kind {
  return KINDS.find((one) => one.kind === kind) as Kind;
}

export function roleName(role: KeyRole): string {
  return ROLES.find((one) => one.role === role)?.name ?? role;
}

/** `ending`: live, but not for long. */
export type KeyState = "live" | "ending" | "expired" | "revoked";

/** `now` in milliseconds since 1970. */
export function keyState(key: SdkKey, now: number): KeyState {
  if (key.revokedAt !== null) return "revoked";
  if (key.expiresAt === null) return "live";
  const left = Date.parse(key.expiresAt) - now;
  if (left <= 0) return "expired";
  return left < SOON_MS ? "ending" : "live";
}

export function isLive(key: SdkKey, now: number): boolean {
  const state = keyState(key, now);
  return state === "live" || state === "ending";
}

/** How many keys of its kind are live where this one is, itself included. */
export function liveBeside(
  keys: ReadonlyArray<SdkKey>,
  { kind, environment }: { kind: KeyKind; environment: string | null },
  now: number,
): number {
  return keys.filter((key) => key.kind === kind && key.environment === environment && isLive(key, now))
    .length;
}

/** Whether another key of the kind fits in there; admin keys have no limit. */
export function hasRoom(
  keys: ReadonlyArray<SdkKey>,
  place: { kind: KeyKind; environment: string | null },
  now: number,
): boolean {
  return place.kind === "admin" || liveBeside(keys, place, now) < LIVE_LIMIT;
}

export type KeyGroup = {
  /** Key of the environment, or "" for administration. */
  id: string;
  /** null: administration, or an environment that is gone. */
  environment: Environment | null;
  name: string;
  live: ReadonlyArray<SdkKey>;
  /** Expired and revoked ones, the last to end first. */
  ended: ReadonlyArray<SdkKey>;
};

/** The keys of each environment in its place, those of environments that are gone, and the admin keys. */
export function keyGroups(
  keys: ReadonlyArray<SdkKey>,
  environments: ReadonlyArray<Environment>,
  now: number,
): ReadonlyArray<KeyGroup> {
  const group = (
    id: string,
    name: string,
    environment: Environment | null,
    own: Array<SdkKey>,
  ): KeyGroup => ({
    id,
    environment,
    name,
    live: own.filter((key) => isLive(key, now)).sort(byKindThenAge),
    ended: own.filter((key) => !isLive(key, now)).sort((a, b) => endOf(b) - endOf(a)),
  });
  const of = (environment: string | null) => keys.filter((key) => key.environment === environment);
  const known = new Set(environments.map(({ key }) => key));
  const gone = [...new Set(keys.flatMap(({ environment }) => environment ?? []))].filter(
    (key) => !known.has(key),
  );
  const admin = of(null);
  return [
    ...environments.map((environment) =>
      group(environment.key, environment.name, environment, of(environment.key)),
    ),
    ...gone.map((key) => group(key, `${key} (deleted)`, null, of(key))),
    ...(admin.length > 0 ? [group("", "Administration", null, admin)] : []),
  ];
}

function byKindThenAge(a: SdkKey, b: SdkKey): number {
  const rank = ({ kind }: SdkKey) => KINDS.findIndex((one) => one.kind === kind);
  return rank(a) - rank(b) || Date.parse(b.createdAt) - Date.parse(a.createdAt);
}

function endOf(key: SdkKey): number {
  return Date.parse(key.revokedAt ?? key.expiresAt ?? key.createdAt);
}

export type Expiry = "never" | "week" | "month" | "quarter" | "year" | "on";

export const EXPIRIES: ReadonlyArray<{ value: Expiry; label: string; days: number | null }> = [
  { value: "never", label: "Never", days: null },
  { value: "week", label: "In 7 days", days: 7 },
  { value: "month", label: "In 30 days", days: 30 },
  { value: "quarter", label: "In 90 days", days: 90 },
  { value: "year", label: "In a year", days: 365 },
  { value: "on", label: "On a day…", days: null },
];

export type KeyForm = {
  kind: KeyKind;
  name: string;
  environment: string | null;
  role: KeyRole;
  expiry: Expiry;
  /** For "on": the last day it works, as `2027-01-31`. */
  day: string | null;
};
export type KeyField = "kind" | "name" | "environment" | "role" | "expiry";
export type KeyErrors = { [field in KeyField]?: string };

export const EMPTY_KEY_FORM: KeyForm = {
  kind: "server",
  name: "",
  environment: null,
  role: "viewer",
  expiry: "never",
  day: null,
};

/** The form with an environment to start from, as soon as they are known: the first production one. */
export function withEnvironment(form: KeyForm, environments: ReadonlyArray<Environment>): KeyForm {
  if (form.environment !== null) return form;
  const first = environments.find(({ production }) => production) ?? environments[0];
  return { ...form, environment: first?.key ?? null };
}

/** When it expires, as ISO 8601; null for never, or when there is no such day. The chosen day still counts. */
export function expiresAt(form: Pick<KeyForm, "expiry" | "day">, now: number): string | null {
  const days = EXPIRIES.find(({ value }) => value === form.expiry)?.days ?? null;
  if (days !== null) return new Date(now + days * DAY_MS).toISOString();
  if (form.expiry === "never" || form.day === null) return null;
  const end = new Date(`${form.day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

/** What keeps the form from being sent, beside its field. The app checks everything again. */
export function keyErrors(
  form: KeyForm,
  keys: ReadonlyArray<SdkKey>,
  environments: ReadonlyArray<Environment>,
  now: number,
): KeyErrors {
  const errors: KeyErrors = {};
  const name = form.name.trim();
  if (name === "") {
    errors.name =
      form.kind === "admin" ? "Give it a name: the audit shows it." : "Give it a name, as in Web shop.";
  } else if ([...name].length > LONGEST_NAME) errors.name = `A name has at most ${LONGEST_NAME} characters.`;
  if (form.kind !== "admin") {
    if (form.environment === null) errors.environment = "Choose the environment it opens.";
    else if (!hasRoom(keys, { kind: form.kind, environment: form.environment }, now)) {
      const place = environments.find(({ key }) => key === form.environment)?.name ?? form.environment;
      errors.environment = `${place} has ${LIVE_LIMIT} live ${form.kind} keys, which is the most. Revoke one first.`;
    }
  }
  if (form.expiry === "on") {
    const at = expiresAt(form, now);
    if (at === null) errors.expiry = "Choose the last day it works.";
    else if (Date.parse(at) <= now) errors.expiry = "This day has passed. Choose a later one.";
  }
  return errors;
}

export function newKey(form: KeyForm, now: number): NewSdkKey {
  const at = expiresAt(form, now);
  return {
    kind: form.kind,
    name: form.name.trim(),
    ...(form.kind === "admin"
      ? { role: form.role }
      : form.environment === null
        ? {}
        : { environment: form.environment }),
    ...(at === null ? {} : { expiresAt: at }),
  };
}

const FIELDS: Record<string, KeyField> = {
  kind: "kind",
  name: "name",
  environment: "environment",
  role: "role",
  expiresAt: "expiry",
};

/** Violations by the field they stand beside; null when one has no field here. */
export function placedKeyErrors(violations: ReadonlyArray<Violation>): KeyErrors | null {
  const errors: KeyErrors = {};
  for (const { path, message } of violations) {
    const field = FIELDS[path];
    if (field === undefined) return null;
    errors[field] ??= message;
  }
  return errors;
}

export type OldKey = "now" | "day" | "week" | "stays";

export const OLD_KEY: ReadonlyArray<{ value: OldKey; name: string; means: string }> = [
  { value: "day", name: "In 24 hours", means: "Time to bring the new key out." },
  { value: "week", name: "In 7 days", means: "For apps that are released by the week." },
  { value: "stays", name: "When I revoke it", means: "Both work until then." },
  { value: "now", name: "At once", means: "It leaked: who has it is refused within 2 seconds." },
];

/** When the old key expires of itself; null: it does not, or is revoked. */
export function oldExpiresAt(choice: OldKey, now: number): string | null {
  if (choice === "day") return new Date(now + DAY_MS).toISOString();
  if (choice === "week") return new Date(now + 7 * DAY_MS).toISOString();
  return null;
}

export type Snippet = { title: string; text: string };

/**
 * A request that can be pasted into a terminal. `server` is where an evaluation server answers, `flag` a flag
 * that the key may see, `entityId` somebody to evaluate it for.
 */
export function snippetOf(
  kind: KeyKind,
  text: string,
  { server, flag, entityId }: { server: string; flag: string; entityId: string },
): Snippet {
  const header = `-H 'Authorization: Bearer ${text}'`;
  if (kind === "admin") {
    return { title: "List the flags", text: `curl ${server}/feature-flags \\\n  ${header}` };
  }
  return {
    title: "Evaluate a flag",
    text: [
      `curl ${server}/feature-flags/evaluate \\`,
      `  ${header} \\`,
      "  -H 'Content-Type: application/json' \\",
      `  -d ${quoted(JSON.stringify({ key: flag, entityId }))}`,
    ].join("\n"),
  };
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where `make server` and a freshly started server answer. */
export const USUAL_SERVER = "http://127.0.0.1:8080";
