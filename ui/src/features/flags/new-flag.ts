// What is typed into the dialog for a new flag, and what it becomes. Pure.
import type { Flag, FlagType, JsonValue, NewFlag, Violation } from "@/contract";

export type Form = {
  name: string;
  key: string;
  /** True once the key was typed into: it follows the name no more. */
  keyEdited: boolean;
  type: FlagType;
  defaultValue: JsonValue;
  /** What was typed as default and does not parse; null when the value says it. */
  defaultText: string | null;
  /** null: not chosen yet. */
  clientVisible: boolean | null;
  tags: ReadonlyArray<string>;
  description: string;
};

export type Field = "name" | "key" | "type" | "defaultValue" | "clientVisible" | "tags" | "description";
export type FieldErrors = { [field in Field]?: string };

const FIRST_DEFAULTS: Record<FlagType, JsonValue> = { boolean: false, string: "", number: 0, json: {} };
const LONGEST_KEY = 100;

export const EMPTY_FORM: Form = {
  name: "",
  key: "",
  keyEdited: false,
  type: "boolean",
  defaultValue: false,
  defaultText: null,
  clientVisible: null,
  tags: [],
  description: "",
};

/** "New Dashboard (beta)!" → "new-dashboard-beta"; letters with marks lose them. */
export function keyFromName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/ß/g, "ss")
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, "-")
    .slice(0, LONGEST_KEY)
    .replace(/^[-._]+|[-._]+$/g, "");
}

export function withName(form: Form, name: string): Form {
  return { ...form, name, key: form.keyEdited ? form.key : keyFromName(name) };
}

/** An emptied key follows the name again. */
export function withKey(form: Form, key: string): Form {
  return key === "" ? { ...form, key, keyEdited: false } : { ...form, key, keyEdited: true };
}

/** Another type starts with its own default. */
export function withType(form: Form, type: FlagType): Form {
  return type === form.type ? form : { ...form, type, defaultValue: FIRST_DEFAULTS[type], defaultText: null };
}

/** A copy of `flag` under a new name; it starts off everywhere. */
export function duplicateForm(flag: Flag): Form {
  const name = `${flag.name || flag.key} copy`;
  return {
    ...EMPTY_FORM,
    name,
    key: `${flag.key.slice(0, LONGEST_KEY - 5)}-copy`,
    keyEdited: true,
    type: flag.type,
    defaultValue: flag.defaultValue,
    clientVisible: flag.clientVisible,
    tags: flag.tags,
    description: flag.description,
  };
}

/** A flag for a key that code asks for already: its name is the key in words. */
export function keyedForm(key: string): Form {
  const words = key.replace(/[-._]+/g, " ").trim();
  return { ...EMPTY_FORM, name: words.charAt(0).toUpperCase() + words.slice(1), key, keyEdited: true };
}

/** What keeps the form from being sent, beside its field. The app checks everything again. */
export function missing(form: Form, defaultProblem: string | null): FieldErrors {
  const errors: FieldErrors = {};
  if (form.name.trim() === "") errors.name = "Give it a name that others understand.";
  if (form.key === "") errors.key = "Give it a key: it is what code asks for.";
  else if (!/^[A-Za-z0-9]/.test(form.key)) errors.key = "A key begins with a letter or a digit.";
  else if (!/^[A-Za-z0-9._-]*$/.test(form.key)) {
    errors.key = "A key has letters, digits, dots, hyphens and underscores only.";
  } else if (form.key.length > LONGEST_KEY) errors.key = `A key has at most ${LONGEST_KEY} characters.`;
  if (defaultProblem) errors.defaultValue = defaultProblem;
  if (form.clientVisible === null) errors.clientVisible = "Choose one: it decides who can read this flag.";
  return errors;
}

/** The request; of a duplicate, with the rules of `original` under new ids. */
export function newFlag(form: Form, original: Flag | null): NewFlag {
  return {
    key: form.key,
    name: form.name.trim(),
    description: form.description.trim(),
    type: form.type,
    defaultValue: form.defaultValue,
    clientVisible: form.clientVisible ?? false,
    tags: [...form.tags],
    ...(original && original.type === form.type
      ? { rules: original.rules.map(({ id: _id, ...rule }) => rule), permanent: original.permanent }
      : {}),
  };
}

const FIELDS: ReadonlyArray<string> = [
  "name",
  "key",
  "type",
  "defaultValue",
  "clientVisible",
  "tags",
  "description",
];

/** Violations beside their fields; `rest` has those of none. */
export function errorsByField(violations: ReadonlyArray<Violation>): {
  errors: FieldErrors;
  rest: ReadonlyArray<Violation>;
} {
  const errors: FieldErrors = {};
  const rest: Array<Violation> = [];
  for (const violation of violations) {
    const field = /^[A-Za-z]+/.exec(violation.path)?.[0] ?? "";
    if (!FIELDS.includes(field)) {
      rest.push(violation);
      continue;
    }
    const known = errors[field as Field];
    errors[field as Field] = known ? `${known} ${violation.message}` : violation.message;
  }
  return { errors, rest };
}
