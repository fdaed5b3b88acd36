// Talking to the app: queries, mutations, live state.

export { CommandFailure } from "@/platform";
export { commandsProviding, invalidateTags } from "./cache";
export { LiveProvider, staleTags, useDatabaseGone, useLive } from "./live";
export { createQueryClient } from "./query-client";
export { commandKey, useCommandMutation, useCommandQuery } from "./use-command";
export { type Counted, type CountName, invokeCount, useCount, useFollowed } from "./use-count";
export { type CountPages, type PagedCountName, useCountPages } from "./use-count-pages";
export { type Export, type ExportName, useExport } from "./use-export";
export { type SecretCommand, useSecretCommand } from "./use-secret-command";
