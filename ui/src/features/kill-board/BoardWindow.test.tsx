// The board in a window of its own, as far as the page decides it: how it is asked for, and what it shows while no
// workspace is open.
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { WorkspaceStatus } from "@/contract";
import { openApp, READY } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { summary } from "../flags/testing";
import { BOARD_TAG } from "./model/board";
import "./BoardClosed";

const PATH = "/kill-board?window=board&flag=%221.10%22&nth=1";
const board = {
  flags: ["1.10", "search"].map((key) => summary({ key, tags: [BOARD_TAG] })),
  killed: 0,
  recent: [],
};

test("the palette and the board's own button ask the shell for the window", async () => {
  const { user, platform } = openApp("/kill-board", { kill_board: board });
  await screen.findByRole("listitem", { name: /^1\.10/ });
  await user.click(screen.getByRole("button", { name: "Open in a window of its own" }));
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", { name: "Search or jump to" }), "board in a window");
  await screen.findByRole("option", { name: /Open the kill board in a window/ });
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(platform.opened).toEqual([{ window: "kill-board", flag: "1.10" }, { window: "kill-board" }]),
  );
});

test("the window puts the keyboard on the flag it was opened for, also when its key looks like a number", async () => {
  openApp(PATH, { kill_board: board, flags_list: { flags: board.flags, configVersion: 1 } });
  const hold = await screen.findByRole("button", { name: "Hold to kill 1.10" });
  await waitFor(() => expect(hold).toHaveFocus());
});

test("without a workspace the window sends to Halyard and offers nothing that it may not do", async () => {
  const { user, platform } = openApp(PATH, {
    workspace_status: { ...READY, state: "none", workspace: null, actor: null },
  });
  await user.click(await screen.findByRole("button", { name: "Open Halyard" }));
  expect(platform.opened).toEqual([{ window: "main" }]);
  expect(screen.getAllByRole("button")).toHaveLength(1);
  await expectAccessible();
});

test("while the database is away the window says so, and how to kill by hand", async () => {
  const status: WorkspaceStatus = {
    ...READY,
    state: "unavailable",
    problem: { code: "database_unavailable", message: "Connection refused.", details: {} },
  };
  openApp(PATH, {
    workspace_status: status,
    flag_kill_statement: {
      sql: "update halyard.feature_flags …",
      host: "db",
      port: 5432,
      database: "acme",
      role: "halyard",
    },
  });
  expect(
    await screen.findByText("Nothing can be killed from here until the database is back."),
  ).toBeVisible();
  expect(await screen.findByText("update halyard.feature_flags …")).toBeVisible();
});
