import { expect, test } from "vitest";
import { flag, rule } from "../testing";
import { reverted, touched } from "./revert";

const here = [{ key: "production" }, { key: "staging" }];

test("reverting brings back rules and switches, but neither a kill nor an environment that is gone", () => {
  const then = flag({
    version: 2,
    rules: [rule("a")],
    environments: { production: true, old: true },
    isActive: true,
  });
  const now = flag({ version: 7, rules: [], environments: { staging: true }, isActive: false });
  expect(reverted(now, then, here)).toMatchObject({
    rules: then.rules,
    environments: { production: true },
    isActive: false,
    version: 7,
  });
});

test("what it touches is live before or after", () => {
  const before = flag({ environments: { production: true } });
  expect(touched(before, flag({ environments: { staging: true } }))).toEqual(["production", "staging"]);
  expect(touched({ ...before, isActive: false }, { ...before, isActive: false })).toEqual([]);
});
