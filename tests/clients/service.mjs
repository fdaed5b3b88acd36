// The server of one file of tests, prepared with the flags of the contract, with a tap on its wire.
import { after, before } from "node:test";
import { prepare } from "./contract.mjs";
import { startServer } from "./harness.mjs";
import { tap } from "./tap.mjs";

/**
 * Call at the top of a file. `given` has `server`, `rules` and `wire` once its tests run, also when
 * they are still to be registered; `also` is started beside the server.
 */
export function useService(also = async () => {}) {
  const given = {};
  before(async () => {
    const [server] = await Promise.all([startServer(), also(given)]);
    Object.assign(given, { server, rules: await prepare(server), wire: await tap(server.url) });
  });
  after(async () => {
    await given.wire?.close();
    await given.server?.close();
  });
  given.settings = () => ({ server: given.server, rules: given.rules, exchanges: given.wire.exchanges });
  given.access = () => ({ url: given.wire.url, key: given.server.keys.client });
  return given;
}
