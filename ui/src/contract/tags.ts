// Which cache tags each command provides (it reads them) and invalidates (it changes them).
// DRAFT written by hand; generated from the list of commands like the rest of the contract.
import type { CacheTag, CommandName } from "./contract";

export type CommandTags = { provides: ReadonlyArray<CacheTag>; invalidates: ReadonlyArray<CacheTag> };

const EVERYTHING: ReadonlyArray<CacheTag> = [
  "workspace",
  "flags",
  "audiences",
  "environments",
  "customer_source",
  "customers",
  "audit",
  "evaluations",
];

const reads = (...provides: Array<CacheTag>): CommandTags => ({ provides, invalidates: [] });
const changes = (...invalidates: Array<CacheTag>): CommandTags => ({ provides: [], invalidates });
const changesEverything: CommandTags = { provides: [], invalidates: EVERYTHING };

export const COMMAND_TAGS: { readonly [name in CommandName]: CommandTags } = {
  workspace_status: reads("workspace"),
  workspace_explore_sample: changesEverything,
  workspace_test_connection: reads(),
  workspace_connect: changesEverything,
  workspace_open: changesEverything,
  workspace_close: changesEverything,
  workspace_forget: changes("workspace"),
  workspace_rename: changes("workspace"),
  actor_set: changes("workspace"),
  live_wait: reads(),
  flags_list: reads("flags"),
  flags_reach: reads("flags", "audiences", "customers", "customer_source"),
  flag_get: reads("flags"),
  flag_create: changes("flags", "audit"),
  flag_update: changes("flags", "audit"),
  flag_set_active: changes("flags", "audit"),
  flag_set_environment: changes("flags", "audit"),
  flag_archive: changes("flags", "audit"),
  flag_unarchive: changes("flags", "audit"),
  flag_revert: changes("flags", "audit"),
  flag_versions: reads("flags"),
  flag_reach: reads("audiences", "customers", "customer_source"),
  why: reads("flags", "audiences", "customers"),
  audiences_list: reads("audiences", "flags"),
  audience_get: reads("audiences", "flags"),
  audience_create: changes("audiences", "audit"),
  audience_update: changes("audiences", "audit"),
  audience_delete: changes("audiences", "audit"),
  audience_count: reads("customers", "customer_source"),
  attributes_list: reads("customer_source"),
  environments_list: reads("environments"),
  environment_create: changes("environments", "flags", "audit"),
  environment_update: changes("environments", "audit"),
  environments_reorder: changes("environments", "audit"),
  environment_delete: changes("environments", "flags", "audit"),
  customer_source_get: reads("customer_source"),
  customer_source_set: changes("customer_source", "customers", "audiences", "audit"),
  catalogue_list: reads("customer_source"),
  customers_search: reads("customers", "customer_source"),
  customer_get: reads("customers", "customer_source"),
  audit_list: reads("audit"),
  evaluations_list: reads("evaluations"),
};
