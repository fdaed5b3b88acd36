// Environments as settings edit them: what is typed, their order, what a change means for flags. Pure.
import type { Environment, FlagSummary, Violation } from "@/contract";

export type EnvironmentForm = {
  name: string;
  key: string;
  /** True once the key was typed into: it follows the name no more. */
  keyEdited: boolean;
  color: string;
  production: boolean;
};
export type EnvironmentField = "name" | "key" | "color";
export type EnvironmentErrors = { [field in EnvironmentField]?: string };

export const LONGEST_KEY = 50;
export const LONGEST_NAME = 200;

/** To choose from, by name. No red: red is for killed alone. */
export const COLORS: ReadonlyArray<{ color: string; name: string }> = [
  { color: "#c2500f", name: "Orange" },
  { color: "#b58a00", name: "Yellow" },
  { color: "#7c5cf0", name: "Violet" },
  { color: "#b04fc4", name: "Purple" },
  { color: "#2a8ad4", name: "Blue" },
  { color: "#0f8f81", name: "Teal" },
  { color: "#6f8f2f", name: "Olive" },
  { color: "#6b7686", name: "Grey" },
];

/** An empty form, in the first colour that no environment has. */
export function emptyForm(environments: ReadonlyArray<Environment>): EnvironmentForm {
  const taken = new Set(environments.map(({ color }) => color.toLowerCase()));
  const color = COLORS.find((one) => !taken.has(one.color))?.color ?? "#6b7686";
  return { name: "", key: "", keyEdited: false, color, production: false };
}

/** "Pre-Prod (EU)" → "pre-prod-eu". */
export function keyFromName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, LONGEST_KEY)
    .replace(/-+$/, "");
}

export function withName(form: EnvironmentForm, name: string): EnvironmentForm {
  return { ...form, name, key: form.keyEdited ? form.key : keyFromName(name) };
}

/** An emptied key follows the name again. */
export function withKey(form: EnvironmentForm, key: string): EnvironmentForm {
  return { ...form, key, keyEdited: key !== "" };
}

export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text.trim());
}

/** What keeps the form from being sent, beside its field. The app checks everything again. */
export function environmentErrors(
  form: Pick<EnvironmentForm, "name" | "key" | "color">,
  others: ReadonlyArray<Environment>,
): EnvironmentErrors {
  const errors: EnvironmentErrors = {};
  const name = form.name.trim();
  if (name === "") errors.name = "Give it a name, as in Staging.";
  else if ([...name].length > LONGEST_NAME) errors.name = `A name has at most ${LONGEST_NAME} characters.`;
  if (form.key === "") errors.key = "Give it a key: it is what apps name when they ask.";
  else if (!/^[a-z0-9-]*$/.test(form.key)) {
    errors.key = "A key has small letters, digits and hyphens only, as in pre-prod.";
  } else if (form.key.startsWith("-")) errors.key = "A key begins with a letter or a digit.";
  else if (form.key.length > LONGEST_KEY) errors.key = `A key has at most ${LONGEST_KEY} characters.`;
  else {
    const same = others.find(({ key }) => key === form.key);
    if (same) errors.key = `${same.name} has this key. Keys are unique.`;
  }
  if (!isColor(form.color)) errors.color = "Write the colour like #c2500f.";
  return errors;
}

/** The app's violations beside their fields; null when one belongs to no field. */
export function placedErrors(violations: ReadonlyArray<Violation>): EnvironmentErrors | null {
  const errors: EnvironmentErrors = {};
  for (const { path, message } of violations) {
    const field = path.replace(/^changes\./, "");
    if (field !== "name" && field !== "key" && field !== "color") return null;
    errors[field] = errors[field] ? `${errors[field]} ${message}` : message;
  }
  return violations.length > 0 ? errors : null;
}

/** `list` with the item at `from` at place `to`. */
export function moved<Item>(list: ReadonlyArray<Item>, from: number, to: number): Array<Item> {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}

/** `environments` in the order of `keys`; those that `keys` does not know come last. */
export function inOrder(
  environments: ReadonlyArray<Environment>,
  keys: ReadonlyArray<string>,
): Array<Environment> {
  const place = new Map(keys.map((key, index) => [key, index]));
  return [...environments].sort(
    (a, b) =>
      (place.get(a.key) ?? keys.length) - (place.get(b.key) ?? keys.length) || a.position - b.position,
  );
}

/** Flags that are on in the environment `key` and not archived; killed ones among them serve their default. */
export function flagsOn(flags: ReadonlyArray<FlagSummary>, key: string): ReadonlyArray<FlagSummary> {
  return flags.filter(({ environments, archivedAt }) => environments[key] === true && archivedAt === null);
}
