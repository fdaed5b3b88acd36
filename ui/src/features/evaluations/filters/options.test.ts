import { describe, expect, test } from "vitest";
import type { FlagType, JsonValue } from "@/contract";
import { sdkChosen, sdkOptions, sdkWords, valueOptions } from "./options";

describe("values", () => {
  const check = (
    text: string,
    type: FlagType | null,
    known: ReadonlyArray<JsonValue>,
    ids: ReadonlyArray<string>,
  ) => expect(valueOptions(text, type, known).map(({ id }) => id)).toEqual(ids);

  test("are those that are known, narrowed by what is typed", () => {
    check("", "string", ["bm25", "vector"], ['"bm25"', '"vector"']);
    check("VEC", "string", ["bm25", "vector"], ['"VEC"', '"vector"']);
    check("vector", "string", ["bm25", "vector"], ['"vector"']);
  });

  test("are read as the flag's type", () => {
    check("12", "string", [], ['"12"']);
    check("12", "number", [], ["12"]);
    check("1.0", "number", [1], ["1"]);
    check("twelve", "number", [], []);
    check("true", "boolean", [true, false], ["true"]);
    check("maybe", "boolean", [true, false], []);
    check('{"b": 1}', "json", [], ['{"b":1}']);
  });

  test("without a flag may be a number or a text: both are offered, and told apart", () => {
    expect(valueOptions("12", null, [])).toEqual([
      { id: "12", label: "12", detail: "number" },
      { id: '"12"', label: "12", detail: "text" },
    ]);
    check("bm25", null, [], ['"bm25"']);
    check('"true"', null, [], ['"true"']);
  });
});

describe("SDKs", () => {
  const seen = ["halyard-js/0.2.0", "halyard-js/0.1.0", "ios/2.4.1", "", "other"].map((sdk, index) => ({
    sdk,
    evaluations: 1_000 - index,
    lastAt: "2026-01-01T00:00:00Z",
  }));
  const labels = (text: string) => sdkOptions(text, seen, String).map(({ label, detail }) => [label, detail]);

  test("are those that were seen, by version and all versions of one", () => {
    expect(labels("")).toEqual([
      ["halyard-js, any version", "2 versions"],
      ["halyard-js/0.2.0", "1000"],
      ["halyard-js/0.1.0", "999"],
      ["ios/2.4.1", "998"],
      ["did not say", "997"],
    ]);
  });

  test("are found by a part of their name, and all of them can be taken", () => {
    expect(labels("IOS")).toEqual([
      ["ios/2.4.1", "998"],
      ["Any with “IOS” in its name", undefined],
    ]);
    expect(labels("ios/2.4.1")).toEqual([["ios/2.4.1", "998"]]);
    expect(labels("rare")).toEqual([["Any with “rare” in its name", undefined]]);
  });

  test("are filtered by as they were chosen", () => {
    expect(sdkChosen("name:a:b")).toEqual({ kind: "name", text: "a:b" });
    expect(sdkWords(sdkChosen("part:halyard-js/"))).toBe("halyard-js, any version");
    expect(sdkWords(sdkChosen("part:js"))).toBe("“js” in its name");
    expect(sdkWords(sdkChosen("name:"))).toBe("did not say");
  });
});
