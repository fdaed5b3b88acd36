// Commands as hooks: reading keeps the answer in the cache, changing makes the right answers stale.
import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { CommandName } from "@/contract";
import { type CommandFailure, platform, type Request, type Response } from "@/platform";
import { invalidateAfter } from "./cache";

export type CommandQueryOptions<Name extends CommandName> = {
  enabled?: boolean;
  /** Shows the answer to the previous request until the new one is there. */
  keepPrevious?: boolean;
  /** Asks again after so many milliseconds, or never; may depend on the last answer. */
  refetchInterval?: number | ((last: Response<Name> | undefined) => number | false);
  /** For how many milliseconds an answer is fresh; for ever unless said. */
  staleTime?: number;
};

/** The key under which an answer is cached, for `queryClient.setQueryData` and the like. */
export function commandKey<Name extends CommandName>(name: Name, request: Request<Name>) {
  return [name, request] as const;
}

export function useCommandQuery<Name extends CommandName>(
  name: Name,
  request: Request<Name>,
  options: CommandQueryOptions<Name> = {},
): UseQueryResult<Response<Name>, CommandFailure> {
  const { enabled = true, keepPrevious = false, refetchInterval, staleTime } = options;
  return useQuery<Response<Name>, CommandFailure, Response<Name>>({
    queryKey: commandKey(name, request),
    queryFn: ({ signal }) => platform().invoke(name, request, signal),
    enabled,
    ...(keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
    ...(staleTime === undefined ? {} : { staleTime }),
    ...(refetchInterval === undefined
      ? {}
      : {
          refetchInterval:
            typeof refetchInterval === "number"
              ? refetchInterval
              : ({ state }: { state: { data: Response<Name> | undefined } }) => refetchInterval(state.data),
        }),
  });
}

export function useCommandMutation<Name extends CommandName>(
  name: Name,
): UseMutationResult<Response<Name>, CommandFailure, Request<Name>> {
  const client = useQueryClient();
  return useMutation<Response<Name>, CommandFailure, Request<Name>>({
    mutationKey: [name],
    mutationFn: (request) => platform().invoke(name, request),
    // Stale lists load behind the scenes: the change is done when the command says so.
    onSuccess: () => {
      void invalidateAfter(client, name);
    },
  });
}
