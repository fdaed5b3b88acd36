// What the page needs from whatever shows it: the desktop shell, or a browser beside the bridge.
// Knows no implementation; `platform/tauri` and `platform/http` each give one.
import type { CommandName, Commands } from "@/contract";

export type Request<Name extends CommandName> = Commands[Name]["request"];
export type Response<Name extends CommandName> = Commands[Name]["response"];

export interface Platform {
  /** Runs one command; rejects with a `CommandFailure` and nothing else. */
  invoke<Name extends CommandName>(
    name: Name,
    request: Request<Name>,
    signal?: AbortSignal,
  ): Promise<Response<Name>>;
  /** Names the window. */
  setTitle(title: string): void;
  /** Says that the first page with data has been painted. */
  shown(): void;
  /** Opens a window of the app or brings it to the front; the board's with the keyboard on `flag`, a key. */
  openWindow(window: "main" | "kill-board", flag?: string): void;
}
