// The snippets of a flag, for the server that is known, and which of them was last chosen on this computer.
import { useCommandQuery } from "@/api";
import { useStored } from "@/app/stored";
import type { Flag } from "@/contract";
import { type Snippet, SOME_URL, snippetsFor } from "./snippets";

export type Snippets = {
  /** In the order they are offered. */
  all: ReadonlyArray<Snippet>;
  /** The one last chosen; the first while none was. */
  chosen: Snippet;
  choose: (id: string) => void;
  /** The address of this app's endpoint, which the snippets have; null: one that stands for a server's. */
  endpoint: string | null;
};

export function useSnippets(flag: Flag): Snippets {
  const endpoint = useCommandQuery("local_endpoint_get", {}).data?.url ?? null;
  // Whoever writes pages is shown code for servers where pages do not see the flag, and theirs again elsewhere.
  const [id, choose] = useStored<string>(flag.clientVisible ? "halyard.code" : "halyard.code.servers", "");
  const all = snippetsFor(flag, endpoint ?? SOME_URL, flag.clientVisible);
  const [first] = all;
  return { all, chosen: all.find((one) => one.id === id) ?? (first as Snippet), choose, endpoint };
}
