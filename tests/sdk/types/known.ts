// What compiles, and what must not, once the file of types is written for the flags of the contract.
import { type Client, createClient, type Values } from "@halyard/flags";
import { useFlag, useFlagDetail, type useFlags } from "@halyard/flags/react";
import { createTestClient } from "@halyard/flags/testing";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where both types are the same. */
function same<A, B>(_: Same<A, B>): void {}

type Price = "old" | "beta" | "new";
declare const client: Client;

const price = await client.evaluate("price-page");
same<typeof price, Price | undefined>(true);
const withFallback = await client.evaluate("price-page", "old");
same<typeof withFallback, Price>(true);
const checkout = await client.evaluate("new-checkout", false);
same<typeof checkout, boolean>(true);
const limit = await client.evaluate("search-limit", 10);
same<typeof limit, 10 | 50.5>(true);
const theme = await client.evaluate("theme", { accent: "", steps: [] });
if ("accent" in theme) same<typeof theme.accent, string>(true);
const detail = await client.detail("price-page", "old");
same<typeof detail.value, Price>(true);
const all: Values<import("@halyard/flags").Flags> = await client.evaluateAll();
same<(typeof all)["new-checkout"], boolean | undefined>(true);
same<
  ReturnType<typeof client.snapshot>["flags"]["new-checkout"] extends { value: boolean } | undefined ? true : false,
  true
>(true);

// @ts-expect-error There is no such flag.
client.evaluate("no-such");
// @ts-expect-error A mistyped key.
client.evaluate("price_page", "old");
// @ts-expect-error The flag does not serve this.
client.evaluate("price-page", "newer");
// @ts-expect-error Of another type.
client.evaluate("new-checkout", "false");
// @ts-expect-error The flag cannot be compared with what it never serves.
if (withFallback === "newer") client.close();
// @ts-expect-error The values cannot be changed.
all["new-checkout"] = false;

export function Component(): boolean {
  const hooked = useFlag("price-page", "old");
  same<typeof hooked, Price>(true);
  const { value } = useFlagDetail("search-limit", 50.5);
  same<typeof value, 10 | 50.5>(true);
  same<ReturnType<typeof useFlags>["values"]["price-page"], Price | undefined>(true);
  // @ts-expect-error There is no such flag.
  useFlag("no-such", false);
  // @ts-expect-error The flag does not serve this.
  useFlag("price-page", "newer");
  return useFlag("new-checkout", false);
}

const double = createTestClient({ flags: { "price-page": "beta" } });
double.set("new-checkout", true);
const standsIn: Client = double;
standsIn.close();
// @ts-expect-error The flag does not serve this.
double.set("price-page", "newer");
// @ts-expect-error There is no such flag.
createTestClient({ flags: { "no-such": 1 } });

// Another company's flags, or those of another environment, can be named by hand.
const other = createClient<{ mine: "a" | "b" }>({ url: "https://flags.example.com", key: "hal_cli_x" });
const mine = await other.evaluate("mine", "a");
same<typeof mine, "a" | "b">(true);
// @ts-expect-error There is no such flag there.
other.evaluate("price-page");
