import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { absoluteTime } from "@/components/format";
import { addressedMoment, shortMoment, typedMoment } from "./moment";

beforeAll(() => void vi.stubEnv("TZ", "Europe/Berlin"));
afterAll(() => void vi.unstubAllEnvs());

const NOW = new Date("2026-11-23T09:30:00Z");
const at = (text: string) => {
  const typed = typedMoment(text, NOW);
  return typed.ok ? typed.at : typed.problem;
};

describe("a typed moment", () => {
  test.each([
    ["yesterday 14:03", "2026-11-22T13:03:00.000Z"],
    ["14:03", "2026-11-22T13:03:00.000Z"],
    ["10:15", "2026-11-23T09:15:00.000Z"],
    ["2026-11-22 14:03:07", "2026-11-22T13:03:07.000Z"],
    ["2026-07-01 14:03", "2026-07-01T12:03:00.000Z"],
    ["2 h ago", "2026-11-23T07:30:00.000Z"],
    ["22 Nov 2026, 14:03:07 UTC+1", "2026-11-22T13:03:07.000Z"],
    ["22 Nov 2026, 14:03:07 UTC", "2026-11-22T14:03:07.000Z"],
    ["22 November 2026 14:03", "2026-11-22T13:03:00.000Z"],
    ["now", null],
  ])("%s", (text, expected) => expect(at(text)).toBe(expected));

  test("as a log has it keeps every digit, or the call is not found again", () => {
    expect(at("2026-11-22T14:02:11.204567Z")).toBe("2026-11-22T14:02:11.204567Z");
  });

  test("as this app writes it is read back", () => {
    const moment = new Date("2026-11-22T13:03:07Z");
    expect(at(absoluteTime(moment))).toBe(moment.toISOString());
  });

  test.each([
    ["", "Give a day and a time"],
    ["yesterday", "Give the time of day as well: yesterday 14:03."],
    ["2026-11-22", "Give the time of day as well: 2026-11-22 14:03."],
    ["22 Nov 2026, 14:03 PST", "is not a moment"],
    ["soon", "“soon” is not a moment. Write it as 14:03, yesterday 14:03"],
    ["2026-02-30 10:00", "is not a moment"],
    ["2026-11-24 10:00", "That moment has not come yet. Choose one of the past."],
  ])("%j is refused with what would be right", (text, problem) => expect(at(text)).toContain(problem));
});

test("in short it has its year only when it is another, its seconds only when there are any, and always its zone", () => {
  expect(shortMoment(new Date("2026-11-22T13:03:00Z"), NOW)).toBe("22 Nov, 14:03 CET");
  expect(shortMoment(new Date("2026-11-22T13:03:07Z"), NOW)).toBe("22 Nov, 14:03:07 CET");
  expect(shortMoment(new Date("2025-06-22T13:03:00Z"), NOW)).toBe("22 Jun 2025, 15:03 CEST");
});

test("what stands in the address is taken as it is, and rubbish is none", () => {
  expect(addressedMoment("2026-11-22T14:02:11.204567Z")).toBe("2026-11-22T14:02:11.204567Z");
  expect(addressedMoment("2026-11-22")).toBeNull();
  expect(addressedMoment("nonsense")).toBeNull();
  expect(addressedMoment(undefined)).toBeNull();
});
