// What clients notice of faults: a database that is killed, a server that is killed, a key that is
// revoked. Three servers share one database. The first keeps it, and would start it again at once:
// it is halted while the database is to stay away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { databaseProcess } from "../pages/harness.mjs";
import { prepare } from "./contract.mjs";
import * as node from "./drivers/node.mjs";
import * as ofrepServer from "./drivers/ofrep-server.mjs";
import { runCommand, speaking, startServer, temporaryFolder, until } from "./harness.mjs";

/** Rounds of each client before something is done to it, and after. */
const ROUNDS = 15;
const folders = [temporaryFolder(), temporaryFolder()];
let keeper;
let servers;

before(async () => {
  keeper = await startServer();
  await prepare(keeper);
  servers = await Promise.all(folders.map((folder) => startAnother(folder)));
});
after(async () => {
  await Promise.all((servers ?? []).map((server) => server.close()));
  keeper?.resume();
  await keeper?.close();
  for (const folder of folders) folder.remove();
});

/** A server on the keeper's database, which its keys open as well. */
async function startAnother(folder) {
  const server = await startServer({ database: keeper.database, folder, more: ["--rate-limit", "0"] });
  const { keys, database } = keeper;
  return { ...server, ...speaking({ url: server.url, keys, database }) };
}

/** Kills the database, which stays away until `bringBack`; answers once every server has noticed. */
async function killDatabase() {
  keeper.halt();
  process.kill(databaseProcess(keeper.dataDir), "SIGKILL");
  await everyServer("misses its database", async ({ metrics }) => (await metrics()).halyard_database_connected === 0);
}

async function bringBack() {
  keeper.resume();
  await everyServer(
    "has its database again",
    async ({ metrics }) => (await metrics()).halyard_database_connected === 1,
  );
}

const everyServer = (what, condition) =>
  Promise.all(servers.map((server) => until(`each server ${what}`, () => condition(server), 60_000)));

/** What the log's numbers add up to, over those servers, each at one moment. */
async function logOf(those) {
  const numbers = await Promise.all(those.map(({ metrics }) => metrics()));
  const sum = (name) => numbers.reduce((total, of) => total + (of[`halyard_log_${name}`] ?? 0), 0);
  const names = ["evaluated_total", "recovered_total", "stored_total", "queued", "spooled", "dropped_total"];
  const log = Object.fromEntries(names.map((name) => [name.replace("_total", ""), sum(name)]));
  assert.equal(log.evaluated + log.recovered, log.stored + log.queued + log.spooled + log.dropped);
  return log;
}

const settled = (those) =>
  until(
    "the log is written down",
    async () => {
      const log = await logOf(those);
      return log.queued + log.spooled === 0 && log;
    },
    60_000,
  );

/** A client that asks and asks; `rounds` tells how often, `wrong` what it did not expect: a few end it. */
function load(ask) {
  const state = { rounds: 0, wrong: [], stop: false };
  const ended = (async () => {
    while (!state.stop && state.wrong.length < 10) {
      try {
        const found = await ask(state.rounds);
        if (found !== undefined) state.wrong.push(found);
      } catch (error) {
        state.wrong.push(error.message);
      }
      state.rounds += 1;
    }
  })();
  const further = (what) => {
    const from = state.rounds;
    const enough = () => {
      assert.deepEqual(state.wrong, [], what);
      return state.rounds >= from + ROUNDS;
    };
    return until(`further rounds ${what}`, enough, 60_000);
  };
  const end = async () => {
    state.stop = true;
    await ended;
  };
  return { state, further, end };
}

const EXPECTED = { ada: [true, "beta"], bob: [false, "new"] };
const asExpected = async (client, customer) => {
  const checkout = await client.detail("new-checkout", !EXPECTED[customer][0]);
  const price = await client.detail("price-page", "none");
  const values = [checkout.value, price.value];
  if (values.some((value, at) => value !== EXPECTED[customer][at])) return { customer, checkout, price };
};

test("clients notice nothing of a database that is killed, and no call is lost to the log", async (t) => {
  const loads = [];
  for (const { url } of servers) {
    const openFeature = await ofrepServer.start({ url, key: keeper.keys.client, customer: "ada" });
    const options = { localStoragePath: folders[0].path };
    const launchDarkly = await node.start({ url, key: keeper.keys.client, customer: "ada", options });
    for (const client of [openFeature, launchDarkly]) {
      const asking = load(async (round) => {
        const customer = round % 2 === 0 ? "ada" : "bob";
        await client.identify(customer);
        return asExpected(client, customer);
      });
      loads.push(asking);
      t.after(() => asking.end().then(client.close));
    }
  }
  const allGoOn = (what) => Promise.all(loads.map(({ further }) => further(what)));

  await allGoOn("before the fault");
  await killDatabase();
  await allGoOn("without the database");
  for (const { evaluate } of servers) {
    const known = await evaluate("new-checkout", "ada");
    assert.deepEqual([known.value, known.reason.kind, known.reason.stale], [true, "RULE_MATCH", true]);
    const stranger = await evaluate("new-checkout", "dora");
    assert.equal(stranger.status, 200);
    assert.deepEqual([stranger.value, stranger.reason], [false, { kind: "ERROR", errorKind: "AUDIENCE_UNAVAILABLE" }]);
    const anybody = await evaluate("payments", "dora");
    assert.deepEqual([anybody.value, anybody.reason.kind], [true, "RULE_MATCH"]);
  }
  await bringBack();
  await everyServer(
    "is fresh again",
    async ({ evaluate }) => (await evaluate("new-checkout", "ada")).reason.stale !== true,
  );
  await allGoOn("after its return");

  await Promise.all(loads.map(({ end }) => end()));
  assert.deepEqual(
    loads.flatMap(({ state }) => state.wrong),
    [],
  );
  const log = await settled([keeper, ...servers]);
  assert.equal(log.dropped, 0);
  const [{ rows }] = await keeper.sql("select count(*)::int as rows from halyard.evaluations");
  assert.equal(rows, log.stored);
});

test("a server that is killed stores what it had spooled after its restart, and nothing twice", async (t) => {
  let [server] = servers;
  let sent = 0;
  const ask = () => {
    sent += 1;
    return server.evaluate("search-limit", `call-${sent}`);
  };
  await killDatabase();
  await Promise.all(Array.from({ length: 50 }, ask));
  const { evaluated } = await logOf([server]);
  await until("everything is spooled", async () => (await logOf([server])).queued === 0);
  const certain = sent;
  assert.ok((await logOf([server])).spooled > 0 && evaluated >= certain);

  const answered = load(() => ask().then(({ status }) => (status === 200 ? undefined : status)));
  t.after(answered.end);
  await answered.further("before the kill");
  await server.end("SIGKILL");
  await answered.end();
  await bringBackWithout(server);
  servers[0] = await startAnother(folders[0]);
  server = servers[0];
  await until("the spool was read", async () => (await logOf([server])).recovered >= certain, 60_000);
  const { dropped, recovered } = await settled([server]);
  assert.equal(dropped, 0);
  const counted = "select count(*)::int as rows, count(distinct entity_id)::int as calls from halyard.evaluations";
  const [{ rows, calls }] = await keeper.sql(`${counted} where entity_id like 'call-%'`);
  assert.equal(rows, calls, "no call is stored twice");
  assert.ok(rows >= certain && rows <= sent, `${certain} ≤ ${rows} ≤ ${sent} sent`);
  assert.ok(recovered >= rows, `${recovered} calls came back from the spool`);
});

/** Brings the database back while `gone` is not there to notice. */
async function bringBackWithout(gone) {
  servers = servers.filter((server) => server !== gone);
  try {
    await bringBack();
  } finally {
    servers = [gone, ...servers];
  }
}

test("a kill made at one server is served by every other", async () => {
  await keeper.admin("POST", "/feature-flags/payments/toggle", { isActive: false, note: "Charged twice" });
  await everyServer("serves the kill", async ({ evaluate }) => (await evaluate("payments", "ada")).value === false);
  await servers[0].admin("POST", "/feature-flags/payments/toggle", { isActive: true });
  await everyServer("serves it again", async ({ evaluate }) => (await evaluate("payments", "ada")).value === true);
});

test("a revoked key is refused by every server", async () => {
  const database = ["--database", keeper.database];
  const made = await runCommand("keys", "create", "--kind", "client", "--environment", keeper.environment, ...database);
  const key = /hal_cli_\w+/.exec(made)[0];
  const statuses = () =>
    Promise.all(
      [keeper, ...servers].map(async ({ url }) => {
        const response = await fetch(new URL("/ofrep/v1/evaluate/flags", url), {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          body: JSON.stringify({ context: { targetingKey: "ada" } }),
        });
        return response.status;
      }),
    );
  await until("the key opens every server", async () => (await statuses()).every((status) => status === 200));
  const [{ id }] = await keeper.sql(
    "select id from halyard.sdk_keys where revoked_at is null order by created_at desc limit 1",
  );
  await runCommand("keys", "revoke", id, ...database);
  await until("every server refuses the key", async () => (await statuses()).every((status) => status === 401));
});
