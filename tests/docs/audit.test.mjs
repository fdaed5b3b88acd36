// docs/audit.md on the sample company's audit trail: what it finds, exports and verifies, and that it names every
// column and action there is.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pageOf, startCompany, testSnippets } from "./pages.mjs";
import { root } from "./project.mjs";
import { mistakes } from "./snippets.mjs";

const snippets = pageOf("audit.md");
/** Filled by `before`. */
const company = {};

before(async () => Object.assign(company, await startCompany()));
after(() => company.close?.());

test("every snippet is run, or says why it is not", () => assert.deepEqual(mistakes(snippets), []));

testSnippets(snippets, company, {});

test("the page names every column and action there is", async () => {
  const page = readFileSync(join(root, "docs/audit.md"), "utf8");
  const columns = await company.server.sql(
    "select column_name as name from information_schema.columns where table_schema = 'halyard' and table_name = 'audit_log'",
  );
  const migrations = join(root, "crates/store/migrations");
  const sql = readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => readFileSync(join(migrations, name), "utf8"))
    .join("\n");
  const pattern = /'((?:flag|customers?|audit|evaluations|session|change)\.[a-z]+)'/g;
  const actions = [...new Set([...sql.matchAll(pattern)].map(([, action]) => action))];
  assert.ok(columns.length >= 15 && actions.length >= 15, `${columns.length} columns, ${actions.length} actions`);
  const kinds = [...sql.matchAll(/record_row\('(\w+)'\)/g)].map(([, kind]) => `${kind}.`);
  const named = [...columns.map(({ name }) => name), ...actions, ...kinds];
  assert.deepEqual(named.filter((name) => !page.includes(`\`${name}`)), []);
});
