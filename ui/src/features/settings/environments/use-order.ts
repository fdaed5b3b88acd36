// The order of the environments while it is changed: shown at once, saved one change after another.
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type CommandFailure, commandKey, useCommandMutation } from "@/api";
import type { Environment } from "@/contract";
import { inOrder } from "../model/environments";

export type Order = {
  environments: ReadonlyArray<Environment>;
  setOrder: (keys: ReadonlyArray<string>) => void;
  failure: CommandFailure | null;
};

export function useOrder(saved: ReadonlyArray<Environment>): Order {
  const client = useQueryClient();
  const reorder = useCommandMutation("environments_reorder");
  /** The wanted order, until it is saved. */
  const [wanted, setWanted] = useState<ReadonlyArray<string> | null>(null);
  const latest = useRef<ReadonlyArray<string> | null>(null);

  // One at a time: two requests on their way could arrive in the other order.
  async function save() {
    try {
      for (let sent: ReadonlyArray<string> | null = null; latest.current && latest.current !== sent; ) {
        sent = latest.current;
        const environments = await reorder.mutateAsync({ keys: [...sent] });
        client.setQueryData(commandKey("environments_list", {}), environments);
      }
    } catch {
      // Shown by `failure`; the list falls back to what is saved.
    }
    latest.current = null;
    setWanted(null);
  }

  return {
    environments: wanted === null ? saved : inOrder(saved, wanted),
    failure: reorder.error,
    setOrder: (keys) => {
      const idle = latest.current === null;
      latest.current = keys;
      setWanted(keys);
      if (idle) void save();
    },
  };
}
