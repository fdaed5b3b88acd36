// Commands over HTTP, for a browser beside the bridge: `POST /command/<name>` with the request as JSON.
// The bridge puts its token into the page as <meta name="halyard-token">.
import { CommandFailure } from "../command-failure";
import type { Platform } from "../platform";

const UNREACHABLE = "The app behind this page does not answer. Is it still running?";

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="halyard-token"]')?.content ?? "";
}

export const httpPlatform: Platform = {
  async invoke(name, request, signal) {
    const response = await fetch(`/command/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-halyard-token": token() },
      body: JSON.stringify(request),
      ...(signal ? { signal } : {}),
    }).catch((thrown: unknown) => {
      if (signal?.aborted) throw thrown;
      throw new CommandFailure({ code: "internal", message: UNREACHABLE, details: {} });
    });
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return body as never;
    throw CommandFailure.from(body ?? new Error(`${name} answered ${response.status}`));
  },
  setTitle(title) {
    document.title = title;
  },
  shown() {},
  openWindow(name, flag) {
    const search = new URLSearchParams({ window: "board", ...(flag === undefined ? {} : { flag }) });
    window.open(name === "main" ? "#/" : `#/kill-board?${search}`, `halyard-${name}`);
  },
};
