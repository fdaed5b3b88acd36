// The audience builder over the real app: every kind of condition by keyboard alone, a list of a thousand pasted
// values, groups by drag and drop, refusals beside their field, and customers picked for a rule.
import assert from "node:assert/strict";
import { pageTest, until, useApp } from "./harness.mjs";

const app = useApp();
const whole = new Intl.NumberFormat("en-US");

/** Presses Tab until the element of that name has the focus. */
async function tabTo(page, name, most = 80) {
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  for (let pressed = 0; pressed < most; pressed++) {
    if ((await focused()) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${name}; it is at ${await focused()}`);
}

/** Goes down an open list of options until `name` is the one that Enter takes; a key pressed while it opens is lost. */
async function goDownTo(page, name, most = 40) {
  const option = page.getByRole("option", typeof name === "string" ? { name, exact: true } : { name });
  await option.waitFor();
  for (let pressed = 0; pressed < most; pressed++) {
    if ((await option.getAttribute("data-combobox-selected")) !== null) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`the arrow does not reach ${name}`);
}

const value = (page, condition) => page.getByRole("textbox", { name: `Value of condition ${condition}`, exact: true });
const field = (page, name) => page.getByLabel(name, { exact: true });
const stored = async (name) => (await app.command("audiences_list")).find((audience) => audience.name === name);

async function openBuilder(page, condition, name) {
  const audience = await app.command("audience_create", { name, condition });
  await page.goto(`${app.bridge.url}/#/audiences/${audience.id}`);
  await page.getByRole("button", { name: /^Attribute of condition 1\b/ }).waitFor();
}

async function pasteInto(target, text) {
  await target.focus();
  await target.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

pageTest(app, "an audience is built by keyboard alone, counted and saved", { path: "/audiences/new" }, async (page) => {
  const { keyboard } = page;
  await until("the name has the focus", () => page.evaluate(() => document.activeElement?.tagName === "INPUT"));
  await keyboard.type("Busy in the dark");

  await tabTo(page, "Attribute of condition 1");
  await keyboard.type("events");
  await keyboard.press("Enter");
  await tabTo(page, "Event of condition 1");
  await keyboard.press("Control+A");
  await keyboard.type("login");
  await tabTo(page, "Times of condition 1, at least");
  await keyboard.type("2");
  await tabTo(page, "Days of condition 1; empty is ever");
  await keyboard.type("60");

  await tabTo(page, "Add condition");
  await keyboard.press("Enter");
  await keyboard.type("attributes");
  await keyboard.press("Enter");
  await tabTo(page, "Path of condition 2");
  await keyboard.type("the");
  await goDownTo(page, /^theme/);
  await keyboard.press("Enter");
  await tabTo(page, "Value of condition 2");
  await keyboard.type("dark");

  await tabTo(page, "Add group");
  await keyboard.press("Enter");
  await keyboard.type("signed_up_at");
  await keyboard.press("Enter");
  await tabTo(page, "Operator of condition 3");
  await keyboard.press("Enter");
  await goDownTo(page, "is after");
  await keyboard.press("Enter");
  await tabTo(page, "Value of condition 3");
  await keyboard.type("2020-01-31 09:30");
  await tabTo(page, "Add condition to group 1");
  await keyboard.press("Enter");
  await keyboard.type("country");
  await keyboard.press("Enter");
  await tabTo(page, "Value of condition 4");
  await keyboard.type("DE");
  // Up and out of the group, and back into it.
  await keyboard.press("Alt+ArrowUp");
  await keyboard.press("Alt+ArrowDown");

  const condition = {
    all: [
      { event: "login", operator: "performed", times: 2, withinDays: 60 },
      { attribute: "attributes", path: ["theme"], type: "text", operator: "equals", value: "dark" },
      {
        any: [
          { attribute: "signed_up_at", operator: "after", value: "2020-01-31T09:30:00Z" },
          { attribute: "country", operator: "equals", value: "DE" },
        ],
      },
    ],
  };
  const shown = page.getByRole("region", { name: "Customers in this audience" }).locator("[aria-live]").first();
  // The last 60 days move on between two counts: "about as many", and no more.
  await until("about as many are counted as the app counts", async () => {
    const { customers } = await app.command("audience_count", { condition });
    const number = Number((await shown.innerText()).replaceAll(",", ""));
    return customers > 0 && Math.abs(number - customers) <= customers / 100;
  });
  await page
    .getByText("performed login at least 2 times within 60 days", { exact: true })
    .waitFor();

  await keyboard.press("Control+S");
  await until("it is saved", () => stored("Busy in the dark"));
  assert.deepEqual((await stored("Busy in the dark")).condition, condition);
});

pageTest(app, "a thousand pasted ids are kept, counted, and the strangers among them named", {}, async (page) => {
  const known = (await app.command("customers_search", { query: "", limit: 200 })).map(({ entityId }) => entityId);
  const ids = [...known, ...Array.from({ length: 1_000 - known.length }, (_, index) => `nobody-${index}`)];
  await openBuilder(page, { all: [{ attribute: "id", operator: "in", value: ["nobody"] }] }, "By id");
  await page.getByRole("button", { name: "Remove nobody", includeHidden: true }).click();
  await pasteInto(value(page, 1), ids.join("\n"));
  await page.getByRole("button", { name: /^and 980 more/ }).waitFor();
  await page.getByLabel(`${known.length} customers pass this condition alone`, { exact: true }).waitFor();
  await page.getByText(`${whole.format(1_000 - known.length)} of these 1,000 are not in the customers table.`).waitFor();

  await page.getByRole("button", { name: /^and 980 more/ }).click();
  const lines = page.getByRole("textbox", { name: "One value a line" });
  assert.equal((await lines.inputValue()).split("\n").length, 1_000);
  await lines.fill(`${known[0]}\nLast, First`);
  await page.getByRole("button", { name: "Done" }).click();
  await page.keyboard.press("Control+S");
  await until("it is saved", async () => (await stored("By id")).version === 2);
  const { condition } = await stored("By id");
  assert.deepEqual(condition, { all: [{ attribute: "id", operator: "in", value: [known[0], "Last, First"] }] });
});

pageTest(app, "a condition is dragged into a group, and Escape gives a drag up", {}, async (page) => {
  const plan = { attribute: "plan", operator: "equals", value: "team" };
  const country = { attribute: "country", operator: "equals", value: "DE" };
  const mrr = { attribute: "mrr", operator: "at_least", value: 10 };
  await openBuilder(page, { all: [plan, { any: [country, mrr] }] }, "Dragged");
  const grip = (condition) => page.getByRole("button", { name: `Actions for condition ${condition}`, exact: true });
  const drag = async (from, to) => {
    const start = await grip(from).boundingBox();
    const end = await grip(to).boundingBox();
    await page.mouse.move(start.x + 8, start.y + 12);
    await page.mouse.down();
    await page.mouse.move(end.x + 8, end.y - 4, { steps: 8 });
  };
  await drag(1, 3);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  assert.equal(await value(page, 1).inputValue(), "team");
  await drag(1, 3);
  await page.mouse.up();
  await until("it is the second now", async () => (await value(page, 2).inputValue()) === "team");
  await page.keyboard.press("Control+S");
  await until("it is saved", async () => (await stored("Dragged")).version === 2);
  assert.deepEqual((await stored("Dragged")).condition, { all: [{ any: [country, plan, mrr] }] });
});

pageTest(app, "what the database app refuses stands beside its very field, and stays as typed", {}, async (page) => {
  const condition = { attribute: "attributes", path: ["theme"], type: "text", operator: "equals", value: "dark" };
  await openBuilder(page, { all: [{ attribute: "plan", operator: "is_set" }, condition] }, "Refused");
  const path = field(page, "Path of condition 2");
  await path.fill("a.b.c.d.e.f.g.h.i.j.k");
  const row = page.getByRole("group", { name: "condition 2", exact: true });
  await row.getByText("The path has 11 steps. Use at most 10.").waitFor();
  assert.equal(await path.getAttribute("aria-invalid"), "true");
  assert.equal(await path.inputValue(), "a.b.c.d.e.f.g.h.i.j.k");
});

pageTest(app, "these customers are found by name for a rule, and come back chosen", {}, async (page) => {
  const flag = await app.command("flag_create", {
    key: "for-some",
    name: "For some",
    type: "boolean",
    defaultValue: false,
    clientVisible: false,
    rules: [{ percentage: 10, value: true }],
  });
  const [someone] = await app.command("customers_search", { query: "", limit: 1 });
  await page.goto(`${app.bridge.url}/#/flags/${flag.key}`);
  await page.getByRole("button", { name: /^Audience of rule 1/ }).click();
  await page.getByRole("option", { name: "These customers…" }).click();
  const sheet = page.getByRole("dialog", { name: "These customers" });
  await sheet.getByRole("textbox", { name: "Name", exact: true }).fill("One of them");
  await sheet.getByRole("textbox", { name: "Value of condition 1", exact: true }).fill(someone.email);
  await page.getByRole("option", { name: new RegExp(someone.entityId) }).click();
  await sheet.getByRole("button", { name: "Create audience" }).click();
  await page.getByRole("button", { name: "Audience of rule 1: One of them" }).waitFor();
  assert.deepEqual((await stored("One of them")).condition, {
    all: [{ attribute: "id", operator: "in", value: [someone.entityId] }],
  });
});

pageTest(app, "a hundred conditions can be edited, and no more are added", {}, async (page) => {
  const leaf = (index) => ({ attribute: "mrr", operator: "at_least", value: index });
  const groups = Array.from({ length: 10 }, (_, group) => ({
    any: Array.from({ length: 10 }, (_, index) => leaf(group * 10 + index)),
  }));
  await openBuilder(page, { all: groups }, "A hundred");
  await page.getByText("An audience has at most 100 conditions.").waitFor();
  await page.getByRole("group", { name: "condition 57", exact: true }).scrollIntoViewIfNeeded();
  await value(page, 57).fill("12.50");
  assert.equal(await value(page, 57).inputValue(), "12.50");
  assert.equal(await value(page, 58).inputValue(), "57");
  await page.keyboard.press("Control+S");
  await until("it is saved", async () => (await stored("A hundred")).version === 2);
  assert.equal((await stored("A hundred")).condition.all[5].any[6].value, 12.5);
});
