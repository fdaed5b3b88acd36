// Whether the chain of entries is intact: verified in the background from the first look on, followed while it
// runs, and gone on with whenever something new is there.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type CommandFailure, commandKey, useCommandMutation, useCommandQuery, useLive } from "@/api";
import type { VerificationStatus } from "@/contract";

/** How often, in milliseconds, to look how far it is. */
const FOLLOW_MS = 300;

export type Verification = {
  status: VerificationStatus | null;
  failure: CommandFailure | null;
  /** From the first entry. */
  start: () => void;
  stop: () => void;
};

export function useVerification(): Verification {
  const client = useQueryClient();
  const query = useCommandQuery(
    "audit_verification",
    {},
    { staleTime: 0, refetchInterval: (last) => (last?.state === "running" ? FOLLOW_MS : false) },
  );
  const starting = useCommandMutation("audit_verify_start");
  const stopping = useCommandMutation("audit_verify_cancel");
  const version = useLive()?.configVersion;
  const { refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new entry is what there is to look at
  useEffect(() => void refetch(), [version, refetch]);

  const keep = {
    onSuccess: (status: VerificationStatus) =>
      client.setQueryData(commandKey("audit_verification", {}), status),
  };
  const start = () => starting.mutate({}, keep);
  const unseen = query.data?.state === "idle" && query.data.problem === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that nothing is known
  useEffect(() => {
    if (unseen && !starting.isPending && !stopping.isSuccess) start();
  }, [unseen]);

  return {
    status: query.data ?? null,
    failure: query.error ?? starting.error,
    start,
    stop: () => stopping.mutate({}, keep),
  };
}
