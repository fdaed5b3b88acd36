import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { FlagSummary, FlagsReach } from "@/contract";
import { flag } from "@/features/flag/testing";
import { CommandFailure } from "@/platform";
import { LIVE, openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { summary } from "./testing";

const listed = (...flags: Array<FlagSummary>) => ({ flags_list: { flags, configVersion: 1 } });
const reach: FlagsReach = {
  state: "ready",
  problem: null,
  customers: 50_000,
  countedAt: "2026-01-01T00:00:00Z",
  durationMs: 200,
  flags: {
    "checkout-v2": [
      { value: false, customers: 188 },
      { value: true, customers: 49_812 },
    ],
  },
};
const checkout = summary({ key: "checkout-v2", name: "One-page checkout", environments: { staging: true } });
const ranker = summary({
  key: "search-ranker",
  isActive: false,
  killedAt: "2026-01-02T00:00:00Z",
  killedBy: "on-call",
});
const row = (name: RegExp) => screen.findByRole("row", { name });

describe("switching", () => {
  test("on in production takes a sentence and a note before anything happens", async () => {
    const { user, platform } = openApp("/flags", {
      ...listed(checkout),
      flags_reach: reach,
      flag_set_environment: flag({ key: "checkout-v2" }),
    });
    await user.click(await screen.findByRole("switch", { name: "checkout-v2 in Production" }));
    const dialog = await screen.findByRole("dialog", { name: /Switch on checkout-v2 in Production/ });
    expect(dialog).toHaveTextContent("49,812 customers (99.6 %) get true.");
    expect(platform.asked.some(({ name }) => name === "flag_set_environment")).toBe(false);
    await user.type(within(dialog).getByRole("textbox", { name: /^Note/ }), "launch{Enter}");
    await waitFor(() =>
      expect(platform.asked).toContainEqual({
        name: "flag_set_environment",
        request: { flag: "checkout-v2", environment: "production", enabled: true, note: "launch" },
      }),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  test("off is one step, and can be undone", async () => {
    const { user, platform } = openApp("/flags", { ...listed(checkout), flag_set_environment: flag() });
    await user.click(await screen.findByRole("switch", { name: "checkout-v2 in Staging" }));
    expect(
      await screen.findByText("checkout-v2 is off in Staging: everyone there gets false."),
    ).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Switch on" }));
    await waitFor(() =>
      expect(
        platform.asked.filter(({ name }) => name === "flag_set_environment").map(({ request }) => request),
      ).toEqual([
        { flag: "checkout-v2", environment: "staging", enabled: false },
        { flag: "checkout-v2", environment: "staging", enabled: true },
      ]),
    );
  });

  test("a failure is said with what it means, and the switch stays", async () => {
    const { user } = openApp("/flags", {
      ...listed(checkout),
      flag_set_environment: () => {
        throw new CommandFailure({
          code: "database_unavailable",
          message: "The database does not answer.",
          details: {},
        });
      },
    });
    await user.click(await screen.findByRole("switch", { name: "checkout-v2 in Staging" }));
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "checkout-v2 could not be switched off in Staging.The database does not answer.Nothing was changed.",
    );
    expect(screen.getByRole("switch", { name: "checkout-v2 in Staging" })).toBeChecked();
  });
});

describe("the list", () => {
  test("shows killed flags first, with what everyone gets and who killed them", async () => {
    openApp("/flags", listed(checkout, ranker));
    const rows = await waitFor(() => {
      const found = screen.getAllByRole("row").slice(1);
      expect(found).toHaveLength(2);
      return found;
    });
    expect(rows[0]).toHaveTextContent(/search-ranker.*killed · all get false.*on-call/);
  });

  test("filters while typing and says how many are left", async () => {
    const { user } = openApp("/flags", listed(checkout, ranker));
    await row(/checkout-v2/);
    await user.keyboard("/");
    expect(screen.getByRole("textbox", { name: "Filter" })).toHaveFocus();
    await user.keyboard("one-page");
    await waitFor(() => expect(screen.getByText("1 of 2")).toBeVisible());
    expect(screen.queryByRole("row", { name: /search-ranker/ })).not.toBeInTheDocument();
    await user.keyboard("nothing like it");
    expect(await screen.findByText("No flag matches")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    expect(await row(/search-ranker/)).toBeVisible();
  });

  test("a switch takes no row away from under the pointer, the next filter does", async () => {
    let flags = [checkout, ranker];
    const { user } = openApp("/flags", {
      flags_list: () => ({ flags, configVersion: 1 }),
      flag_set_environment: () => {
        flags = [{ ...checkout, environments: {} }, ranker];
        return flag();
      },
    });
    await row(/checkout-v2/);
    await user.click(await screen.findByRole("radio", { name: "Staging" }));
    await user.click(screen.getByRole("button", { name: "State" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Serving in Staging" }));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("row", { name: /search-ranker/ })).not.toBeInTheDocument());
    const control = screen.getByRole("switch", { name: "checkout-v2 in Staging" });
    await user.click(control);
    await waitFor(() => expect(control).not.toBeChecked());
    expect(await row(/checkout-v2/)).toBeVisible();
    await user.type(screen.getByRole("textbox", { name: "Filter" }), "checkout");
    expect(await screen.findByText("No flag matches")).toBeVisible();
  });

  test("archived flags are a filter, and come back from their menu", async () => {
    const archived = summary({ key: "old-banner", archivedAt: "2026-01-01T00:00:00Z" });
    const { user, platform } = openApp("/flags", {
      flags_list: ({ archived: wanted }) => ({ flags: wanted ? [archived] : [checkout], configVersion: 1 }),
      flag_unarchive: flag({ key: "old-banner" }),
    });
    await row(/checkout-v2/);
    await user.click(screen.getByRole("button", { name: "State" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Archived" }));
    await user.keyboard("{Escape}");
    await row(/old-banner/);
    await user.click(screen.getByRole("button", { name: "Actions for old-banner" }));
    await user.click(await screen.findByRole("menuitem", { name: "Unarchive" }));
    await waitFor(() =>
      expect(platform.asked).toContainEqual({ name: "flag_unarchive", request: { flag: "old-banner" } }),
    );
  });

  test("says what to do when there is nothing, and what went wrong when it cannot load", async () => {
    const empty = openApp("/flags", {});
    expect(await screen.findByText("No flags yet")).toBeVisible();
    empty.unmount();
    openApp("/flags", {
      flags_list: () => {
        throw new CommandFailure({ code: "timeout", message: "It took too long.", details: {} });
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("The flags could not be loaded.");
    expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
  });

  test("stays, marked, when the database is gone", async () => {
    openApp("/flags", {
      ...listed(checkout),
      live_wait: { ...LIVE, connected: false, problem: "connection refused" },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent(
      /cannot be reached from this computer.*Nothing can be changed/,
    );
    expect(await screen.findByRole("switch", { name: "checkout-v2 in Staging" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
  });

  test("is accessible", async () => {
    const { container } = openApp("/flags", { ...listed(checkout, ranker), flags_reach: reach });
    await row(/checkout-v2/);
    await expectAccessible(container);
  });
});

describe("the palette", () => {
  test("opens by shortcut, and “kill” leads to the flag's own dialog without doing anything", async () => {
    const { user, platform, location } = openApp("/flags", {
      ...listed(checkout, ranker),
      flag_get: flag({ key: "checkout-v2" }),
    });
    await row(/checkout-v2/);
    // Without a pause: the field must be there for the very next key.
    await user.keyboard("{Control>}k{/Control}kill check");
    const option = await screen.findByRole("option", { name: /Kill checkout-v2/ });
    await expectAccessible(screen.getByRole("dialog"));
    expect(option).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(location()).toBe("/flags/checkout-v2?dialog=kill"));
    expect(platform.asked.some(({ name }) => name === "flag_kill")).toBe(false);
  });
});
