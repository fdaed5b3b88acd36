// What compiles, and what must not, where no file of types was written: any key, and the fallback's type.
import { type Client, createClient, type FlagValue } from "@halyard/flags";
import { useFlag } from "@halyard/flags/react";
import { createTestClient } from "@halyard/flags/testing";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where both types are the same. */
function same<A, B>(_: Same<A, B>): void {}

const client: Client = createClient({
  url: "https://flags.example.com",
  key: "hal_cli_x",
  entityId: undefined,
  cache: { storage: window.localStorage, maxAge: 1 },
  refresh: { every: 60_000, onFocus: false },
});
createClient({ url: "", key: "", cache: { storage: "memory" }, bootstrap: client.snapshot() });

const unknown = await client.evaluate("anything");
same<typeof unknown, FlagValue | undefined>(true);
const text = await client.evaluate("anything", "a");
same<typeof text, string>(true);
const truth = await client.evaluate("anything", false);
same<typeof truth, boolean>(true);
const number = await client.evaluate("anything", 1);
same<typeof number, number>(true);
const theme = await client.evaluate("anything", { accent: "red" });
same<typeof theme.accent, string>(true);
const aborted = await client.evaluate("anything", false, { signal: AbortSignal.timeout(5) });
same<typeof aborted, boolean>(true);
const neither = await client.evaluate("anything", undefined, { signal: AbortSignal.timeout(5) });
same<typeof neither, FlagValue | undefined>(true);

// @ts-expect-error A key is text.
client.evaluate(1);
// @ts-expect-error No flag can have such a value.
client.evaluate("anything", () => 1);
// @ts-expect-error Without a key nothing can be asked.
createClient({ url: "https://flags.example.com" });
// @ts-expect-error Not an option.
createClient({ url: "", key: "", timeouts: 1 });
// @ts-expect-error Not a store.
createClient({ url: "", key: "", cache: { storage: "disk" } });
// @ts-expect-error The client is kept by whom it was made.
client.snapshot().ready = true;

export function Component(): string {
  const hooked = useFlag("anything", 1);
  same<typeof hooked, number>(true);
  return useFlag("anything", "a");
}
createTestClient({ flags: { anything: { deep: [1, null] } } }).set("anything", "a");

const { reason } = await client.detail("anything");
if (reason.kind === "OFF") same<typeof reason.offBy, "KILL_SWITCH" | "ENVIRONMENT">(true);
// @ts-expect-error Only rules have an index.
reason.ruleIndex;
