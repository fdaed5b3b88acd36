// Options that cannot work are said when the client is made, where the mistake is.
import type { ClientOptions } from "./types.js";

/** @throws TypeError naming the option and what would be right. */
export function checkOptions({ url, key, timeout = 1, refresh, cache }: ClientOptions): void {
  const check = (good: boolean, words: string) => {
    if (!good) throw new TypeError(`@halyard/flags: ${words}`);
  };
  check(/^https?:\/\/[^?#]+$/.test(url), "url must be the server's, such as https://flags.example.com");
  check(/^hal_(cli|srv)_/.test(key), "key must be a client key (hal_cli_…) or a server key (hal_srv_…)");
  check(!/^hal_s/.test(key) || typeof document === "undefined", "key must be a client key in browsers");
  check(timeout >= 1 && timeout <= 60_000, "timeout must be 1 to 60000 ms");
  const every = refresh?.every ?? 1_000;
  check(every >= 1_000 && every <= 86_400_000, "refresh.every must be 1000 to 86400000 ms");
  check((cache?.maxAge ?? 0) >= 0, "cache.maxAge must be 0 ms or more");
}
