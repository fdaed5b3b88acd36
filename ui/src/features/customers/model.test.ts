import { describe, expect, it, test } from "vitest";
import type { CustomerFlag } from "@/contract";
import { bucketShare, fieldText, foldedText, isFolded, matchingFlags, servedWords } from "./model";

describe("why a flag serves what it does", () => {
  it("counts rules from one", () => {
    expect(servedWords({ kind: "RULE_MATCH", ruleIndex: 1, ruleId: "r" }, "Production").text).toBe("rule 2");
  });
  it("tells killed from off, and says where", () => {
    expect(servedWords({ kind: "OFF", offBy: "KILL_SWITCH" }, "Production")).toEqual({
      text: "killed",
      tone: "killed",
    });
    expect(servedWords({ kind: "OFF", offBy: "ENVIRONMENT" }, "Staging").text).toBe("off in Staging");
  });
  it("warns of an audience that cannot be computed", () => {
    expect(servedWords({ kind: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" }, "Production").tone).toBe(
      "warning",
    );
  });
});

test("flags are found by key and by name, in any case", () => {
  const flag = (id: string, key: string) => ({ id, key }) as CustomerFlag;
  const flags = [flag("1", "new-dashboard"), flag("2", "checkout-v2")];
  const names = new Map([["2", "The Big Checkout"]]);
  const keys = (search: string) => matchingFlags(flags, names, search).map(({ key }) => key);
  expect(keys(" ")).toEqual(["new-dashboard", "checkout-v2"]);
  expect(keys("DASH")).toEqual(["new-dashboard"]);
  expect(keys("big check")).toEqual(["checkout-v2"]);
});

test("a bucket stands on the scale of percentages", () => {
  expect(bucketShare(37_120)).toBe("37.120 %");
  expect(bucketShare(0)).toBe("0.000 %");
  expect(bucketShare(99_999)).toBe("99.999 %");
});

describe("fields", () => {
  it("fold what does not fit a line", () => {
    expect(isFolded({ a: 1 })).toBe(true);
    expect(isFolded("x".repeat(49))).toBe(true);
    expect(isFolded("two\nlines")).toBe(true);
    expect([null, "short", 3, true, [], ["a", "b"]].some(isFolded)).toBe(false);
  });
  it("say what is folded", () => {
    expect(foldedText({ a: 1, b: 2 })).toBe("{ 2 fields }");
    expect(foldedText([1])).toBe("[ 1 item ]");
    expect(foldedText("x".repeat(60))).toHaveLength(48);
  });
  it("are copied as text, and as JSON where they are none", () => {
    expect([fieldText("a b"), fieldText(null), fieldText([1, "x"])]).toEqual(["a b", "", '[1,"x"]']);
  });
});
