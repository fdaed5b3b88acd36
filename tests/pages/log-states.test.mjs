// What the log's pages look like, whatever is in them: full, empty, failed, with texts nobody expects, and with every
// hint about a flag. Each state is a picture in light and dark at both sizes, is accessible, and fits its window.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { expectAccessible } from "./axe.mjs";
import { inDatabase } from "./database.mjs";
import { pageTest, screenshot, setTheme, until, useApp } from "./harness.mjs";

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
];
const LONG_ID = "x".repeat(256);
const IDS = [LONG_ID, "<script>alert(1)</script>", "مرحبا بالعالم ٤٢", "👩‍👩‍👧‍👦🎈", "a b'\"\\;--"];
const FLAGS = [
  { key: `long-${"k".repeat(95)}`, name: "Long", type: "string", defaultValue: "v".repeat(32 * 1024 - 2) },
  { key: "markup", name: "<script>alert(2)</script>", type: "string", defaultValue: "<img src=x onerror=alert(3)>" },
  { key: "right-to-left", name: "من اليمين", type: "string", defaultValue: "قيمة عربية abc 123" },
  { key: "blank", name: "Blank", type: "string", defaultValue: "   " },
  { key: "large-json", name: "Large", type: "json", defaultValue: { list: Array.from({ length: 300 }, (_, n) => ({ n, text: "a\nb" })) } },
];
const SDK = `an-sdk-with-a-long-name/${"9.".repeat(30)}0`;

const app = useApp({ prepare });

/** Calls with texts nobody expects, as an SDK would make them, and keys that nobody has. */
async function prepare({ command }) {
  for (const flag of FLAGS) await command("flag_create", { ...flag, clientVisible: false, rules: [] });
  const { port, ...free } = await freePort();
  await free.close();
  const { url } = await command("local_endpoint_set", { enabled: true, port });
  const { text: key } = await command("sdk_key_create", { kind: "server", name: "States", environment: "production" });
  const ask = async (path, body) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "x-halyard-sdk": SDK };
    return (await fetch(`${url}/feature-flags/${path}`, { method: "POST", headers, body: JSON.stringify(body) })).status;
  };
  await until("the endpoint has the flags", async () => (await ask("evaluate", { key: "markup", entityId: LONG_ID })) === 200);
  for (const entityId of IDS) assert.equal(await ask("evaluate-all", { entityId }), 200);
  for (const unknown of ["nwe-dashboard", "<script>alert(4)</script>", "k".repeat(150)]) {
    assert.equal(await ask("evaluate", { key: unknown, entityId: "cus_1" }), 404);
  }
  const logged = async () => (await command("evaluations_list", { limit: 1, filter: { entityId: IDS.at(-1) } })).evaluations.length > 0;
  await until("the calls are in the log", logged);
  await until("the unknown keys are noted", async () => (await command("unknown_flags_list")).length >= 3);
}

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: server.address().port, close: () => new Promise((closed) => server.close(closed)) };
}

const grid = (page) => page.getByRole("grid", { name: "Evaluations" });
const rows = (page) => grid(page).locator("[data-row-key]");
const goTo = (page, hash) => page.evaluate((to) => window.location.replace(to), `#${hash}`);
const entity = (id) => `/evaluations?entity=${encodeURIComponent(JSON.stringify(id))}`;

/** Pictures in both themes at both sizes, axe, and that the page is no wider than its window. */
async function present(page, name) {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await setTheme(page, colorScheme);
      await screenshot(page, `log, ${name} ${colorScheme} ${size.width}×${size.height}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} px wider than its window of ${size.width}`);
  }
  await page.setViewportSize(SIZES[0]);
  await expectAccessible(page, `log ${name}`);
}

pageTest(app, "the log, its pickers and its columns are presentable", { path: "/evaluations" }, async (page) => {
  await rows(page).first().waitFor();
  await page.getByRole("slider", { name: /^Evaluations\./ }).waitFor();
  await present(page, "full");
  for (const label of ["Value", "SDK"]) {
    await page.getByRole("button", { name: label, exact: true }).click();
    await page.getByRole("option").first().waitFor();
    await present(page, `choosing ${label}`);
    await page.keyboard.press("Escape");
  }
  for (const label of ["Reason", "Call", "Columns"]) {
    await page.getByRole("button", { name: label, exact: true }).click();
    await page.getByRole("menu").waitFor();
    await present(page, `choosing ${label}`);
    await page.keyboard.press("Escape");
  }
});

pageTest(app, "texts nobody expects are shown as they are, in the list, the call and the filters", { path: "/evaluations" }, async (page) => {
  page.on("dialog", () => assert.fail("a text was run"));
  for (const [index, id] of IDS.entries()) {
    await goTo(page, entity(id));
    await rows(page).first().waitFor();
    await until("the chip says whom", async () => ((await page.getByRole("button", { name: /^Customer: / }).textContent()) ?? "").includes(id));
    await present(page, `id ${index + 1}`);
  }
  const call = page.getByRole("complementary", { name: "Call" });
  for (const { key, defaultValue } of FLAGS) {
    await goTo(page, `/evaluations?flag=${encodeURIComponent(JSON.stringify(key))}`);
    await page.getByRole("button", { name: `Flag: ${key}` }).waitFor();
    await until("only its rows", async () => (await rows(page).count()) > 0 && (await rows(page).first().textContent()).includes(key.slice(0, 5)));
    await rows(page).first().click();
    await call.getByRole("list", { name: "Flags of this call" }).waitFor();
    if (key.startsWith("long-")) {
      assert.equal(await call.getByRole("textbox", { name: "The value in full" }).inputValue(), defaultValue);
    }
    await present(page, `value ${key.slice(0, 13)}`);
    await page.keyboard.press("Escape");
  }
});

pageTest(app, "an empty log and a failed one say what to do", { path: entity("nobody-at-all") }, async (page) => {
  await page.getByText("No such evaluation in Production").waitFor();
  await page.getByText(/The bars count all customers/).waitFor();
  await present(page, "nothing found");
  const refused = { code: "timeout", message: "The database did not answer within 10 s.", details: {} };
  await page.route(/\/command\/(evaluations_list|evaluations_histogram|flag_usage|log_storage|unknown_flags_list)$/, (route) =>
    route.fulfill({ status: 504, contentType: "application/json", body: JSON.stringify(refused) }),
  );
  for (const [name, hash] of [
    ["failed", entity("somebody-else")],
    ["failed usage", "/flags/markup?tab=evaluations"],
    ["failed sizes", "/settings?section=log"],
  ]) {
    await goTo(page, hash);
    await page.getByRole("alert").first().waitFor();
    assert.ok(!(await page.getByText(/may still have happened/).count()), "reading changes nothing");
    await present(page, name);
  }
});

/** Counts as if a flag had been evaluated so many days ago. */
async function counted(key, daysAgo, source) {
  await inDatabase(
    app,
    `insert into halyard.evaluation_counts (at, flag, version, environment, source, sdk, outcome, writer, evaluations)
     select date_bin('10 minutes', now() - make_interval(days => ${daysAgo}), 'epoch'), number, version, 'production',
         '${source}', 'web 1.2.0', -3, gen_random_uuid(), 40 from halyard.feature_flags where key = '${key}'`,
  );
}

pageTest(app, "each hint about a flag proposes one thing, and none is guessed", {}, async (page) => {
  const hints = [
    ["hint-never", [], "Not evaluated yet.", "Show how to read it"],
    ["hint-idle", [[40, "evaluate"]], "Not evaluated for 30 days.", "Archive…"],
    ["hint-same", [[30, "evaluate"], [1, "evaluate"]], "Everyone got false for 30 days.", "Copy the key to look for"],
    ["hint-bulk", [[30, "evaluate_all"], [1, "launchdarkly"]], "Usage unknown.", null],
  ];
  for (const [key, counts, title, action] of hints) {
    await app.command("flag_create", { key, name: key, type: "boolean", defaultValue: false, clientVisible: false, rules: [] });
    for (const [daysAgo, source] of counts) await counted(key, daysAgo, source);
    await goTo(page, `/flags/${key}?tab=evaluations`);
    const hint = page.getByRole("region", { name: "Hint", exact: true });
    await hint.getByText(title, { exact: true }).waitFor();
    const buttons = await hint.getByRole("button").allTextContents();
    assert.deepEqual(buttons, [...(action ? [action] : []), "Dismiss for 30 days"], key);
    await present(page, key);
  }
  await page.getByRole("button", { name: "Dismiss for 30 days" }).click();
  await until("no hint", async () => (await page.getByRole("region", { name: "Hint", exact: true }).count()) === 0);
  await goTo(page, "/flags/checkout-v2?tab=evaluations");
  await page.getByRole("table", { name: "SDKs that read the flag" }).waitFor();
  await present(page, "flag's usage");
});

pageTest(app, "unknown keys say which flag was meant, and who may be made", {}, async (page) => {
  await page.getByRole("button", { name: /unknown keys were asked for/ }).click();
  const keys = page.getByRole("dialog");
  await keys.getByRole("button", { name: "Meant new-dashboard?" }).waitFor();
  await keys.getByText("cannot be a flag's key").first().waitFor();
  await present(page, "unknown keys");
});

pageTest(app, "retention says what it drops, and erasing asks twice and says what it did", { path: "/settings?section=log" }, async (page) => {
  const days = page.getByRole("textbox", { name: "Keep evaluations for" });
  await days.fill("1");
  await page.getByText(/nothing is dropped now|Drops \d+ days? within the hour/).waitFor();
  await page.getByText("By day", { exact: true }).click();
  await present(page, "sizes");
  const [id] = IDS;
  await goTo(page, `/customers/customer?entity=${encodeURIComponent(JSON.stringify(id))}`);
  await page.getByRole("button", { name: "Actions for the customer" }).click();
  await page.getByRole("menuitem", { name: "Erase from the evaluation log…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).waitFor();
  await present(page, "erase");
  await page.keyboard.press("Enter");
  await dialog.getByRole("textbox", { name: "Type the id to confirm" }).fill(id);
  await dialog.getByRole("textbox", { name: /Note/ }).fill(`asked for by ${id}`);
  await dialog.getByText(/do not name the customer in it/).waitFor();
  await present(page, "erase, asked again");
  await dialog.getByRole("textbox", { name: /Note/ }).fill("Request 4711");
  await page.keyboard.press("Enter");
  await dialog.getByText(/removed\. Calls that are still/).waitFor();
  await present(page, "erased");
  const { entries } = await app.command("audit_list", { limit: 1, filter: {} });
  assert.ok(!JSON.stringify(entries).includes(id), "the audit does not say who");
  assert.ok(JSON.stringify(entries).includes("Request 4711"), "it says why");
});
