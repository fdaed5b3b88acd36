// Writes the file of types: the values that a flag can have are its default and those of its rules.
import type { FlagValue } from "../types.js";
import type { FlagOfServer } from "./flags.js";

const HEAD = `// Written by \`npx @halyard/flags types\`. Do not edit: run it again.
import "@halyard/flags";

declare module "@halyard/flags" {
  interface Flags {
`;
const FOOT = `  }
}
`;

/** The whole file, flags by key. */
export function writeTypes(flags: ReadonlyArray<FlagOfServer>): string {
  const sorted = [...flags].sort((a, b) => (a.key < b.key ? -1 : 1));
  return HEAD + sorted.map(line).join("") + FOOT;
}

function line(flag: FlagOfServer): string {
  // A comment could be ended by the name itself.
  const words = flag.name?.replaceAll("*/", "* /").replaceAll(/\s+/g, " ").trim();
  const comment = words && words !== flag.key ? `    /** ${words} */\n` : "";
  return `${comment}    ${JSON.stringify(flag.key)}: ${typeOf(flag)};\n`;
}

/** The union of what the flag can serve now. */
export function typeOf({
  type,
  defaultValue,
  rules,
}: Omit<FlagOfServer, "key" | "name" | "clientVisible">): string {
  if (type === "boolean") return "boolean";
  const values = [defaultValue, ...(rules ?? []).map(({ value }) => value)].filter(
    (value) => value !== undefined,
  );
  const shapes = values.map((value) => (type === "json" ? shapeOf(value) : JSON.stringify(value)));
  return shapes.length > 0 ? [...new Set(shapes)].join(" | ") : type === "json" ? "unknown" : type;
}

/** The type of a JSON value: what its fields are, not what they hold. */
function shapeOf(value: FlagValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    const elements = [...new Set(value.map(shapeOf))];
    return elements.length > 0 ? `ReadonlyArray<${elements.join(" | ")}>` : "ReadonlyArray<never>";
  }
  if (typeof value === "object") {
    const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${shapeOf(field)}`);
    return fields.length > 0 ? `{ ${fields.join("; ")} }` : "Record<string, never>";
  }
  return typeof value;
}
