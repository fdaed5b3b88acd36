// What every client must get from the server: flags of each kind, and the tests that one client is put
// through. The flags are made by the administration API, the customers are rows in the database.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "./harness.mjs";

/** Customers: `ada` is on the plan of the audience, `bob` is not. Nobody is called `carol`. */
const CUSTOMERS = [
  ["ada", "enterprise"],
  ["bob", "free"],
];

/** `enterprise` stands for the id of the audience; flags are on in the environment unless `off`. */
const FLAGS = [
  { key: "new-checkout", type: "boolean", defaultValue: false, rules: [{ audienceId: "enterprise", value: true }] },
  {
    key: "price-page",
    type: "string",
    defaultValue: "old",
    rules: [
      { audienceId: "enterprise", percentage: 100, value: "beta" },
      { percentage: 100, value: "new" },
    ],
  },
  { key: "search-limit", type: "number", defaultValue: 10, rules: [{ percentage: 0, value: 50.5 }] },
  { key: "theme", type: "json", defaultValue: {}, rules: [{ value: { accent: "großes Violett ✓", steps: [1, 2] } }] },
  { key: "old-banner", type: "boolean", defaultValue: false, rules: [{ value: true }], killed: true },
  { key: "staging-only", type: "boolean", defaultValue: false, rules: [{ value: true }], off: true },
  { key: "payments", type: "boolean", defaultValue: false, rules: [{ value: true }] },
  { key: "back-office", type: "boolean", defaultValue: false, rules: [{ value: true }], hidden: true },
  { key: "last-years", type: "boolean", defaultValue: false, rules: [{ value: true }], archived: true },
];

/** Value, variation index and reason of each visible flag; a number as reason is the index of a rule. */
const EXPECTED = {
  ada: {
    "new-checkout": [true, 1, 0, "TARGETING_MATCH"],
    "price-page": ["beta", 1, 0, "SPLIT"],
    "search-limit": [10, 0, { kind: "FALLTHROUGH" }, "STATIC"],
    theme: [{ accent: "großes Violett ✓", steps: [1, 2] }, 1, 0, "TARGETING_MATCH"],
    "old-banner": [false, 0, { kind: "OFF", offBy: "KILL_SWITCH" }, "DISABLED"],
    "staging-only": [false, 0, { kind: "OFF", offBy: "ENVIRONMENT" }, "DISABLED"],
    payments: [true, 1, 0, "TARGETING_MATCH"],
  },
};
EXPECTED.bob = {
  ...EXPECTED.ada,
  "new-checkout": [false, 0, { kind: "FALLTHROUGH" }, "STATIC"],
  "price-page": ["new", 2, 1, "SPLIT"],
};
EXPECTED.carol = EXPECTED.bob;

/** Keys that a client must not find, by what such a flag is. */
const NOT_FOUND = { unknown: "no-such", archived: "last-years", "server-side": "back-office" };

/** Makes the customers, the audience and the flags; once they are served, answers the ids of each flag's rules by its key. */
export async function prepare({ admin, sql, evaluate, environment }) {
  await sql("create table public.customers (id text primary key, name text not null, plan text not null)");
  for (const [id, plan] of CUSTOMERS) await sql("insert into public.customers values ($1, $1, $2)", [id, plan]);
  // The production guard has tests of its own.
  await admin("PATCH", "/environments/production", { noteRequired: false, note: "no test here is about it" });
  await admin("PUT", "/customer-source", {
    customers: { schema: "public", table: "customers", idColumn: "id", nameColumn: "name", emailColumn: null },
    events: null,
  });
  const condition = { all: [{ attribute: "plan", operator: "equals", value: "enterprise" }] };
  const audience = await admin("POST", "/audiences", { name: "Enterprise", condition });
  const rules = {};
  for (const { key, type, defaultValue, rules: given, off, killed, hidden, archived } of FLAGS) {
    const aimed = given.map((rule) => (rule.audienceId ? { ...rule, audienceId: audience.id } : rule));
    const clientVisible = hidden !== true;
    const flag = { key, name: key, type, defaultValue, rules: aimed, clientVisible };
    const made = await admin("POST", "/feature-flags", flag);
    rules[key] = made.rules.map(({ id }) => id);
    if (!off) await admin("POST", `/feature-flags/${key}/environments/${environment}`, { enabled: true });
    if (killed) await admin("POST", `/feature-flags/${key}/toggle`, { isActive: false, note: "Too loud" });
    if (archived) await admin("POST", `/feature-flags/${key}/archive`);
  }
  // The last change that was made: with it, the server serves all of them.
  await until("the flags are served", async () => (await evaluate(NOT_FOUND.archived, "ada")).status === 404);
  return rules;
}

/** Kills or restores `payments`; answers once the server serves it so. */
export async function setPayments({ admin, evaluate }, isActive) {
  await admin("POST", "/feature-flags/payments/toggle", { isActive });
  await until("the switch is served", async () => (await evaluate("payments", "ada")).value === isActive);
}

/**
 * Puts one client through everything. `start` starts it for a customer; `family` says whose reasons it
 * shows, and `brings` how new values come to it. `settings()` gives the server, the ids of the rules
 * and the exchanges on the wire once they are there. `method` is how it asks for its flags.
 */
export function clientTests(name, { family, brings, start, settings, method }) {
  describe(name, () => {
    const launchDarkly = family === "launchdarkly";
    let client;
    let exchanges;
    before(async () => {
      const { length } = settings().exchanges;
      exchanges = (wanted = () => true) => settings().exchanges.slice(length).filter(wanted);
      client = await start("ada");
    });
    after(() => client?.close());

    const expected = (customer, key) => {
      const [value, index, reason, ofrep] = EXPECTED[customer][key];
      if (!launchDarkly) return { value, index, reason: ofrep };
      const ruleMatch = { kind: "RULE_MATCH", ruleIndex: reason, ruleId: settings().rules[key][reason] };
      return { value, index, reason: typeof reason === "number" ? ruleMatch : reason };
    };
    const otherwise = (key) => FLAGS.find((flag) => flag.key === key).defaultValue;
    const gets = async (customer) => {
      for (const key of Object.keys(EXPECTED[customer])) {
        const { value, index, reason } = await client.detail(key, otherwise(key));
        assert.deepEqual({ value, index, reason }, expected(customer, key), `${key} for ${customer}`);
        assert.deepEqual(await client.variation(key, otherwise(key)), value);
      }
    };

    test("is started and gets each flag's value, index and reason", () => gets("ada"));

    for (const [what, key] of Object.entries(NOT_FOUND)) {
      test(`does not find a flag that is ${what}`, async () => {
        const { value, index, reason, errorCode } = await client.detail(key, true);
        assert.deepEqual([value, index], [true, null]);
        if (launchDarkly) assert.deepEqual(reason, { kind: "ERROR", errorKind: "FLAG_NOT_FOUND" });
        else assert.deepEqual([reason, errorCode], ["ERROR", "FLAG_NOT_FOUND"]);
      });
    }

    test("gets the values of the next customer that it names", async () => {
      await client.identify("bob");
      await gets("bob");
      await client.identify("carol");
      await gets("carol");
    });

    test(`sees a kill ${brings.words}, and the restoring`, async () => {
      await client.identify("ada");
      assert.equal(await client.variation("payments", false), true);
      try {
        await setPayments(settings().server, false);
        await brings.to(client, "payments", false);
        const { value, index, reason } = await client.detail("payments", true);
        const killed = launchDarkly ? { kind: "OFF", offBy: "KILL_SWITCH" } : "DISABLED";
        assert.deepEqual({ value, index, reason }, { value: false, index: 0, reason: killed });
      } finally {
        await setPayments(settings().server, true);
      }
      await brings.to(client, "payments", true);
      assert.equal(await client.variation("payments", false), true);
    });

    if (launchDarkly) launchDarklyTests({ client: () => client, wire: () => exchanges, gets });

    test("asked the server as it should, and has nothing to complain of", async () => {
      assert.deepEqual(await client.complaints(), []);
      const asked = exchanges(({ path }) => ASKS_FOR_FLAGS.test(path)).filter(({ method }) => method !== "OPTIONS");
      assert.deepEqual([...new Set(asked.map(({ method }) => method))], [method]);
      // OpenFeature's client for servers asks for each flag by itself, also for those it must not find.
      const expectedly = ({ path, status }) =>
        status === 404 && Object.values(NOT_FOUND).some((key) => path.endsWith(key));
      const refused = exchanges((exchange) => exchange.status >= 400);
      assert.deepEqual(launchDarkly ? refused : refused.filter((exchange) => !expectedly(exchange)), []);
    });
  });
}

/** What only LaunchDarkly's clients can do. */
function launchDarklyTests({ client, wire, gets }) {
  test("gets all flags it may see, killed ones included", async () => {
    await client().identify("ada");
    const values = Object.entries(EXPECTED.ada).map(([key, [value]]) => [key, value]);
    assert.deepEqual(await client().all(), Object.fromEntries(values));
  });

  test("is answered for the user among several kinds", async () => {
    await client().identify("bob");
    await client().identify("ada", { multi: true });
    await gets("ada");
  });

  test("may send its events", async () => {
    const events = () => wire()(({ method, path }) => method === "POST" && /^\/(events\/bulk|mobile$)/.test(path));
    const { length } = events();
    await client().flush();
    await until("the events are answered", () =>
      events()
        .slice(length)
        .some(({ status }) => status),
    );
    assert.deepEqual([...new Set(events().map(({ status }) => status))], [202]);
  });
}

const ASKS_FOR_FLAGS = /\/evalx\/|^\/ofrep\//;

/** How new values come to a client: each kind brings them its own way. */
export const BRINGS = {
  identify: { words: "at its next identify", to: (client) => client.identify("ada") },
  poll: {
    words: "at its next poll",
    to: (client, key, value) =>
      until(`a poll brings ${key}`, async () => (await client.variation(key, !value)) === value),
  },
  request: { words: "at once", to: async () => {} },
};
