// The readout of docs/experiment-readout.md, run as its reader would on the sample company, says what is counted here
// once more, without SQL, from what the server answered and what the customers did.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { normal, pageOf, startCompany, testSnippets } from "./pages.mjs";
import { rowsOf } from "./psql.mjs";
import { mistakes, prints } from "./snippets.mjs";

const DAY = 86_400_000;
const FLAG = "price-experiment";
const snippets = pageOf("experiment-readout.md");
const code = (file) => snippets.find((snippet) => snippet.file === file).code;
/** Filled by `before`. */
const company = {};
/** What each snippet printed. */
const printed = {};

before(async () => Object.assign(company, await startCompany()));
after(() => company.close?.());

test("every snippet is run, or says why it is not", () => assert.deepEqual(mistakes(snippets), []));

testSnippets(snippets, company, printed);

/** Each customer's first value that counts, from the answers alone. */
function exposed() {
  const first = new Map();
  const calls = company.recorder.answers.flatMap(({ path, at, asked, answered }) => {
    if (path.endsWith("/evaluate")) return [{ ...answered, at, entityId: asked.entityId, shown: true }];
    return path.endsWith("/evaluate-all") ? [{ ...answered[FLAG], at, entityId: asked.entityId, shown: false }] : [];
  });
  for (const { entityId, at, value, version, reason, shown } of calls) {
    const known = first.get(entityId);
    if (known) known.sawAnother ||= value !== known.value;
    else if (shown && entityId?.startsWith("cus_") && [4, 6].includes(version) && reason.kind !== "OFF") {
      first.set(entityId, { entityId, at, value, byChance: reason.ruleIndex !== 0, sawAnother: false });
    }
  }
  return [...first.values()];
}

/** With whether they bought within `days`: what the page makes up happens five minutes after a whole number of days. */
async function outcomes(days = 7) {
  const bought = new Map();
  const purchases = await company.server.sql(
    "select customer_id, occurred_at from public.events where name = 'checkout_completed' and id > 2000000",
  );
  for (const { customer_id: id, occurred_at: at } of purchases) bought.set(id, at.getTime());
  return exposed().map((customer) => {
    const passed = (bought.get(customer.entityId) ?? Number.POSITIVE_INFINITY) - customer.at;
    return { ...customer, converted: passed >= 0 && passed < days * DAY };
  });
}

/** Those in whom chance decided, by value. */
function byValue(customers) {
  const arms = new Map();
  for (const customer of customers.filter(({ byChance }) => byChance)) {
    arms.set(customer.value, [...(arms.get(customer.value) ?? []), customer]);
  }
  return arms;
}
const count = (list, which) => list.filter(which).length;
const fixed = (number, digits = 2) => number.toFixed(digits);
const sorted = (rows) => rows.toSorted((a, b) => Object.values(a)[0].localeCompare(Object.values(b)[0]));

/** The rates p for which k of n is just `z` standard deviations off: where (k/n - p)² = z² p (1 - p) / n. */
function plausible(k, n, z) {
  const a = 1 + z ** 2 / n;
  const b = -(2 * k) / n - z ** 2 / n;
  const root = Math.sqrt(b ** 2 - 4 * a * (k / n) ** 2);
  return [(-b - root) / (2 * a), (-b + root) / (2 * a)];
}

test("everybody is counted once, with the value they were first shown", async () => {
  const counted = rowsOf(
    await company.analyst.run("select entity_id, value, by_chance, saw_another, converted from outcomes"),
  );
  const flag = (yes) => (yes ? "t" : "f");
  const expected = (await outcomes()).map((one) => ({
    entity_id: one.entityId,
    value: one.value,
    by_chance: flag(one.byChance),
    saw_another: flag(one.sawAnother),
    converted: flag(one.converted),
  }));
  assert.equal(expected.length, 4_300);
  assert.deepEqual(sorted(counted), sorted(expected));
});

test("the split is held against the shares of the rules", () => {
  const shares = { control: 0.4, "yearly-first": 0.2, "with-slider": 0.2, "three-cards": 0.2 };
  const arms = byValue(exposed());
  const everybody = [...arms.values()].flat().length;
  const chi = Object.entries(shares).reduce(
    (sum, [value, share]) => sum + (arms.get(value).length - everybody * share) ** 2 / (everybody * share),
    0,
  );
  const expected = Object.entries(shares).map(([value, share]) => ({
    value,
    customers: String(arms.get(value).length),
    expected: fixed(everybody * share, 1),
    percent: fixed((100 * arms.get(value).length) / everybody),
    chi_square: fixed(chi),
  }));
  assert.deepEqual(sorted(rowsOf(printed["split.sql"])), sorted(expected));
});

test("rates, intervals and differences are those of the customers counted by hand", async () => {
  const arms = [...byValue(await outcomes())].map(([value, list]) => ({
    value,
    n: list.length,
    k: count(list, (one) => one.converted),
  }));
  const rates = arms.map(({ value, n, k }) => {
    const [low, high] = plausible(k, n, 1.96);
    return {
      value,
      customers: `${n}`,
      converted: `${k}`,
      percent: fixed((100 * k) / n),
      from: fixed(100 * low),
      to: fixed(100 * high),
    };
  });
  assert.deepEqual(sorted(rowsOf(printed["rates.sql"])), sorted(rates));

  const control = arms.find(({ value }) => value === "control");
  const differences = arms
    .filter((arm) => arm !== control)
    .map(({ value, n, k }) => {
      const [low, high] = plausible(k, n, 2.39);
      const [controlLow, controlHigh] = plausible(control.k, control.n, 2.39);
      const d = k / n - control.k / control.n;
      const below = Math.hypot(k / n - low, controlHigh - control.k / control.n);
      const above = Math.hypot(high - k / n, control.k / control.n - controlLow);
      return { value, points: fixed(100 * d), from: fixed(100 * (d - below)), to: fixed(100 * (d + above)) };
    });
  assert.deepEqual(sorted(rowsOf(printed["differences.sql"])), sorted(differences));
});

test("who saw two values is counted by the first", async () => {
  const expected = [...byValue(exposed())].map(([value, list]) => ({
    first_value: value,
    customers: `${list.length}`,
    saw_another: `${count(list, (one) => one.sawAnother)}`,
  }));
  assert.deepEqual(sorted(rowsOf(printed["switched.sql"])), sorted(expected));
});

test("the careless query ranks the arms otherwise", () => {
  assert.equal(rowsOf(printed["naive.sql"])[0].value, "control");
  assert.notEqual(rowsOf(printed["rates.sql"])[0].value, "control");
});

test("of those who only fetched, those are exposed who opened the page", async () => {
  const rows = rowsOf(
    await company.analyst.run("select entity_id from exposures_by_event where entity_id > 'cus_00005000'"),
  );
  const even = Array.from({ length: 300 }, (_, at) => `cus_${String(5_002 + 2 * at).padStart(8, "0")}`);
  assert.deepEqual(rows.map((row) => row.entity_id).sort(), even);
});

/** What the page counts after `change`, in a transaction that never was. */
async function withChange(change, settings = code("settings.sql")) {
  const { owner } = company;
  try {
    await owner.run(`begin; ${change}`);
    const [{ n: exposures }] = rowsOf(
      await owner.run(`${settings} ${code("exposures.sql")} select count(*) as n from exposures;`),
    );
    const text = await owner.run(
      `${code("outcomes.sql")}
      select count(*) filter (where complete) as complete, count(*) filter (where converted) as converted from outcomes;`,
    );
    const [{ complete, converted }] = rowsOf(text);
    return { exposures: +exposures, complete: +complete, converted: +converted };
  } finally {
    await owner.run("rollback");
  }
}

test("only what was shown to a known customer by rules that were on is an exposure", async () => {
  const call = (changes) => {
    const { source, environment, stale, outcome, entity } = {
      source: "'evaluate'",
      environment: "'production'",
      stale: "false",
      outcome: "1",
      entity: "'cus_00010001'",
      ...changes,
    };
    return `insert into halyard.evaluations
      select gen_random_uuid(), now() - interval '1 second', ${environment}, ${entity}, ${source}, 'test', ${stale},
        e.config_version, e.flag_set, '{${outcome}}'
      from halyard.evaluations as e
      join halyard.flag_sets as s on s.id = e.flag_set
      join halyard.flag_versions as v on s.flags = array[v.number] and s.versions = array[v.version]
      where v.key = '${FLAG}' and v.version = 6 limit 1;`;
  };
  const added = async (changes) => (await withChange(call(changes))).exposures - 4_300;
  assert.equal(await added({}), 1);
  assert.equal(await added({ source: "'ofrep'" }), 1);
  assert.equal(await added({ outcome: "-1" }), 1);
  const not = [
    { source: "'evaluate_all'" },
    { source: "'launchdarkly'" },
    { source: "'ofrep_all'" },
    { environment: "'staging'" },
    { stale: "true" },
    { outcome: "-2" },
    { outcome: "-3" },
    { outcome: "-4" },
    { outcome: "-5" },
    { entity: "''" },
    { entity: "'visitor-17'" },
  ];
  for (const changes of not) assert.equal(await added(changes), 0, JSON.stringify(changes));
});

test("read too early, the window of nobody is complete, and later purchases are unknown", async () => {
  const early = (days) => {
    const settings = code("settings.sql").replace("interval '14 days' as as_of", `interval '${days} days' as as_of`);
    assert.notEqual(settings, code("settings.sql"));
    return settings;
  };
  const after = async (days) => {
    const { complete, converted } = await withChange("", early(days));
    return { complete, converted };
  };
  assert.deepEqual(await after(0), { complete: 0, converted: 0 });
  assert.deepEqual(await after(3), { complete: 0, converted: count(await outcomes(3), (one) => one.converted) });
  assert.deepEqual(await after(8), { complete: 4_300, converted: count(await outcomes(), (one) => one.converted) });
});

test("psql prints the same", (t) => {
  if (spawnSync("psql", ["--version"]).status !== 0) return t.skip("there is no psql");
  const statements = snippets.filter(({ file, as }) => file?.endsWith(".sql") && as === undefined);
  const text = execFileSync("psql", ["-X", "-v", "ON_ERROR_STOP=1", "-f", "-", company.analystUrl], {
    input: statements.map((snippet) => snippet.code).join("\n"),
    encoding: "utf8",
    env: { ...process.env, PGCLIENTENCODING: "UTF8" },
  });
  assert.equal(normal(text), normal(statements.map(({ file }) => prints(snippets, file)).join("\n")));
});
