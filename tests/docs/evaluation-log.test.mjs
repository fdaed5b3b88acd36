// The queries of docs/evaluation-log.md find what the page shows in the sample company's day, and the page names
// every column and word there is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pageOf, startCompany, testSnippets } from "./pages.mjs";
import { root } from "./project.mjs";
import { rowsOf } from "./psql.mjs";
import { mistakes } from "./snippets.mjs";

const snippets = pageOf("evaluation-log.md");
/** Filled by `before`. */
const company = {};
/** What each snippet printed. */
const printed = {};

before(async () => Object.assign(company, await startCompany()));
after(() => company.close?.());

test("every snippet is run, or says why it is not", () => assert.deepEqual(mistakes(snippets), []));

testSnippets(snippets, company, printed);

test("the page names every column, door, reason and outcome there is", async () => {
  const page = readFileSync(join(root, "docs/evaluation-log.md"), "utf8");
  const words = new Set(page.match(/-?\w+/g));
  const columns = await company.server.sql(
    `select distinct column_name as name from information_schema.columns where table_schema = 'halyard'
     and table_name in ('flag_evaluations', 'evaluation_counts', 'evaluations', 'flag_sets', 'flag_versions')`,
  );
  assert.ok(columns.length > 20, `${columns.length} columns`);
  const [{ definition }] = await company.server.sql(
    "select pg_get_viewdef('halyard.flag_evaluations'::regclass) as definition",
  );
  const reasons = [...definition.matchAll(/'([A-Z_]+)'::text/g)].map(([, reason]) => reason);
  assert.ok(reasons.length >= 8, `${reasons}`);
  const doors = (await company.server.sql("select distinct source from halyard.evaluations")).map(
    ({ source }) => source,
  );
  const outcomes = ["-1", "-2", "-3", "-4", "-5"];
  const named = [...columns.map(({ name }) => name), ...reasons, ...doors, ...outcomes];
  assert.deepEqual(
    named.filter((name) => !words.has(name)),
    [],
  );
});

test("counts and calls agree", async () => {
  const rows = rowsOf(printed["split-of-a-flag.sql"]);
  const calls = await company.server.sql(
    `select value #>> '{}' as value, count(*) as evaluations from halyard.flag_evaluations
     where flag_key = 'price-experiment' and environment = 'production' group by 1`,
  );
  const byValue = new Map(calls.map(({ value, evaluations }) => [JSON.stringify(value), evaluations]));
  assert.deepEqual(new Map(rows.map(({ value, evaluations }) => [value, evaluations])), byValue);
});
