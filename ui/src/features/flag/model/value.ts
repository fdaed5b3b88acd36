// Flag values: equality as domain says, how they read, and how typed text becomes one.

import type { FlagType, JsonValue } from "@/contract";

/** Longest serialized value, in bytes. */
export const MAXIMUM_VALUE_BYTES = 32 * 1024;

export type ParsedValue = { ok: true; value: JsonValue } | { ok: false; error: string; position?: number };

/** Equal as JSON values: numbers as 64-bit floats, objects without order. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || Array.isArray(b))
    return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

/** The value on one line, as chips and sentences show it. Strings go without quotes unless empty or blank. */
export function valueLabel(value: JsonValue, limit = 60): string {
  if (typeof value === "string" && value.trim() !== "") return cut(value.replace(/\s+/g, " "), limit);
  return cut(JSON.stringify(value), limit);
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** The value as the editor of its type shows it. */
export function editorText(type: FlagType, value: JsonValue): string {
  if (type === "string") return typeof value === "string" ? value : "";
  if (type === "json") return JSON.stringify(value, null, 2);
  return value === null ? "" : String(value);
}

/** Typed text to a value of the flag's type, or the sentence to show beside the field. */
export function parseValue(type: FlagType, text: string): ParsedValue {
  const parsed = parseByType(type, text);
  return parsed.ok ? checkedValue(parsed.value) : parsed;
}

/** What is wrong with a text that is being typed: one sentence or none. */
export function typingErrors(
  text: string | null,
  parse: (text: string) => { ok: true } | { ok: false; error: string },
): Array<string> {
  const parsed = text === null ? null : parse(text);
  return parsed && !parsed.ok ? [parsed.error] : [];
}

function parseByType(type: FlagType, text: string): ParsedValue {
  switch (type) {
    case "boolean":
      if (text === "true" || text === "false") return { ok: true, value: text === "true" };
      return { ok: false, error: "Choose true or false." };
    case "string":
      return { ok: true, value: text };
    case "number":
      return parseNumber(text);
    case "json":
      return parseJson(text);
  }
}

function parseNumber(text: string): ParsedValue {
  const typed = text.trim();
  if (typed === "") return { ok: false, error: "Type a number." };
  if (/^[+-]?\d{1,3}(,\d{3})+$/.test(typed)) {
    const plain = typed.replaceAll(",", "");
    return {
      ok: false,
      error: `Without a thousands comma, please: ${plain}, or ${typed.replace(",", ".")} for a decimal.`,
    };
  }
  const normal = /^[+-]?\d+,\d+$/.test(typed) ? typed.replace(",", ".") : typed;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(normal)) {
    return { ok: false, error: `“${cut(typed, 20)}” is not a number.` };
  }
  const value = Number(normal);
  if (!Number.isFinite(value)) return { ok: false, error: "This number is too large to store." };
  return { ok: true, value };
}

function parseJson(text: string): ParsedValue {
  if (text.trim() === "") return { ok: false, error: "Type a JSON value; null is one.", position: 0 };
  try {
    return { ok: true, value: JSON.parse(text) as JsonValue };
  } catch (problem) {
    return jsonProblem(text, problem instanceof Error ? problem.message : "");
  }
}

/** Engines word the problem differently; what they share is a position or a line and column. */
function jsonProblem(text: string, message: string): ParsedValue & { ok: false } {
  const position = positionIn(text, message);
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  const column = position - before.lastIndexOf("\n");
  const found =
    text.slice(position).trim() === "" ? "the text ends too early" : `unexpected ${describe(text, position)}`;
  return { ok: false, error: `Not valid JSON: line ${line}, column ${column}, ${found}.`, position };
}

function positionIn(text: string, message: string): number {
  const absolute = /position (\d+)/.exec(message);
  if (absolute) return Math.min(Number(absolute[1]), text.length);
  const lineColumn = /line (\d+) column (\d+)/.exec(message);
  if (lineColumn) {
    const lines = text.split("\n").slice(0, Number(lineColumn[1]) - 1);
    return Math.min(
      lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(lineColumn[2]) - 1,
      text.length,
    );
  }
  return firstProblem(text);
}

/** WebKit names no position: the problem is at the end of the longest prefix that can still become JSON. */
function firstProblem(text: string): number {
  const token = /\s*(?:[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
  const closers: string[] = [];
  // What may come next: a value, a key, a colon, or a comma or closer.
  let expected: "value" | "key" | "colon" | "next" = "value";
  let empty = false;
  let end = 0;
  while (end < text.length) {
    token.lastIndex = end;
    const found = token.exec(text);
    if (!found) break;
    const symbol = found[0].trimStart();
    const first = symbol[0] ?? "";
    if (first === "}" || first === "]") {
      if (closers[closers.length - 1] !== first || !(expected === "next" || empty)) break;
      closers.pop();
      expected = "next";
      empty = false;
    } else if (expected === "value") {
      if (first === "," || first === ":") break;
      empty = first === "{" || first === "[";
      if (empty) closers.push(first === "{" ? "}" : "]");
      expected = first === "{" ? "key" : first === "[" ? "value" : "next";
    } else if (expected === "key") {
      if (first !== '"') break;
      expected = "colon";
      empty = false;
    } else if (expected === "colon") {
      if (first !== ":") break;
      expected = "value";
    } else {
      const closer = closers[closers.length - 1];
      if (first !== "," || closer === undefined) break;
      expected = closer === "}" ? "key" : "value";
    }
    end = token.lastIndex;
  }
  const blank = /\s*/y;
  blank.lastIndex = end;
  return end + (blank.exec(text)?.[0].length ?? 0);
}

function describe(text: string, position: number): string {
  const character = text[position] ?? "";
  return character === "\n" ? "end of line" : `“${character}”`;
}

/** The limits that hold for every type: finite numbers, no NUL, 32 KiB. */
function checkedValue(value: JsonValue): ParsedValue {
  const serialized = JSON.stringify(value);
  if (serialized.includes("\\u0000")) {
    const hasNul = anyText(value, (text) => text.includes("\u0000"));
    if (hasNul) return { ok: false, error: "The NUL character (\\u0000) cannot be stored." };
  }
  if (anyNumber(value, (number) => !Number.isFinite(number))) {
    return { ok: false, error: "A number in it is too large to store." };
  }
  const bytes = new TextEncoder().encode(serialized).length;
  if (bytes > MAXIMUM_VALUE_BYTES) {
    return { ok: false, error: `At most 32 KiB; this is ${(bytes / 1024).toFixed(1)} KiB.` };
  }
  return { ok: true, value };
}

function anyText(value: JsonValue, test: (text: string) => boolean): boolean {
  if (typeof value === "string") return test(value);
  if (value === null || typeof value !== "object") return false;
  if (Array.isArray(value)) return value.some((item) => anyText(item, test));
  return Object.entries(value).some(
    ([key, item]) => test(key) || (item !== undefined && anyText(item, test)),
  );
}

function anyNumber(value: JsonValue, test: (number: number) => boolean): boolean {
  if (typeof value === "number") return test(value);
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some((item) => item !== undefined && anyNumber(item, test));
}

/** What a new rule serves to begin with: the flag's other value on a boolean, else the default to edit from. */
export function startingValue(type: FlagType, defaultValue: JsonValue): JsonValue {
  return type === "boolean" ? defaultValue !== true : defaultValue;
}

/**
 * The flag's distinct values, default first, then in order of the rules: the position is the value's colour,
 * the same as its variation index.
 */
export function variations(defaultValue: JsonValue, ruleValues: ReadonlyArray<JsonValue>): Array<JsonValue> {
  const distinct: Array<JsonValue> = [defaultValue];
  for (const value of ruleValues) {
    if (!distinct.some((known) => sameValue(known, value))) distinct.push(value);
  }
  return distinct;
}
