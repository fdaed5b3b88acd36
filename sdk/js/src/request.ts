// One HTTPS call: a deadline for the whole of it, one more try after a network error, and every way
// of failing as a value. Knows nothing of flags.
import type { ErrorKind } from "./types.js";

/** The body of an answer, or why there is none. */
export type Answer =
  | { ok: true; body: unknown }
  | { ok: false; errorKind: ErrorKind; message?: string; body?: unknown; retryAfter?: number };

/** The most milliseconds that a server can ask to wait, in case it says nonsense. */
const LONGEST_WAIT = 3_600_000;

/** Sends `body` and reads the answer, until `controller` aborts. Never rejects. */
export async function post(
  fetching: typeof fetch,
  url: string,
  key: string,
  body: unknown,
  timeout: number,
  controller: AbortController,
): Promise<Answer> {
  const { signal } = controller;
  let errorKind: ErrorKind = "ABORTED";
  const timer = setTimeout(() => {
    errorKind = "TIMEOUT";
    controller.abort();
  }, timeout);
  try {
    for (let more = 1; ; more--) {
      try {
        return await once(fetching, url, key, body, signal);
      } catch (error) {
        if (signal.aborted) return { ok: false, errorKind };
        if (!more) return { ok: false, errorKind: "NETWORK", message: String(error) };
      }
      // Many clients lose one server at the same moment: they must not come back at the same moment.
      await pause(100 + Math.random() * 300, signal);
    }
  } finally {
    clearTimeout(timer);
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
    retryAfter: seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT) : 0,
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", resolve);
  });
}
