// What the client takes and answers. Types only: nothing here is in the built script.

/**
 * The flags of your company, by key: `{ "new-dashboard": boolean }`. Empty until
 * `npx @halyard/flags types` writes a file that fills it; then keys and values are checked.
 */
// biome-ignore lint/suspicious/noEmptyInterface: a generated file adds to it
export interface Flags {}

/** Any value that a flag can have. */
export type FlagValue =
  | boolean
  | string
  | number
  | null
  | ReadonlyArray<FlagValue>
  | { readonly [field: string]: FlagValue };

/** The flags that are known by type, or any flag where none are. */
export type Known<F> = keyof F extends never ? { readonly [key: string]: FlagValue } : F;

/** A key of one of the flags. */
export type FlagKey<F> = keyof Known<F> & string;

/** The value of one of the flags. */
export type FlagValueOf<F, K> = K extends keyof Known<F> ? Known<F>[K] : FlagValue;

/** All values, by key; flags that the key cannot see, or nobody has, are missing. */
export type Values<F> = { readonly [K in FlagKey<F>]?: FlagValueOf<F, K> };

/** `false` as a fallback stands for any boolean, `"a"` for any text. */
export type Widened<T> = T extends boolean
  ? boolean
  : T extends string
    ? string
    : T extends number
      ? number
      : T;

/** The value that a call with a fallback answers: of the flag's type, or of the fallback's where it is not known. */
export type Evaluated<F, T, K> = keyof F extends never ? Widened<T> : FlagValueOf<F, K>;

/** What may stand in for a flag's value. */
export type Fallback<F, K> = keyof F extends never ? FlagValue : FlagValueOf<F, K>;

/**
 * What stands in the way of the served value.
 *
 * From the server: `FLAG_NOT_FOUND` (no such flag, archived, or not visible to this key),
 * `AUDIENCE_UNAVAILABLE` (its database is away; the flag's default value is served), `EXCEPTION`.
 *
 * From the client: `NETWORK` (no answer, twice), `TIMEOUT`, `ABORTED` (by your signal),
 * `UNAUTHORIZED` (the key is wrong, revoked or expired), `RATE_LIMITED` (429), `SERVER` (5xx),
 * `REFUSED` (any other status), `INVALID_ANSWER` (not what a Halyard server says),
 * `WRONG_TYPE` (the value is of another type than your fallback), `CLOSED` (the client was),
 * `NOT_READY` (hooks only: nothing is known yet).
 */
export type ErrorKind =
  | "FLAG_NOT_FOUND"
  | "AUDIENCE_UNAVAILABLE"
  | "EXCEPTION"
  | "NETWORK"
  | "TIMEOUT"
  | "ABORTED"
  | "UNAUTHORIZED"
  | "RATE_LIMITED"
  | "SERVER"
  | "REFUSED"
  | "INVALID_ANSWER"
  | "WRONG_TYPE"
  | "CLOSED"
  | "NOT_READY";

/** Why a value came out as it did. `stale`: decided on what was last known of the customer, during an outage. */
export type Reason =
  | { readonly kind: "OFF"; readonly offBy: "KILL_SWITCH" | "ENVIRONMENT" }
  | {
      readonly kind: "RULE_MATCH";
      readonly ruleIndex: number;
      readonly ruleId: string;
      readonly stale?: boolean;
    }
  | { readonly kind: "FALLTHROUGH"; readonly stale?: boolean }
  | { readonly kind: "ERROR"; readonly errorKind: ErrorKind; readonly message?: string };

/** A value with all that is known about it. */
export interface Detail<T = FlagValue | undefined> {
  readonly value: T;
  readonly reason: Reason;
  /** Position among the flag's distinct values; null where there is no served value. */
  readonly variationIndex: number | null;
  /** The flag's version; null where there is no served value. */
  readonly version: number | null;
  /** Where the value is from: this very answer, an earlier one, or your code. */
  readonly from: "server" | "cache" | "fallback";
  /** When it was answered, in milliseconds since 1970; null for a fallback. */
  readonly at: number | null;
  /** Why an earlier answer had to do; only with `from: "cache"`. */
  readonly error?: Reason & { readonly kind: "ERROR" };
}

/** The detail of one of the flags. */
export type DetailOf<F, K> = Detail<FlagValueOf<F, K>>;

/** What is known at one moment; never changed, only replaced. Plain JSON. */
export interface Snapshot<F = Flags> {
  /** Whom it is about; absent for nobody in particular. */
  readonly entityId?: string | undefined;
  /** By key. */
  readonly flags: { readonly [K in FlagKey<F>]?: DetailOf<F, K> };
  /** Whether all flags were ever answered for this entity, now or (from the cache) earlier. */
  readonly ready: boolean;
  /** Why the last call for all flags failed; absent when it did not. */
  readonly error?: Reason & { readonly kind: "ERROR" };
}

/** What `localStorage`, `sessionStorage` and React Native's AsyncStorage have in common. */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** Keeps the last answers of one entity, for a start or a moment without network. */
export interface CacheOptions {
  /** Where: `"memory"` for as long as the client lives, or something like `localStorage`. */
  storage: "memory" | KeyValueStorage;
  /** How old an answer may be to be used, in milliseconds; 7 days unless given. */
  maxAge?: number;
}

/** Asks for all flags again in the background. */
export interface RefreshOptions {
  /**
   * Milliseconds from an answer to the next round, 1,000 to 86,400,000. An open page shows a kill at the latest after
   * `every` + 2 × `timeout`, because an answer from before the kill can be that late, too; longer only
   * while calls fail, and after a 429 or 503 that asks to wait. Without `every`, when it gets the focus.
   */
  every?: number;
  /** When the page or app comes back to the front, or online; true unless given. */
  onFocus?: boolean;
}

/** What a client needs to know. */
export interface ClientOptions {
  /** Where the evaluation server is, such as `https://flags.example.com`. */
  url: string;
  /** A client key (`hal_cli_…`) in browsers and apps, a server key (`hal_srv_…`) in back ends. */
  key: string;
  /** The customer's id as in your customers table, 1 to 256 characters; absent: nobody in particular. */
  entityId?: string | undefined;
  /** The most milliseconds a call may take, its second try included; 3,000 unless given, 1 to 60,000. */
  timeout?: number;
  /** Off unless given: without an answer the fallback is the value. */
  cache?: CacheOptions | undefined;
  /** Off unless given. */
  refresh?: RefreshOptions | undefined;
  /** What to begin with: the `snapshot()` of a client on the server that rendered the page. */
  bootstrap?: Snapshot<never> | Snapshot | undefined;
  /** Instead of the global `fetch`; must heed `signal`, which ends calls that take too long. */
  fetch?: typeof fetch | undefined;
}

/** Of one call. */
export interface CallOptions {
  /** Gives the call up: the cache's value or the fallback comes back at once, with `ABORTED`. */
  signal?: AbortSignal | undefined;
}

/** Evaluates flags for one entity at a time. No method throws or rejects. */
export interface Client<F = Flags> {
  /**
   * The flag's value for the entity now, by one HTTPS call; the cache's, else `fallback`, where there
   * is no answer.
   */
  evaluate<K extends FlagKey<F>>(
    key: K,
    fallback?: undefined,
    options?: CallOptions,
  ): Promise<FlagValueOf<F, K> | undefined>;
  evaluate<K extends FlagKey<F>, T extends Fallback<F, K>>(
    key: K,
    fallback: T,
    options?: CallOptions,
  ): Promise<Evaluated<F, T, K>>;
  /** The same with its reason. */
  detail<K extends FlagKey<F>>(
    key: K,
    fallback?: undefined,
    options?: CallOptions,
  ): Promise<Detail<FlagValueOf<F, K> | undefined>>;
  detail<K extends FlagKey<F>, T extends Fallback<F, K>>(
    key: K,
    fallback: T,
    options?: CallOptions,
  ): Promise<Detail<Evaluated<F, T, K>>>;
  /**
   * All flags that the key may see, by one HTTPS call. Without an answer: what the cache knows, else
   * nothing; why is in `snapshot().error`.
   */
  evaluateAll(options?: CallOptions): Promise<Values<F>>;
  /** Goes on for another entity and asks for all flags; `undefined` for nobody in particular. */
  identify(entityId: string | undefined, options?: CallOptions): Promise<Values<F>>;
  /**
   * Reads the cache, asks for all flags once and, where `refresh` is given, again and again. Resolves
   * when something is known or the first answer failed. Calling it again changes nothing.
   */
  start(): Promise<void>;
  /** What is known at this moment, without a call. */
  snapshot(): Snapshot<F>;
  /** What was known when the client was made, the cache left out: what the page was rendered from. */
  initial(): Snapshot<F>;
  /** Calls `listener` after every change of what is known; the answer ends it. */
  subscribe(listener: () => void): () => void;
  /** Ends refreshing and gives up calls under way. */
  close(): void;
}
