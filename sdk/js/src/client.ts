// The client: which call is made, which calls are one, and what is remembered of the answers.
import { type Kept, readCached, writeCached } from "./cache.js";
import { type Back, onFocus } from "./focus.js";
import { checkOptions } from "./options.js";
import { type Answer, post } from "./request.js";
import type {
  CallOptions,
  Client,
  ClientOptions,
  Detail,
  ErrorKind,
  Flags,
  FlagValue,
  Reason,
} from "./types.js";

/** Why there is no good answer. */
export type Failure = Reason & { readonly kind: "ERROR" };
type Details = { readonly [key: string]: Detail };
/** `Snapshot` without the types of flags. */
export type Seen = { entityId?: string | undefined; flags: Details; ready: boolean; error?: Failure };
type Shared = { answer: Promise<Answer>; callers: number; controller: AbortController };

const DAY = 86_400_000;

/**
 * Makes a client; sends nothing yet, unless `refresh` is given.
 *
 * @throws TypeError for an option that cannot work, naming it.
 */
export function createClient<F = Flags>(options: ClientOptions): Client<F> {
  return clientOf<F>(options, onFocus);
}

/** The same, told by `back` when the app comes back to the front. */
export function clientOf<F>(options: ClientOptions, back: Back): Client<F> {
  checkOptions(options);
  const { key, timeout = 3_000, cache, refresh, bootstrap } = options;
  const fetching = options.fetch ?? ((...call) => fetch(...call));
  const base = `${options.url.replace(/\/+$/, "")}/feature-flags/`;
  const maxAge = cache?.maxAge ?? 7 * DAY;
  const storage = cache && cache.storage !== "memory" ? cache.storage : undefined;

  const pending = new Map<string, Shared>();
  const listeners = new Set<() => void>();
  const initial: Seen =
    bootstrap && bootstrap.entityId === options.entityId
      ? (bootstrap as Seen)
      : { entityId: options.entityId, flags: {}, ready: false };
  let seen = initial;
  let loading: Promise<void> | undefined;
  let started: Promise<void> | undefined;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heldUntil = 0;
  let stopWatching: (() => void) | undefined;

  function become(next: Seen): void {
    seen = next;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        // Whoever listens must not fail a call; the error is the page's own all the same.
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  /** What storage has about the entity, at once if it answers at once. */
  function load(): void {
    if (!storage) return;
    const about = seen.entityId;
    const use = (kept: Kept | undefined) => {
      // What was answered meanwhile is newer.
      if (kept && about === seen.entityId && !seen.ready) {
        become({ ...seen, flags: { ...kept.flags, ...seen.flags }, ready: kept.ready });
      }
    };
    const cached = readCached(storage, key, about, maxAge);
    if (cached && "then" in cached) loading = cached.then(use);
    else use(cached);
  }

  /** One call for everybody who asks the same at the same time. */
  function ask(path: string, body: { entityId: string | undefined; key?: string }, signal?: AbortSignal) {
    if (closed || signal?.aborted) {
      return Promise.resolve<Answer>({ ok: false, errorKind: closed ? "CLOSED" : "ABORTED" });
    }
    const id = path + JSON.stringify(body);
    let shared = pending.get(id);
    if (!shared) {
      const controller = new AbortController();
      shared = {
        answer: post(fetching, base + path, key, body, timeout, controller),
        callers: 0,
        controller,
      };
      pending.set(id, shared);
    }
    const mine = shared;
    const forget = () => {
      if (pending.get(id) === mine) pending.delete(id);
    };
    mine.callers++;
    return new Promise<Answer>((resolve) => {
      const giveUp = () => {
        resolve({ ok: false, errorKind: "ABORTED" });
        if (--mine.callers === 0) {
          forget();
          mine.controller.abort();
        }
      };
      signal?.addEventListener("abort", giveUp);
      mine.answer.then((answer) => {
        signal?.removeEventListener("abort", giveUp);
        forget();
        if (!answer.ok && answer.retryAfter) heldUntil = Date.now() + answer.retryAfter;
        resolve(closed && !answer.ok ? { ok: false, errorKind: "CLOSED" } : answer);
      });
    });
  }

  /** The flag as last answered for the entity, if there is a cache and it is not too old. */
  function cached(flag: string, error: Failure): Detail | undefined {
    const known = cache && own(seen.flags, flag);
    return known && Date.now() - (known.at ?? 0) <= maxAge ? { ...known, from: "cache", error } : undefined;
  }

  function remember(flags: Details, all: boolean): void {
    const kept = Object.fromEntries(
      Object.entries(flags).map(([flag, detail]) => {
        const known = own(seen.flags, flag);
        // The same object for the same value, so that what is drawn from it is not drawn anew.
        const same = known && JSON.stringify(known.value) === JSON.stringify(detail.value);
        return [flag, same ? { ...detail, value: known.value } : detail];
      }),
    );
    const { entityId, ready } = seen;
    become(
      all ? { entityId, flags: kept, ready: true } : { ...seen, flags: { ...seen.flags, ...kept }, ready },
    );
    if (storage) writeCached(storage, key, seen);
  }

  async function detail(flag: string, fallback?: FlagValue, { signal }: CallOptions = {}): Promise<Detail> {
    const { entityId } = seen;
    const answer = await ask("evaluate", { key: flag, entityId }, signal);
    let found = answer.ok ? readDetail(answer.body, "variationIndex") : undefined;
    if (found) {
      if (entityId === seen.entityId) remember({ [flag]: found }, false);
    } else {
      const error = failure(answer);
      if (error.errorKind === "FLAG_NOT_FOUND") {
        if (entityId === seen.entityId && own(seen.flags, flag)) {
          const { [flag]: _, ...flags } = seen.flags;
          become({ ...seen, flags });
        }
      } else {
        await loading;
        if (entityId === seen.entityId) found = cached(flag, error);
      }
      found ??= instead(fallback, error);
    }
    return fallback == null || found.from === "fallback" || typeof found.value === typeof fallback
      ? found
      : instead(fallback, { kind: "ERROR", errorKind: "WRONG_TYPE" });
  }

  async function evaluateAll({ signal }: CallOptions = {}): Promise<{ [key: string]: FlagValue }> {
    const { entityId } = seen;
    const answer = await ask("evaluate-all", { entityId }, signal);
    const flags = answer.ok ? readAll(answer.body) : undefined;
    if (flags) {
      if (entityId === seen.entityId) remember(flags, true);
      return valuesOf(flags);
    }
    const error = failure(answer);
    await loading;
    if (entityId !== seen.entityId) return {};
    if (error.errorKind !== "ABORTED" && error.errorKind !== "CLOSED") become({ ...seen, error });
    const usable = Object.keys(seen.flags).map((flag) => [flag, cached(flag, error)] as const);
    return valuesOf(Object.fromEntries(usable.filter(([, known]) => known)) as Details);
  }

  async function round(): Promise<void> {
    clearTimeout(timer);
    await evaluateAll();
    clearTimeout(timer);
    if (closed || !refresh?.every) return;
    // Somewhat less than asked for, so that many pages do not ask at the same moment.
    timer = setTimeout(round, Math.max(refresh.every * (0.9 + Math.random() / 10), heldUntil - Date.now()));
    // Node would stay alive for it.
    (timer as { unref?: () => void }).unref?.();
  }

  const client = {
    detail,
    evaluate: async (...call: Parameters<typeof detail>) => (await detail(...call)).value,
    evaluateAll,
    identify(entityId: string | undefined, call?: CallOptions) {
      if (entityId !== seen.entityId) {
        seen = { entityId, flags: {}, ready: false };
        load();
        become(seen);
      }
      return evaluateAll(call);
    },
    start() {
      started ??= (async () => {
        if (refresh && refresh.onFocus !== false && !closed) {
          stopWatching = back(() => {
            if (Date.now() >= heldUntil) void round();
          });
        }
        const first = round();
        await Promise.race([loading, first]);
        if (!seen.ready) await first;
      })();
      return started;
    },
    snapshot: () => seen,
    initial: () => initial,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      closed = true;
      clearTimeout(timer);
      stopWatching?.();
      for (const { controller } of pending.values()) controller.abort();
    },
  };
  if (!initial.ready) load();
  if (refresh) void client.start();
  // The types of single flags exist for the compiler alone.
  return client as unknown as Client<F>;
}

/** `flags[key]`, if that is a flag: `constructor` is a good key, too. */
export function own(flags: Details, key: string): Detail | undefined {
  return Object.hasOwn(flags, key) ? flags[key] : undefined;
}

/** Values without their details. */
function valuesOf(flags: Details): { [key: string]: FlagValue } {
  return Object.fromEntries(Object.entries(flags).map(([flag, { value }]) => [flag, value as FlagValue]));
}

/** The fallback, and why it is one. */
export function instead(fallback: FlagValue | undefined, reason: Failure): Detail {
  return { value: fallback, reason, variationIndex: null, version: null, from: "fallback", at: null };
}

function readDetail(body: unknown, index: "variationIndex" | "variation"): Detail | undefined {
  const { value, reason, version, [index]: variationIndex = null } = (body ?? {}) as Record<string, unknown>;
  if (value === undefined || typeof (reason as Reason | undefined)?.kind !== "string") return undefined;
  return { value, reason, variationIndex, version, from: "server", at: Date.now() } as Detail;
}

function readAll(body: unknown): Details | undefined {
  if (typeof body !== "object" || !body || Array.isArray(body)) return undefined;
  const read = Object.entries(body).map(([flag, entry]) => [flag, readDetail(entry, "variation")] as const);
  return read.every(([, detail]) => detail) ? (Object.fromEntries(read) as Details) : undefined;
}

/** Why there is no good answer; the server's own words where it has some. */
function failure(answer: Answer): Failure {
  if (answer.ok) return { kind: "ERROR", errorKind: "INVALID_ANSWER" };
  const problem = (answer.body ?? {}) as { reason?: { errorKind?: ErrorKind }; detail?: unknown };
  const errorKind = problem.reason?.errorKind ?? answer.errorKind;
  const message = typeof problem.detail === "string" ? problem.detail : answer.message;
  return { kind: "ERROR", errorKind, ...(message && { message }) };
}
