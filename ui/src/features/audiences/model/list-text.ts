// Lists of values as people type and paste them. Pure.
import type { JsonValue } from "@/contract";
import { readNumberOrText } from "./typed";

/** Pasted or typed: line breaks, commas, tabs and semicolons separate; in "quotes" they do not. */
export function valuesFromPaste(text: string): Array<string> {
  return separated(text, "\n\r,\t;");
}

/** One value a line, commas and all. */
export function valuesFromLines(text: string): Array<string> {
  return separated(text, "\n\r");
}

/** The opposite: what would not come back from a line of its own stands in quotes. */
export function linesFromValues(values: ReadonlyArray<string>): string {
  const line = (value: string) =>
    value === "" || /[\n\r]|^\s|\s$|^"/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return values.map(line).join("\n");
}

/** Without blanks around, without empty ones unless quoted, each once, in order. */
function separated(text: string, separators: string): Array<string> {
  const found = new Set<string>();
  let at = 0;
  while (at < text.length) {
    const quoted = quotedAt(text, at, separators);
    if (quoted) {
      found.add(quoted.value);
      at = quoted.end;
    } else {
      let end = at;
      while (end < text.length && !separators.includes(text.charAt(end))) end++;
      const value = text.slice(at, end).trim();
      if (value !== "") found.add(value);
      at = end;
    }
    at++;
  }
  return [...found];
}

/** A value in quotes that reaches to a separator or the end; a quote elsewhere is a character like others. */
function quotedAt(text: string, start: number, separators: string): { value: string; end: number } | null {
  const quoted = /[^\S\n\r\t]*"((?:[^"]|"")*)"[^\S\n\r\t]*/y;
  quoted.lastIndex = start;
  const found = quoted.exec(text);
  const end = quoted.lastIndex;
  if (!found || (end < text.length && !separators.includes(text.charAt(end)))) return null;
  return { value: (found[1] ?? "").replaceAll('""', '"'), end };
}

/** Texts as the values of a condition; what is no number stays as it was typed, to be shown and refused. */
export function asValues(texts: ReadonlyArray<string>, kind: "texts" | "numbers"): Array<JsonValue> {
  return kind === "texts" ? [...texts] : texts.map(readNumberOrText);
}

/** With more at the end, each once. */
export function withValues(
  values: ReadonlyArray<JsonValue>,
  more: ReadonlyArray<JsonValue>,
): Array<JsonValue> {
  return [...new Set([...values, ...more])];
}
