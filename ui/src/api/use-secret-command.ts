// A command whose answer is a secret: it is handed to whoever asked and kept nowhere else, neither among the
// queries nor among the changes that the cache remembers.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CommandName } from "@/contract";
import { CommandFailure, platform, type Request, type Response } from "@/platform";
import { invalidateAfter } from "./cache";

export type SecretCommand<Name extends CommandName> = {
  /** Answers null when the command was refused; `failure` then says why. */
  run: (request: Request<Name>) => Promise<Response<Name> | null>;
  pending: boolean;
  failure: CommandFailure | null;
  /** The last failure is of no interest any more. */
  reset: () => void;
};

export function useSecretCommand<Name extends CommandName>(name: Name): SecretCommand<Name> {
  const client = useQueryClient();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<CommandFailure | null>(null);

  async function run(request: Request<Name>): Promise<Response<Name> | null> {
    setPending(true);
    setFailure(null);
    try {
      const answer = await platform().invoke(name, request);
      void invalidateAfter(client, name);
      return answer;
    } catch (thrown) {
      setFailure(CommandFailure.from(thrown));
      return null;
    } finally {
      setPending(false);
    }
  }
  return { run, pending, failure, reset: () => setFailure(null) };
}
