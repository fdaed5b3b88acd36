// Shows the pages when a workspace is open, and otherwise what leads to one.
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useRef } from "react";
import { LiveProvider, useCommandQuery } from "@/api";
import type { WorkspaceStatus } from "@/contract";
import { BOARD_WINDOW, boardWindow } from "./board-window";
import { forgetKept } from "./kept";
import type { AppRouter } from "./router";
import { WorkspaceContext } from "./workspace";

const FirstStart = lazy(() =>
  import("@/features/first-start/FirstStart").then((module) => ({ default: module.FirstStart })),
);

const BoardClosed = lazy(() =>
  import("@/features/kill-board/BoardClosed").then((module) => ({ default: module.BoardClosed })),
);

/** How often, in milliseconds, the board's own window asks again: a workspace is opened in another. */
const BOARD_POLL = 1_000;
/** How often, in milliseconds, to ask again while the state changes by itself. */
const STATE_POLLS: Partial<Record<WorkspaceStatus["state"], number>> = { opening: 40, unavailable: 1_500 };

export function WorkspaceGate({ router }: { router: AppRouter }) {
  const board = boardWindow(router.history);
  const { data: status, error } = useCommandQuery(
    "workspace_status",
    {},
    {
      refetchInterval: (last) => {
        const closed = last?.state !== "ready" || last.actor === null;
        return STATE_POLLS[last?.state ?? "none"] ?? (board && closed ? BOARD_POLL : false);
      },
    },
  );
  const shown = useRef<string | null>(null);
  const workspace = status?.workspace ?? null;

  // A database that goes away later must not take the pages, and what is typed in them, with it.
  const keepPages = status?.state === "unavailable" && workspace !== null && shown.current === workspace.id;
  const showPages = (status?.state === "ready" && status.actor !== null) || keepPages;

  if (status && workspace && showPages) {
    if (shown.current !== null && shown.current !== workspace.id) {
      // Filters, places and the open page belong to the workspace before.
      forgetKept();
      router.history.replace(board ? BOARD_WINDOW : "/flags");
    }
    shown.current = workspace.id;
    return (
      <WorkspaceContext value={{ ...workspace, actor: status.actor ?? "" }}>
        <LiveProvider key={workspace.id}>
          <RouterProvider router={router} />
        </LiveProvider>
      </WorkspaceContext>
    );
  }
  if (!status && !error) return null;
  return (
    <Suspense fallback={null}>
      {board ? (
        <BoardClosed status={status ?? null} failure={error} flag={board.flag} />
      ) : (
        <FirstStart status={status ?? null} failure={error} />
      )}
    </Suspense>
  );
}
