// One HTTPS call: a deadline for the whole of it, one more try after a network error, and every way
// of failing as a value. Knows nothing of flags.
import type { ErrorKind } from "./types.js";

/** The body of an answer, or why there is none. */
export type Answer =
  | { ok: true; body: unknown }
  | { ok: false; errorKind: ErrorKind; message?: string; body?: unknown; retryAfter?: number };

/** Sends `body` and reads the answer. Never rejects. */
export async function post(
  fetching: typeof fetch,
  url: string,
  key: string,
  body: unknown,
  timeout: number,
  signal: AbortSignal,
): Promise<Answer> {
  const controller = new AbortController();
  let errorKind: ErrorKind = "ABORTED";
  const giveUp = () => controller.abort();
  const timer = setTimeout(() => {
    errorKind = "TIMEOUT";
    giveUp();
  }, timeout);
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  try {
    for (let more = 1; ; more--) {
      try {
        return await once(fetching, url, key, body, controller.signal);
      } catch (error) {
        if (controller.signal.aborted) return { ok: false, errorKind };
        if (!more) return { ok: false, errorKind: "NETWORK", message: String(error) };
      }
      // Many clients lose one server at the same moment: they must not come back at the same moment.
      await pause(100 + Math.random() * 300, controller.signal);
      if (controller.signal.aborted) return { ok: false, errorKind };
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}

async function once(
  fetching: typeof fetch,
  url: string,
  key: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetching(url, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      // What the evaluation log calls the caller; browsers do not let pages set User-Agent.
      "X-Halyard-SDK": `halyard-js/${VERSION}`,
    },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    signal,
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    if (response.ok) return { ok: false, errorKind: "INVALID_ANSWER" };
  }
  if (response.ok) return { ok: true, body: json };
  const { status } = response;
  const errorKind =
    status === 401 || status === 403
      ? "UNAUTHORIZED"
      : status === 429
        ? "RATE_LIMITED"
        : status >= 500
          ? "SERVER"
          : "REFUSED";
  const seconds = Number(response.headers.get("Retry-After"));
  return {
    ok: false,
    errorKind,
    message: `HTTP ${status}`,
    body: json,
    retryAfter: seconds > 0 ? seconds * 1000 : 0,
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
