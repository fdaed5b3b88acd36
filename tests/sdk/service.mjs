// What the tests of our own client share: clients of a real server, and a server that misbehaves.
import { once } from "node:events";
import { createServer } from "node:http";
import { createClient } from "@halyard/flags";
import { useService } from "../clients/service.mjs";

/** How long, in milliseconds, a call may take here: the machine is busy. */
export const PATIENT = 30_000;

/** A real server with the flags of the contract, as `useService`; `client` makes clients that the test closes. */
export function useFlagsService(also) {
  const given = useService(also);
  given.client = (t, more) =>
    clientFor(t, { url: given.wire.url, key: given.server.keys.client, entityId: "ada", timeout: PATIENT, ...more });
  /** How many evaluations went over the wire since `from`, a length of `exchanges`. */
  given.calls = (from = 0) =>
    given.wire.exchanges
      .slice(from)
      .filter(({ method, path }) => method === "POST" && path.startsWith("/feature-flags/evaluate")).length;
  return given;
}

/** A client that is closed when the test is over. */
export function clientFor(t, options) {
  const client = createClient(options);
  t.after(() => client.close());
  return client;
}

/** A key that is formed as one is; nobody looks it up. */
export const SOME_KEY = "hal_cli_0000000000";

/** What a server would answer for `flags`, by key. */
export const flagMap = (flags) =>
  Object.fromEntries(
    Object.entries(flags).map(([key, value]) => [
      key,
      { value, variation: 0, version: 1, flagVersion: 1, trackEvents: false, reason: { kind: "FALLTHROUGH" } },
    ]),
  );

/** What a server would answer for one flag. */
export const oneFlag = (key, value) => ({ key, value, variationIndex: 0, version: 1, reason: { kind: "FALLTHROUGH" } });

/**
 * A server of the test's own. `answer(response, body, request)` decides what each request gets, and can
 * be replaced; `bodies` are what was asked, in order.
 */
export async function misbehaving(t, answer) {
  const state = { answer, bodies: [], paths: [] };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = text === "" ? undefined : JSON.parse(text);
    state.bodies.push(body);
    state.paths.push(request.url);
    state.answer(response, body, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  t.after(close);
  return Object.assign(state, { url: `http://127.0.0.1:${server.address().port}`, close });
}

/** Answers with JSON. */
export const json = (response, body, status = 200, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

/** An address where nobody listens. */
export async function nobody() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}`;
}
