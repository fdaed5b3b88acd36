// Commands through the desktop shell. The only folder that may import @tauri-apps.
import { invoke, isTauri } from "@tauri-apps/api/core";
import { emit } from "@tauri-apps/api/event";
import { CommandFailure } from "../command-failure";
import type { Platform } from "../platform";

export const insideTauri = isTauri;

export const tauriPlatform: Platform = {
  async invoke(name, request, signal) {
    try {
      const response = await invoke(name, { request });
      signal?.throwIfAborted();
      return response as never;
    } catch (thrown) {
      throw signal?.aborted ? signal.reason : CommandFailure.from(thrown);
    }
  },
  setTitle(title) {
    document.title = title;
  },
  shown() {
    void emit("page-shown");
  },
  openWindow(window, flag) {
    // Asked for as a link would: the shell gives a page no more than that.
    const place = window === "main" ? "" : flag === undefined ? "kill" : `kill/${flag}`;
    void emit("go-to", `halyard://${place}`);
  },
};
