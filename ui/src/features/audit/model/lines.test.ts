import { expect, test } from "vitest";
import { lineDiff } from "./lines";

const check = (before: string, after: string) =>
  lineDiff(before.split(" ").join("\n"), after.split(" ").join("\n"))
    .map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`)
    .join(" ");

test("lines that stay, go and come", () => {
  expect(check("a b c", "a b c")).toBe(" a  b  c");
  expect(check("a b c", "a x c")).toBe(" a -b +x  c");
  expect(check("a b", "b a")).toBe("-a  b +a");
  expect(check("a b c d", "a c")).toBe(" a -b  c -d");
});
test("from nothing and to nothing", () => {
  expect(lineDiff("", "a\nb").map(({ kind }) => kind)).toEqual(["added", "added"]);
  expect(lineDiff("a", "").map(({ kind }) => kind)).toEqual(["removed"]);
  expect(lineDiff("", "")).toEqual([]);
});
test("very long texts are still shown, whole", () => {
  const long = (letter: string) => Array.from({ length: 3_000 }, (_, line) => `${letter}${line}`).join("\n");
  expect(lineDiff(long("a"), long("b"))).toHaveLength(6_000);
});
