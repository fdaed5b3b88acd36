// Talking to the app: queries, mutations, live state.

export { CommandFailure } from "@/platform";
export { invalidateTags } from "./cache";
export { LiveProvider, useDatabaseGone, useLive } from "./live";
export { createQueryClient } from "./query-client";
export { commandKey, useCommandMutation, useCommandQuery } from "./use-command";
