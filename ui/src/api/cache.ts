// Which cached queries a change makes stale, by the tags of the contract.
import type { QueryClient } from "@tanstack/react-query";
import { type CacheTag, COMMAND_TAGS, type CommandName } from "@/contract";

/** The commands whose answers carry one of `tags`. */
export function commandsProviding(tags: ReadonlyArray<CacheTag>): ReadonlySet<string> {
  const wanted = new Set(tags);
  return new Set(
    Object.entries(COMMAND_TAGS)
      .filter(([, { provides }]) => provides.some((tag) => wanted.has(tag)))
      .map(([name]) => name),
  );
}

export function invalidateTags(client: QueryClient, tags: ReadonlyArray<CacheTag>): Promise<void> {
  const names = commandsProviding(tags);
  return client.invalidateQueries({ predicate: ({ queryKey }) => names.has(String(queryKey[0])) });
}

export function invalidateAfter(client: QueryClient, command: CommandName): Promise<void> {
  const { invalidates } = COMMAND_TAGS[command];
  if (invalidates.length === 0) return Promise.resolve();
  if (opensAnotherWorkspace(invalidates)) {
    // What was read from another database must not even flash up.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "workspace_status" });
  }
  return invalidateTags(client, invalidates);
}

function opensAnotherWorkspace(invalidates: ReadonlyArray<CacheTag>): boolean {
  return invalidates.includes("workspace") && invalidates.includes("flags");
}
