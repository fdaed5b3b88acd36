// Splits: nested percentage rules made evenly or by weights, recognised when they are saved, and changed by one thumb
// that moves no more customers than it must.
import assert from "node:assert/strict";
import { pageTest, until, useApp } from "./harness.mjs";

const app = useApp();
const whole = new Intl.NumberFormat("en-US");

let made = 0;
async function openFlag(page, fields = {}) {
  made += 1;
  const flag = await app.command("flag_create", {
    key: `split-${made}`,
    name: `Split ${made}`,
    type: "string",
    defaultValue: "red",
    clientVisible: false,
    ...fields,
  });
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}`);
  await page.getByRole("button", { name: "Split into arms…" }).waitFor();
  return flag;
}

const panel = (page) => page.getByRole("region", { name: "Unsaved changes" });
const bar = (page) => page.getByRole("group", { name: /^Split of Everyone/ });
const share = (page, value) => bar(page).getByRole("textbox", { name: `Share of ${value}` });

async function save(page) {
  await page.getByRole("textbox", { name: "Note" }).fill("a split");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await panel(page).waitFor({ state: "hidden" });
}

/** Makes a split in the dialog: values with their weights. */
async function makeSplit(page, arms) {
  await page.getByRole("button", { name: "Split into arms…" }).click();
  const dialog = page.getByRole("dialog", { name: "Split into arms" });
  for (const [index, [value, weight]] of arms.entries()) {
    const field = dialog.getByRole("textbox", { name: `Value of arm ${index + 1}` });
    if ((await field.count()) === 0) await dialog.getByRole("button", { name: "Add arm" }).click();
    await field.fill(value);
    await dialog.getByRole("textbox", { name: `Weight of arm ${index + 1}` }).fill(String(weight));
  }
  return dialog;
}

const percentages = (flag) => flag.rules.map(({ percentage }) => percentage);

pageTest(app, "a split is made evenly or by weights, and is one bar when it is saved", {}, async (page) => {
  const flag = await openFlag(page);
  const dialog = await makeSplit(page, [["red", 3], ["green", 1], ["blue", 1]]);
  await dialog.getByText("60 %").waitFor();
  await dialog.getByRole("button", { name: "Split evenly" }).click();
  await dialog.getByText("33.334 %").or(dialog.getByText("33.333 %")).first().waitFor();
  await dialog.getByRole("textbox", { name: "Weight of arm 1" }).fill("2");
  await dialog.getByRole("button", { name: "Add 3 rules" }).click();
  await share(page, "red").waitFor();
  await save(page);
  assert.deepEqual(percentages(await app.command("flag_get", { flag: flag.id })), [50, 75, null]);

  await page.reload();
  await bar(page).waitFor();
  assert.equal(await bar(page).getByRole("slider").count(), 2, "a thumb between each two arms");
  for (const [value, expected] of [["red", "50"], ["green", "25"], ["blue", "25"]]) {
    assert.equal(await share(page, value).inputValue(), expected, "net shares, not nested ones");
  }
});

pageTest(app, "moving one arm moves no more customers than it must, and says how many", {}, async (page) => {
  const values = ["red", "green", "blue"];
  const rules = [50, 75, 100].map((percentage, index) => ({ percentage, value: values[index] }));
  const flag = await openFlag(page, { rules });
  await bar(page).waitFor();
  const thumb = bar(page).getByRole("slider", { name: "End of red" });
  await thumb.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await bar(page).getByText("10 % of them get another arm").waitFor();
  assert.equal(await share(page, "blue").inputValue(), "25", "the arm that the thumb does not touch stays");

  const moved = flag.rules.map((rule, index) => ({ ...rule, percentage: [60, 75, 100][index] }));
  const draft = { defaultValue: flag.defaultValue, rules: moved };
  const impact = await app.command("flag_impact", { flag: flag.id, draft });
  assert.deepEqual(
    impact.moves.map(({ from, to }) => [from, to]),
    [["green", "red"]],
    "from one neighbour to the other, and nobody else",
  );
  assert.ok(Math.abs(impact.moves[0].customers / impact.customers - 0.1) < 0.01);
  // Back to the default value, as the panel has it.
  await panel(page).getByText(`−${whole.format(impact.lost)}`, { exact: true }).waitFor();
  await save(page);
  assert.deepEqual(percentages(await app.command("flag_get", { flag: flag.id })), [60, 75, 100]);
});

pageTest(app, "a thumb is dragged by the pointer", {}, async (page) => {
  const rules = [{ percentage: 50, value: "red" }, { percentage: 100, value: "green" }];
  await openFlag(page, { rules });
  const thumb = bar(page).getByRole("slider", { name: "End of red" });
  await thumb.scrollIntoViewIfNeeded();
  const box = await thumb.boundingBox();
  const { x, y } = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 120, y, { steps: 4 });
  await page.mouse.up();
  await until("red has less", async () => Number(await share(page, "red").inputValue()) < 50);
  const [red, green] = await Promise.all(["red", "green"].map((value) => share(page, value).inputValue()));
  assert.equal(Number(red) + Number(green), 100);
});
