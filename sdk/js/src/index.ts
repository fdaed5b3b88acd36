// The web entry: one client, no dependency. Everything public of it is named here.
export { createClient } from "./client.js";
export type {
  CacheOptions,
  CallOptions,
  Client,
  ClientOptions,
  Detail,
  DetailOf,
  ErrorKind,
  FlagKey,
  Flags,
  FlagValue,
  FlagValueOf,
  KeyValueStorage,
  Known,
  Reason,
  RefreshOptions,
  Snapshot,
  Values,
} from "./types.js";
