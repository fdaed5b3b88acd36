// The database is killed under the app: what was typed is kept, the page says what happened, and everything
// goes on by itself when the database is back.
import assert from "node:assert/strict";
import { keepDatabaseAway, killDatabase } from "./database.mjs";
import { pageTest, screenshot, until, useApp } from "./harness.mjs";

const app = useApp();
/** The app restarts its database within seconds, once it can. */
const BACK = { timeout: 60_000 };

pageTest(
  app,
  "a flag that was being saved when the database was killed keeps the edit, says so, and is saved when it is back",
  {},
  async (page) => {
    const flag = await app.command("flag_create", {
      key: "saved-late",
      name: "Saved late",
      type: "boolean",
      defaultValue: false,
      clientVisible: false,
      rules: [{ percentage: 10, value: true }],
    });
    const list = await page.context().newPage();
    await list.goto(`${app.bridge.url}/#/flags`);
    await list.getByRole("row").filter({ hasText: "saved-late" }).waitFor();
    await page.goto(`${app.bridge.url}/#/flags/saved-late`);
    const percentage = page.getByRole("textbox", { name: "Percentage of rule 1" });
    const note = page.getByRole("textbox", { name: "Note" });
    await percentage.fill("20");
    await note.fill("before the lights went out");

    let letItBack = () => {};
    // Between the press on Save and the app's first word to the database.
    await page.route("**/command/flag_update", async (route) => {
      letItBack = keepDatabaseAway(app);
      await killDatabase(app);
      await route.continue();
    }, { times: 1 });
    try {
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page
        .getByRole("alert")
        .filter({ hasText: "The database cannot be reached. Your edit is kept, and is saved when it is back." })
        .waitFor(BACK);
      const banner = { hasText: "Nothing can be changed until it is back" };
      await page.getByRole("alert").filter(banner).waitFor(BACK);
      await screenshot(page, "database away, flag");
      assert.equal(await percentage.inputValue(), "20");
      assert.equal(await note.inputValue(), "before the lights went out");

      await list.getByRole("alert").filter(banner).filter({ hasText: "Below is how things stood" }).waitFor(BACK);
      const row = list.getByRole("row").filter({ hasText: "saved-late" });
      assert.ok(await row.isVisible(), "the list shows the last known state");
      assert.equal(await row.getByRole("switch").first().getAttribute("aria-disabled"), "true");
      await screenshot(list, "database away, flags");
    } finally {
      letItBack();
    }

    await page.getByText("Saved v2").waitFor(BACK);
    await page.getByRole("alert").first().waitFor({ state: "hidden" });
    await list.getByRole("alert").first().waitFor({ state: "hidden" });
    const versions = await app.command("flag_versions", { flag: flag.id, limit: 10 });
    assert.deepEqual(versions.map(({ version, note }) => [version, note]), [[2, "before the lights went out"], [1, ""]]);
    assert.equal((await app.command("flag_get", { flag: flag.id })).rules[0].percentage, 20);
  },
);

pageTest(app, "a database that is killed while nobody does anything comes back, and the list is live again", {}, async (page) => {
  await page.locator("[data-row-key]").first().waitFor();
  await killDatabase(app);
  await until("commands are answered again", async () => {
    const answer = await app.command("flags_list", { archived: false }).catch(() => null);
    return answer !== null;
  }, BACK.timeout);
  await app.command("flag_kill", { flag: "beta-program" });
  await page.getByRole("row").filter({ hasText: "beta-program" }).getByRole("img", { name: /killed/i }).waitFor(BACK);
});
