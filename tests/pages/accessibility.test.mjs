// The app can be used by everybody: axe finds no violation of WCAG A and AA on any page in light and dark,
// and the scenes of every day need no mouse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectAccessible } from "./axe.mjs";
import { ACTOR, fromPalette, openPage, openSample, pageTest, screenshot, setTheme, until, useApp } from "./harness.mjs";
import { goTo, tour } from "./tour.mjs";

const app = useApp({ sample: false });

test("first start, its questions and its answers are accessible, and lead to the flags by keyboard", async () => {
  const page = await openPage(app.browser, app.bridge.url);
  await page.getByRole("heading", { name: "Welcome to Halyard" }).waitFor();
  await expectAccessible(page, "welcome");

  await page.getByRole("button", { name: /Connect to your Postgres/ }).press("Enter");
  await page.getByRole("button", { name: "Connect", exact: true }).press("Enter");
  await until("the fields say what is missing", () => page.locator('[aria-invalid="true"]').count());
  await expectAccessible(page, "connect");
  await page.getByRole("button", { name: "Back" }).press("Enter");

  await page.getByRole("button", { name: /Explore with sample data/ }).press("Enter");
  await page.getByRole("progressbar").waitFor();
  await expectAccessible(page, "opening");
  const name = page.getByRole("textbox", { name: "Name or e-mail" });
  await name.waitFor({ timeout: 60_000 });
  await expectAccessible(page, "who are you");
  await name.fill(ACTOR);
  await name.press("Enter");
  await page.locator("[data-row-key]").first().waitFor();
  assert.deepEqual(page.errors, []);
  await page.finish();
});

test("every page, tab and dialog is accessible in light and dark", async (t) => {
  await openSample(app.command);
  const page = await openPage(app.browser, app.bridge.url, "/flags");
  for (const stop of await tour(app.command)) {
    await t.test(stop.name, async () => {
      try {
        await goTo(page, app.bridge.url, stop);
        await expectAccessible(page, stop.name);
      } catch (error) {
        await screenshot(page, `failed ${stop.name}`).catch(() => {});
        await page.reload();
        throw error;
      }
      await stop.close?.(page);
    });
  }
  assert.deepEqual(page.errors, []);
  await page.finish();
});

/** Presses Tab until `target` has the focus. */
async function tabTo(page, target, limit = 60) {
  for (let presses = 0; presses < limit; presses++) {
    if (await target.evaluate((element) => document.activeElement === element)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to ${target}`);
}

pageTest(app, "a rule is added, aimed, moved and saved without a mouse", {}, async (page) => {
  await openSample(app.command);
  await page.reload();
  const flag = await app.command("flag_create", {
    key: "by-keyboard",
    name: "By keyboard",
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ percentage: 5, value: true }],
  });
  await page.locator("[data-row-key]").first().waitFor();
  await fromPalette(page, "by-keyb", /^Open by-keyboard/);
  await page.waitForURL(/#\/flags\/by-keyboard$/);

  const add = page.getByRole("button", { name: "Add rule" });
  await add.waitFor();
  await tabTo(page, add);
  await page.keyboard.press("Enter");
  const picker = page.getByRole("button", { name: /^Audience of rule 2/ });
  await until("the keyboard is on the new rule's audience", () => picker.evaluate((button) => document.activeElement === button));
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Find an audience" }).or(page.getByRole("combobox", { name: "Find an audience" })).waitFor();
  await page.keyboard.type("enterprise, act");
  await page.getByRole("option", { name: /Enterprise, active 30 days/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Audience of rule 2: Enterprise, active 30 days" }).waitFor();

  const field = page.getByRole("textbox", { name: "Percentage of rule 2" });
  await tabTo(page, field);
  await page.keyboard.type("12.125");
  await page.keyboard.press("Alt+ArrowUp");
  const moved = page.getByRole("textbox", { name: "Percentage of rule 1" });
  await until("the keyboard stays on the moved rule", () => moved.evaluate((input) => document.activeElement === input));
  assert.equal(await moved.inputValue(), "12.125");
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Control+S");
  await page.getByText("Saved v2").waitFor();

  const { rules } = await app.command("flag_get", { flag: flag.id });
  assert.deepEqual(rules.map(({ percentage, audienceId }) => [percentage, audienceId !== null]), [[12.125, true], [5, false]]);
});

pageTest(app, "the Enter that chose “kill” in the palette kills nothing; a key held on the button does", {}, async (page) => {
  await openSample(app.command);
  await page.reload();
  const flag = await app.command("flag_create", {
    key: "held-by-key",
    name: "Held by key",
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
  });
  await page.locator("[data-row-key]").first().waitFor();
  await fromPalette(page, "kill held", /^Kill held-by-key/);
  const button = page.getByRole("button", { name: /Hold to kill/ });
  await button.waitFor();
  await tabTo(page, button);
  assert.equal((await app.command("flag_get", { flag: flag.id })).isActive, true);
  await page.keyboard.down("Enter");
  await until("the flag is killed", async () => !(await app.command("flag_get", { flag: flag.id })).isActive);
  await page.keyboard.up("Enter");
  await page.getByText(/^Killed by/).first().waitFor();
});
