import { describe, expect, test } from "vitest";
import { flag, rule } from "@/features/flag/testing";
import {
  duplicateForm,
  EMPTY_FORM,
  errorsByField,
  keyFromName,
  missing,
  newFlag,
  withKey,
  withName,
  withType,
} from "./new-flag";

describe("the key", () => {
  test("is made of the name", () => {
    expect(keyFromName("New Dashboard (beta)!")).toBe("new-dashboard-beta");
    expect(keyFromName("Größe & Café")).toBe("grosse-cafe");
    expect(keyFromName("  --v2.1_x-- ")).toBe("v2.1_x");
    expect(keyFromName("日本語")).toBe("");
    expect(keyFromName("x".repeat(150))).toHaveLength(100);
  });

  test("follows the name until it is typed into, and again once emptied", () => {
    const named = withName(EMPTY_FORM, "Checkout");
    expect(named.key).toBe("checkout");
    const edited = withName(withKey(named, "checkout-v2"), "Checkout, one page");
    expect(edited.key).toBe("checkout-v2");
    expect(withName(withKey(edited, ""), "Checkout page").key).toBe("checkout-page");
  });

  test("is refused with what would be right", () => {
    const problem = (key: string) => missing({ ...EMPTY_FORM, key }, null).key;
    expect(problem("-a")).toMatch(/begins with a letter or a digit/);
    expect(problem("a b")).toMatch(/letters, digits, dots/);
    expect(problem("a".repeat(101))).toMatch(/at most 100/);
    expect(problem("Checkout.v2_x-1")).toBeUndefined();
  });
});

test("all that is missing is said at once", () => {
  expect(Object.keys(missing(EMPTY_FORM, "Type a number."))).toEqual([
    "name",
    "key",
    "defaultValue",
    "clientVisible",
  ]);
});

test("another type starts with its own default, the same type keeps what was typed", () => {
  const form = { ...EMPTY_FORM, defaultValue: true };
  expect(withType(form, "boolean").defaultValue).toBe(true);
  expect(withType(form, "json").defaultValue).toEqual({});
});

test("a duplicate takes rules without their ids, and never the switches", () => {
  const original = flag({
    rules: [rule("r1", { percentage: 25, audienceId: "a1" })],
    tags: ["core"],
    permanent: true,
  });
  const copy = newFlag(duplicateForm(original), original);
  expect(copy).toMatchObject({
    key: "new-dashboard-copy",
    tags: ["core"],
    permanent: true,
    rules: [{ percentage: 25, audienceId: "a1" }],
  });
  expect(copy.rules?.[0]).not.toHaveProperty("id");
  expect(copy).not.toHaveProperty("environments");
});

test("violations stand beside their fields, several together", () => {
  const { errors, rest } = errorsByField([
    { path: "tags[1]", message: "A tag has at most 50 characters." },
    { path: "tags", message: "At most 20 tags." },
    { path: "rules[0].value", message: "Must be a number." },
  ]);
  expect(errors).toEqual({ tags: "A tag has at most 50 characters. At most 20 tags." });
  expect(rest).toHaveLength(1);
});
