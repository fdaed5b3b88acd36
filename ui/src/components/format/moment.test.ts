import { describe, expect, test } from "vitest";
import { momentText, typedMoment, zoneName } from "./moment";

const NOW = new Date(2026, 10, 22, 15, 30, 5).getTime();
const local = (...parts: [number, number, number, number?, number?, number?, number?]) =>
  new Date(parts[0], parts[1] - 1, ...(parts.slice(2) as [number])).getTime();

test("a field says a moment the same way in every language, and reads it back", () => {
  expect(momentText(NOW)).toBe("2026-11-22 15:30:05");
  expect(momentText(local(2026, 3, 4, 5, 6))).toBe("2026-03-04 05:06");
  expect(momentText(null)).toBe("");
  expect(typedMoment(momentText(NOW), NOW)).toBe(NOW);
});

describe("what is typed", () => {
  const check = (text: string, expected: number | null, edge?: "begin" | "end") =>
    expect(typedMoment(text, NOW, edge)).toBe(expected);

  test("is a day with a time, or one of the usual words", () => {
    check(" 2026-11-21  9:03 ", local(2026, 11, 21, 9, 3));
    check("2026-11-21T09:03:11", local(2026, 11, 21, 9, 3, 11));
    check("yesterday 23:59", local(2026, 11, 21, 23, 59));
    check("Today", local(2026, 11, 22));
    check("now", NOW);
    check("90 min ago", NOW - 90 * 60_000);
    check("2h", NOW - 2 * 3_600_000);
    check("1 day ago", NOW - 86_400_000);
  });

  test("as a day alone is its beginning, or as an end the beginning of the next", () => {
    check("2026-02-28", local(2026, 2, 28));
    check("2026-02-28", local(2026, 3, 1), "end");
    check("yesterday", local(2026, 11, 22), "end");
  });

  test("as a time alone is the last time that it was so late", () => {
    check("14:03", local(2026, 11, 22, 14, 3));
    check("16:00", local(2026, 11, 21, 16, 0));
  });

  test("with a zone, as logs write it, is read in that", () => {
    check("2026-11-22T14:03:11.204Z", Date.UTC(2026, 10, 22, 14, 3, 11, 204));
    check("2026-11-22 14:03 UTC", Date.UTC(2026, 10, 22, 14, 3));
    check("2026-11-22T14:03+02:00", Date.UTC(2026, 10, 22, 12, 3));
  });

  test("is nothing where it names no moment that exists", () => {
    for (const text of [
      "",
      "soon",
      "2026-02-30",
      "2026-13-01 10:00",
      "24:00",
      "10:60",
      "11/22/2026",
      "2 y",
      "9",
    ]) {
      check(text, null);
    }
  });
});

test("a zone has its name", () => {
  expect(zoneName(NOW, "Europe/Berlin")).toBe("CET");
  expect(zoneName(Date.UTC(2026, 6, 1), "UTC")).toBe("UTC");
});
