import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { Environment } from "@/contract";
import { summary } from "@/features/flags/testing";
import { CommandFailure } from "@/platform";
import { ENVIRONMENTS, LIVE, openApp, READY } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { FakePlatform } from "@/testing/platform";

const asked = (platform: FakePlatform, wanted: string) =>
  platform.asked.filter(({ name }) => name === wanted).map(({ request }) => request);
const refuse = (path: string, message: string) => () => {
  throw new CommandFailure({
    code: "invalid",
    message: "Something is wrong.",
    details: { violations: [{ path, message }] },
  });
};

describe("workspace", () => {
  test("shows where the database is, and renames the workspace", async () => {
    let status = READY;
    const { user, platform, container } = openApp("/settings", {
      workspace_status: () => status,
      workspace_rename: ({ name }) => {
        status = { ...READY, workspace: READY.workspace && { ...READY.workspace, name } };
        return status;
      },
    });
    const name = await screen.findByRole("textbox", { name: "Workspace name" });
    expect(screen.getByText("127.0.0.1:5432")).toBeVisible();
    await expectAccessible(container);
    await user.clear(name);
    await user.type(name, "Acme{Enter}");
    expect(await screen.findByRole("button", { name: "Workspace Acme" })).toBeVisible();
    expect(asked(platform, "workspace_rename")).toEqual([{ name: "Acme" }]);
    expect(screen.queryByRole("button", { name: "Save workspace name" })).not.toBeInTheDocument();
  });

  test("who one is cannot be nobody; what the app refuses stands beside the field", async () => {
    const { user, platform } = openApp("/settings", { actor_set: refuse("actor", "Too odd.") });
    const actor = await screen.findByRole("textbox", { name: "Who are you?" });
    await user.clear(actor);
    await user.type(actor, "{Enter}");
    expect(await screen.findByText("The audit needs a name to write.")).toBeVisible();
    expect(asked(platform, "actor_set")).toEqual([]);
    await user.type(actor, "Grace{Enter}");
    expect(await screen.findByText("Too odd.")).toBeVisible();
    expect(actor).toHaveValue("Grace");
    await user.type(actor, "{Escape}");
    expect(actor).toHaveValue("Ada");
  });

  test("forgetting says what stays, and asks first", async () => {
    const none = { ...READY, state: "none" as const, workspace: null };
    const { user, platform } = openApp("/settings", { workspace_forget: none });
    await user.click(await screen.findByRole("button", { name: "Forget workspace…" }));
    const dialog = await screen.findByRole("dialog", { name: "Forget Northwind" });
    expect(dialog).toHaveTextContent("Its flags and customers stay on this computer");
    expect(asked(platform, "workspace_forget")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Forget workspace" }));
    await waitFor(() => expect(asked(platform, "workspace_forget")).toEqual([{ id: "w1" }]));
  });
});

describe("environments", () => {
  const THREE: Array<Environment> = [
    ...ENVIRONMENTS,
    {
      key: "dev",
      name: "Development",
      color: "#2a8ad4",
      position: 2,
      production: false,
      noteRequired: false,
    },
  ];
  const open = (answers: Parameters<typeof openApp>[1] = {}) =>
    openApp("/settings?section=environments", { environments_list: THREE, ...answers });
  const rows = async () =>
    within(await screen.findByRole("list", { name: "Environments" })).getAllByRole("listitem");

  test("are listed with key and flags, accessibly", async () => {
    const { container } = open({
      flags_list: { flags: [summary({ environments: { production: true } })], configVersion: 1 },
    });
    await waitFor(async () =>
      expect((await rows())[0]).toHaveTextContent(/Production.*production.*1 flag on/),
    );
    await expectAccessible(container);
  });

  test("a new one gets its key from its name, and every problem beside its field", async () => {
    const { user, platform } = open({
      environment_create: () => {
        throw new CommandFailure({ code: "already_exists", message: "There is one already.", details: {} });
      },
    });
    await user.click(await screen.findByRole("button", { name: "New environment" }));
    const dialog = await screen.findByRole("dialog", { name: "New environment" });
    await user.click(within(dialog).getByRole("button", { name: "Create environment" }));
    expect(within(dialog).getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(
      /Give it a name/,
    );
    await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "Pre-Prod EU");
    const key = within(dialog).getByRole("textbox", { name: "Key" });
    expect(key).toHaveValue("pre-prod-eu");
    await user.click(within(dialog).getByRole("radio", { name: "Teal" }));
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole("button", { name: "Create environment" }));
    expect(await within(dialog).findByText("There is one already.")).toBeVisible();
    expect(key).toHaveValue("pre-prod-eu");
    expect(asked(platform, "environment_create")).toEqual([
      { key: "pre-prod-eu", name: "Pre-Prod EU", color: "#0f8f81", production: false },
    ]);
  });

  test("the key of one that exists is said, and cannot be edited; only what changed is sent", async () => {
    const { user, platform } = open({ environment_update: THREE });
    await user.click(await screen.findByRole("button", { name: "Actions for Staging" }));
    await user.click(await screen.findByRole("menuitem", { name: "Name and colour…" }));
    const dialog = await screen.findByRole("dialog", { name: "Edit Staging" });
    expect(within(dialog).queryByRole("textbox", { name: "Key" })).not.toBeInTheDocument();
    const name = within(dialog).getByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "Stage{Enter}");
    await waitFor(() =>
      expect(asked(platform, "environment_update")).toEqual([{ key: "staging", changes: { name: "Stage" } }]),
    );
  });

  test("move by keyboard, at once, keep the focus, and are saved in the last order", async () => {
    const saved: Array<(list: Array<Environment>) => void> = [];
    const { user, platform } = open({
      environments_reorder: () => new Promise((resolve) => saved.push(resolve)),
    });
    (await screen.findByRole("button", { name: "Move Development" })).focus();
    await user.keyboard("{Alt>}{ArrowUp}{ArrowUp}{/Alt}");
    expect((await rows()).map((row) => row.textContent)[0]).toMatch(/Development/);
    expect(screen.getByRole("button", { name: "Move Development" })).toHaveFocus();
    expect(screen.getByText("Development is now 1 of 3.")).toBeInTheDocument();
    expect(asked(platform, "environments_reorder")).toHaveLength(1);
    saved[0]?.(THREE);
    await waitFor(() =>
      expect(asked(platform, "environments_reorder")).toEqual([
        { keys: ["production", "dev", "staging"] },
        { keys: ["dev", "production", "staging"] },
      ]),
    );
  });

  test("an order that was not saved goes back, and says so", async () => {
    const { user } = open({
      environments_reorder: () => {
        throw new CommandFailure({ code: "database_unavailable", message: "It is away.", details: {} });
      },
    });
    (await screen.findByRole("button", { name: "Move Staging" })).focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(await screen.findByRole("alert")).toHaveTextContent("The order was not saved.It is away.");
    expect((await rows())[0]).toHaveTextContent("Production");
  });

  test("taking production away says what is not asked any more", async () => {
    const { user, platform } = open({ environment_update: THREE });
    await user.click(await screen.findByRole("checkbox", { name: "Production is production" }));
    const dialog = await screen.findByRole("dialog", { name: "Take the production mark off Production" });
    expect(dialog).toHaveTextContent(/at once.*No environment will be marked as production/);
    expect(asked(platform, "environment_update")).toEqual([]);
    const confirm = within(dialog).getByRole("button", { name: "Take the mark off" });
    expect(confirm).toBeDisabled();
    await user.type(within(dialog).getByRole("textbox", { name: /Note/ }), "moved to another");
    await user.click(confirm);
    await waitFor(() =>
      expect(asked(platform, "environment_update")).toEqual([
        { key: "production", changes: { production: false }, note: "moved to another" },
      ]),
    );
  });

  test("deleting says what apps get; production asks for its key", async () => {
    const { user, platform } = open({
      flags_list: { flags: [summary({ key: "checkout" })], configVersion: 1 },
      environment_delete: ENVIRONMENTS,
    });
    await user.click(await screen.findByRole("button", { name: "Actions for Production" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete…" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete Production" });
    expect(dialog).toHaveTextContent(
      /ask for production get the default value of every flag.*1 flag is on in it now: checkout\./,
    );
    const confirm = within(dialog).getByRole("button", { name: "Delete environment" });
    expect(confirm).toBeDisabled();
    await user.type(
      within(dialog).getByRole("textbox", { name: "Type production to confirm" }),
      "production",
    );
    expect(confirm).toBeDisabled();
    await user.type(within(dialog).getByRole("textbox", { name: /Note/ }), "closed down");
    await user.click(confirm);
    await waitFor(() =>
      expect(asked(platform, "environment_delete")).toEqual([{ key: "production", note: "closed down" }]),
    );
  });

  test("nothing can be changed while the database is gone", async () => {
    open({ live_wait: { ...LIVE, connected: false, problem: "refused" } });
    await waitFor(() => expect(screen.getByRole("button", { name: "New environment" })).toBeDisabled());
    expect(await screen.findByRole("checkbox", { name: "Staging is production" })).toBeDisabled();
  });
});

describe("appearance", () => {
  test("shortcuts of one key can be turned off, and then rest", async () => {
    const { user, container } = openApp("/settings?section=appearance", {});
    const shortcuts = await screen.findByRole("checkbox", { name: "Shortcuts of one key" });
    expect(shortcuts).toBeChecked();
    await expectAccessible(container);
    await user.click(shortcuts);
    shortcuts.blur();
    await user.keyboard("n");
    expect(screen.getByRole("heading", { name: "Settings" })).toBeVisible();
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    await user.click(shortcuts);
    shortcuts.blur();
    await user.keyboard("n");
    expect(await screen.findByRole("dialog", { name: "New flag" })).toBeVisible();
  });

  test("the theme is kept", async () => {
    const { user } = openApp("/settings?section=appearance", {});
    await user.click(await screen.findByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(localStorage.getItem("halyard.theme")).toBe("dark"));
    await user.click(screen.getByRole("radio", { name: "System" }));
    await waitFor(() => expect(localStorage.getItem("halyard.theme")).toBe("auto"));
  });
});
