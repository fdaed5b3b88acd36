import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { flag, rule } from "@/features/flag/testing";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";

const field = (name: string) => screen.findByRole("textbox", { name });
const asked = (app: ReturnType<typeof openApp>) =>
  app.platform.asked.filter(({ name }) => name === "flag_create").map(({ request }) => request);

test("makes a flag with a key that follows the name", async () => {
  const app = openApp("/flags?create=true", {
    flag_create: flag({ key: "new-checkout" }),
    flag_get: flag({ key: "new-checkout" }),
  });
  await app.user.type(await field("Name"), "New checkout");
  expect(await field("Key")).toHaveValue("new-checkout");
  await app.user.click(screen.getByRole("radio", { name: "Servers only" }));
  await app.user.click(screen.getByRole("button", { name: /Create flag/ }));
  await waitFor(() => expect(app.location()).toBe("/flags/new-checkout"));
  expect(asked(app)).toEqual([
    {
      key: "new-checkout",
      name: "New checkout",
      description: "",
      type: "boolean",
      defaultValue: false,
      clientVisible: false,
      tags: [],
    },
  ]);
});

test("a typed default value is sent as typed", async () => {
  const app = openApp("/flags?create=true", {
    flag_create: flag({ key: "copy" }),
    flag_get: flag({ key: "copy" }),
  });
  await app.user.type(await field("Name"), "Copy");
  await app.user.click(screen.getByText("string"));
  await app.user.type(await field("Default value"), "classic");
  await app.user.click(screen.getByRole("radio", { name: "Servers only" }));
  await app.user.click(screen.getByRole("button", { name: /Create flag/ }));
  await waitFor(() => expect(asked(app)).toMatchObject([{ type: "string", defaultValue: "classic" }]));
});

test("says all that is missing beside its field and sends nothing", async () => {
  const app = openApp("/flags?create=true", {});
  await app.user.click(await screen.findByRole("button", { name: /Create flag/ }));
  expect(await screen.findByText("Give it a name that others understand.")).toBeVisible();
  expect(screen.getByText("Give it a key: it is what code asks for.")).toBeVisible();
  expect(screen.getByText("Choose one: it decides who can read this flag.")).toBeVisible();
  expect(asked(app)).toEqual([]);
});

test("a key of an archived flag offers to bring that one back, and keeps what was typed", async () => {
  const app = openApp("/flags?create=true", {
    flag_create: () => {
      throw new CommandFailure({
        code: "already_exists",
        message: "An archived flag has this key.",
        details: { flags: [{ id: "f9", key: "old-banner" }], archived: true },
      });
    },
    flag_unarchive: flag({ key: "old-banner" }),
    flag_get: flag({ key: "old-banner" }),
  });
  await app.user.type(await field("Name"), "Old banner");
  await app.user.click(screen.getByRole("radio", { name: "Servers and clients" }));
  await app.user.click(screen.getByRole("button", { name: /Create flag/ }));
  expect(await screen.findByText("An archived flag has the key old-banner.")).toBeVisible();
  expect(await field("Name")).toHaveValue("Old banner");
  await app.user.click(screen.getByRole("button", { name: "Unarchive old-banner" }));
  await waitFor(() =>
    expect(app.platform.asked).toContainEqual({ name: "flag_unarchive", request: { flag: "f9" } }),
  );
});

test("what the app refuses stands beside its field", async () => {
  const app = openApp("/flags?create=true", {
    flag_create: () => {
      throw new CommandFailure({
        code: "invalid",
        message: "One thing is wrong.",
        details: { violations: [{ path: "key", message: "A UUID cannot be a key." }] },
      });
    },
  });
  await app.user.type(await field("Name"), "X");
  await app.user.click(screen.getByRole("radio", { name: "Servers only" }));
  await app.user.click(screen.getByRole("button", { name: /Create flag/ }));
  expect(await screen.findByText("A UUID cannot be a key.")).toBeVisible();
  expect(await field("Key")).toHaveAccessibleDescription(/A UUID cannot be a key/);
});

test("a duplicate takes the rules along", async () => {
  const original = flag({ key: "checkout", name: "Checkout", rules: [rule("r1", { percentage: 25 })] });
  const app = openApp("/flags?create=true&from=checkout", { flag_get: original, flag_create: original });
  await waitFor(async () => expect(await field("Key")).toHaveValue("checkout-copy"));
  await app.user.click(screen.getByRole("button", { name: /Create with its rule/ }));
  await waitFor(() => expect(asked(app)).toHaveLength(1));
  expect(asked(app)[0]).toMatchObject({ key: "checkout-copy", rules: [{ percentage: 25 }] });
});

test("is accessible", async () => {
  openApp("/flags?create=true", {});
  await field("Name");
  await expectAccessible();
});
