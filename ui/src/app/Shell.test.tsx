import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { commandKey } from "@/api";
import type { WorkspaceStatus } from "@/contract";
import { summary } from "@/features/flags/testing";
import { openApp, READY } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";

const other = {
  id: "w2",
  name: "Acme",
  kind: "connected",
  host: "db.acme.example",
  database: "acme",
} as const;
const named = (name: string, id: string): WorkspaceStatus => ({
  ...READY,
  workspace: READY.workspace && { ...READY.workspace, id, name },
  remembered: [other],
});

describe("the frame", () => {
  test("lists the pages that there are, with counts and the one that is open", async () => {
    openApp("/flags", { flags_list: { flags: [summary()], configVersion: 1 } });
    const pages = await screen.findByRole("navigation", { name: "Pages" });
    expect(await within(pages).findAllByRole("link")).toHaveLength(8);
    expect(await within(pages).findByRole("link", { name: "Flags, 1" })).toHaveAttribute(
      "aria-current",
      "page",
    );
    expect(document.title).toBe("Flags · Northwind");
  });

  test("offers environments only where they mean something", async () => {
    const { user, location } = openApp("/flags", { audit_list: { entries: [], nextCursor: null } });
    const staging = await screen.findByRole("radio", { name: "Staging" });
    expect(screen.getByRole("radio", { name: "Production" })).toBeChecked();
    await user.click(staging);
    expect(staging).toBeChecked();
    await user.keyboard("{Control>}6{/Control}");
    await waitFor(() => expect(location()).toBe("/audit"));
    await waitFor(() => expect(screen.queryByRole("radio", { name: "Staging" })).not.toBeInTheDocument());
  });

  test("turns single-key shortcuts off when somebody wants it so, and keeps the others", async () => {
    localStorage.setItem("halyard.preferences", JSON.stringify({ singleKeyShortcuts: false }));
    const { user, location } = openApp("/flags", {});
    await screen.findByText("No flags yet");
    await user.keyboard("n");
    expect(location()).toBe("/flags");
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByRole("combobox", { name: "Search or jump to" })).toHaveFocus();
  });

  test("stays with what is typed when the database goes away", async () => {
    const { user, client } = openApp("/flags", {});
    await user.type(await screen.findByRole("textbox", { name: "Filter" }), "half a word");
    const gone = { code: "database_unavailable", message: "No answer.", details: {} } as const;
    act(() =>
      client.setQueryData(commandKey("workspace_status", {}), {
        ...READY,
        state: "unavailable",
        problem: gone,
      }),
    );
    expect(screen.getByRole("textbox", { name: "Filter" })).toHaveValue("half a word");
  });

  test("another workspace begins with nothing of the one before", async () => {
    let status = named("Northwind", "w1");
    const { user, location } = openApp("/flags", {
      workspace_status: () => status,
      flags_list: () => ({
        flags: [summary({ key: status.workspace?.name === "Acme" ? "acme-flag" : "northwind-flag" })],
        configVersion: 1,
      }),
      workspace_open: () => {
        status = named("Acme", "w2");
        return status;
      },
    });
    await user.type(await screen.findByRole("textbox", { name: "Filter" }), "north");
    await user.click(screen.getByRole("button", { name: "Workspace Northwind" }));
    await user.click(await screen.findByRole("menuitem", { name: "Switch to Acme" }));
    expect(await screen.findByRole("row", { name: /acme-flag/ })).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Filter" })).toHaveValue("");
    expect(screen.queryByText("northwind-flag")).not.toBeInTheDocument();
    expect(location()).toBe("/flags");
  });

  test("is accessible", async () => {
    openApp("/flags", {});
    await screen.findByText("No flags yet");
    await expectAccessible();
  });
});
