// JSON values and texts as source code of other languages, such that reading the code gives the value back. Pure.
import type { JsonValue } from "@/contract";

/** How a language writes what it does not write as JSON does. */
type Dialect = {
  null: string;
  true: string;
  false: string;
  field: (name: string) => string;
};

const JAVASCRIPT: Dialect = {
  null: "null",
  true: "true",
  false: "false",
  // Plainly written it would set the object's prototype instead.
  field: (name) => (name === "__proto__" ? '["__proto__"]' : quoted(name)),
};
const PYTHON: Dialect = { null: "None", true: "True", false: "False", field: quoted };

/** The most characters of a value that is written on one line. */
const LINE = 60;

/** A text in double quotes, as JavaScript, TypeScript and Python read it. */
export function quoted(text: string): string {
  // JSON leaves these as they are; editors and older readers take them for ends of lines.
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `value` in JavaScript and TypeScript; lines after the first begin with `indent`. */
export function javascript(value: JsonValue, indent = ""): string {
  return written(value, JAVASCRIPT, indent);
}

/** `value` in Python; lines after the first begin with `indent`. */
export function python(value: JsonValue, indent = ""): string {
  return written(value, PYTHON, indent);
}

function written(value: JsonValue, dialect: Dialect, indent: string): string {
  if (value === null) return dialect.null;
  if (typeof value === "boolean") return value ? dialect.true : dialect.false;
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return JSON.stringify(value);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((one) => written(one, dialect, deeper))
    : Object.entries(value).map(([name, one]) => `${dialect.field(name)}: ${written(one, dialect, deeper)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0) return open + close;
  const line = parts.join(", ");
  if (line.length <= LINE && !line.includes("\n")) return isList ? `[${line}]` : `{ ${line} }`;
  return `${open}\n${parts.map((part) => `${deeper}${part},\n`).join("")}${indent}${close}`;
}
