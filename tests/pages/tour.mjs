// Every page, tab and dialog of the sample workspace: where it is, how to get it open, and what shows that
// it is there. The accessibility tests and the screenshots walk it.

const heading = (name) => (page) => page.getByRole("heading", { name }).first();
const dialog = (name) => (page) => page.getByRole("dialog", { name });
const rows = (page) => page.locator("[data-row-key]").first();
const rules = (page) => page.getByRole("list", { name: "Rules" });
const code = (page) => page.getByRole("region", { name: /^Code for/ });
const sentence = (page) => page.getByTestId("why-sentence");
const savebar = (page) => page.getByRole("region", { name: "Unsaved changes" });

/** Edits the percentage of the first rule, so that there is something to save. */
async function edit(page, percentage) {
  await page.getByRole("textbox", { name: "Percentage of rule 1" }).fill(percentage);
}

/** A few keys to look at, made once: live, ending, ended, and one for administration. */
async function makeKeys(command) {
  if ((await command("sdk_keys_list")).length > 0) return;
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const production = { environment: "production" };
  await command("sdk_key_create", { kind: "server", name: "Web shop, back end", ...production });
  await command("sdk_key_create", { kind: "client", name: "Web shop, pages", expiresAt: soon, ...production });
  await command("sdk_key_create", { kind: "admin", name: "Release pipeline", role: "operator" });
  const { key } = await command("sdk_key_create", { kind: "server", name: "Trial", ...production });
  await command("sdk_key_revoke", { id: key.id });
}

/** The tour through a workspace of which `command` is asked for ids. */
export async function tour(command) {
  await makeKeys(command);
  const audiences = await command("audiences_list");
  const enterprise = audiences.find(({ name }) => name === "Enterprise, active 30 days") ?? audiences[0];
  const [customer] = await command("customers_search", { query: "", limit: 1 });
  const entity = encodeURIComponent(customer.entityId);
  const log = await command("evaluations_list", { filter: { environment: "production" }, limit: 50 });
  const call = log.evaluations.find(({ entityId, reason }) => entityId.startsWith("cus_") && reason === "RULE_MATCH");
  return [
    { name: "flags", path: "/flags", shown: rows },
    {
      name: "flags, none found",
      path: "/flags",
      open: (page) => page.getByRole("textbox", { name: "Filter" }).fill("no flag is called so"),
      shown: (page) => page.getByText("No flag matches"),
      close: (page) => page.getByRole("textbox", { name: "Filter" }).fill(""),
    },
    { name: "new flag", path: "/flags?create=true", shown: dialog("New flag") },
    {
      name: "new flag refused",
      path: "/flags?create=true",
      open: (page) => page.getByRole("button", { name: "Create flag" }).click(),
      shown: (page) => page.getByText("Choose one: it decides"),
    },
    {
      name: "palette",
      path: "/flags",
      open: (page) => page.keyboard.press("Control+K"),
      shown: dialog("Search or jump to"),
      close: (page) => page.keyboard.press("Escape"),
    },
    { name: "flag", path: "/flags/new-dashboard", shown: rules },
    {
      name: "flag edited",
      path: "/flags/checkout-v2",
      open: (page) => edit(page, "33"),
      shown: savebar,
      close: (page) => page.getByRole("button", { name: "Discard" }).click(),
    },
    {
      name: "flag edited, who",
      path: "/flags/new-dashboard",
      open: async (page) => {
        await edit(page, "61");
        await savebar(page).getByRole("button", { name: "See who" }).click();
      },
      shown: (page) => dialog(/Whose value changes/)(page).locator("[data-row-key]").first(),
      close: async (page) => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Discard" }).click();
      },
    },
    {
      name: "flag edited, by attribute",
      path: "/flags/new-dashboard",
      open: async (page) => {
        await edit(page, "61");
        await savebar(page).getByRole("button", { name: "See who" }).click();
        await page.getByText("By attribute").click();
      },
      shown: (page) => page.getByRole("table").getByRole("row").nth(1),
      close: async (page) => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Discard" }).click();
      },
    },
    {
      name: "flag refused",
      path: "/flags/checkout-v2",
      open: (page) => edit(page, "12.3456"),
      shown: savebar,
      close: (page) => page.getByRole("button", { name: "Discard" }).click(),
    },
    { name: "flag of texts", path: "/flags/price-experiment", shown: rules },
    {
      name: "flag of JSON, editing",
      path: "/flags/onboarding-copy",
      open: (page) => page.getByRole("button", { name: "Value of rule 1" }).click(),
      shown: (page) => page.getByRole("textbox", { name: "Value of rule 1, JSON" }),
      close: (page) => page.keyboard.press("Escape"),
    },
    { name: "flag killed", path: "/flags/search-ranker", shown: (page) => page.getByText(/^Killed by/).first() },
    { name: "flag code", path: "/flags/price-experiment?tab=code", shown: code },
    {
      name: "flag code, not visible to clients",
      path: "/flags/search-ranker?tab=code",
      open: (page) => page.getByRole("radio", { name: "React", exact: true }).press("Space"),
      shown: (page) => page.getByText("Client keys do not see search-ranker"),
    },
    { name: "flag history", path: "/flags/new-dashboard?tab=history", shown: (page) => page.getByText(/v1\b/).first() },
    { name: "kill", path: "/flags/checkout-v2?dialog=kill", shown: dialog("Kill checkout-v2") },
    {
      name: "flags chosen",
      path: "/flags",
      open: async (page) => {
        await page.getByRole("checkbox", { name: "Choose checkout-v2" }).check();
        await page.getByRole("checkbox", { name: "Choose invoice-pdf" }).check();
      },
      shown: (page) => page.getByText("2 flags chosen"),
      close: (page) => page.getByRole("button", { name: "Choose none" }).click(),
    },
    {
      name: "kill several",
      path: "/flags",
      open: async (page) => {
        await page.getByRole("checkbox", { name: "Choose checkout-v2" }).check();
        await page.getByRole("checkbox", { name: "Choose invoice-pdf" }).check();
        await page.keyboard.press("Control+Shift+K");
      },
      shown: dialog("Kill 2 flags"),
      close: async (page) => {
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Choose none" }).click();
      },
    },
    { name: "kill board", path: "/kill-board", shown: (page) => page.getByText(/would get/).first() },
    { name: "kill board, own window", path: "/kill-board?window=board", shown: (page) => page.getByText(/would get/).first() },
    { name: "restore", path: "/flags/search-ranker?dialog=restore", shown: dialog(/Restore/) },
    { name: "archive", path: "/flags/checkout-v2?dialog=archive", shown: dialog(/Archive/) },
    { name: "why, nothing asked", path: "/why", shown: heading("Why") },
    { name: "why", path: `/why?flag=new-dashboard&entity=${entity}`, shown: sentence },
    { name: "why, not in the table", path: "/why?flag=new-dashboard&entity=nobody-at-all", shown: sentence },
    { name: "why, killed", path: `/why?flag=search-ranker&entity=${entity}`, shown: sentence },
    {
      name: "why, a value of JSON",
      path: `/why?flag=onboarding-copy&entity=${entity}`,
      shown: (page) => page.getByRole("textbox", { name: "The value in full" }),
    },
    {
      name: "why, a logged call",
      path: `/why?${new URLSearchParams({ flag: call.flagKey, entity: call.entityId, environment: "production", at: call.at })}`,
      shown: (page) => page.getByText("Logged at"),
    },
    {
      name: "why, which moment",
      path: `/why?flag=new-dashboard&entity=${entity}`,
      open: (page) => page.getByRole("button", { name: "When: now" }).click(),
      shown: (page) => page.getByRole("textbox", { name: /^Day and time/ }),
      close: (page) => page.keyboard.press("Escape"),
    },
    { name: "why, all flags", path: `/why?flag=*&entity=${entity}`, shown: rows },
    {
      name: "why, no such flag",
      path: `/why?flag=no-such-flag&entity=${entity}`,
      shown: (page) => page.getByText("There is no flag no-such-flag"),
    },
    { name: "audiences", path: "/audiences", shown: rows },
    { name: "audience", path: `/audiences/${enterprise.id}`, shown: (page) => page.getByRole("textbox", { name: "Name" }) },
    { name: "audience, new", path: "/audiences/new", shown: (page) => page.getByRole("textbox", { name: "Name" }) },
    { name: "customers", path: "/customers", shown: rows },
    {
      name: "customers, none found",
      path: "/customers",
      open: (page) => page.getByRole("textbox", { name: "Search" }).fill("nobody is called so"),
      shown: (page) => page.getByText("Nobody matches"),
      close: (page) => page.getByRole("textbox", { name: "Search" }).fill(""),
    },
    { name: "customer", path: `/customers/customer?entity=%22${entity}%22`, shown: rows },
    { name: "customer not in the table", path: "/customers/customer?entity=%22visitor%2F7%22", shown: rows },
    { name: "evaluations", path: "/evaluations", shown: rows },
    { name: "audit", path: "/audit", shown: rows },
    {
      name: "audit entry",
      path: "/audit",
      open: (page) => rows(page).click(),
      shown: (page) => page.getByRole("complementary", { name: /change/i }).first(),
    },
    {
      name: "audit, review",
      path: "/audit?tab=review",
      shown: (page) => page.getByText(/Nothing is left to review|These changed production/),
    },
    {
      name: "audit, chain",
      path: "/audit",
      open: (page) => page.getByRole("button", { name: /^Chain of entries: Intact/ }).click(),
      shown: (page) => page.getByText("Last found intact"),
      close: (page) => page.keyboard.press("Escape"),
    },
    {
      name: "audit, checkpoint",
      path: "/audit",
      open: async (page) => {
        await page.getByRole("button", { name: "Export", exact: true }).click();
        await page.getByRole("menuitem", { name: "Sign a checkpoint…" }).click();
      },
      shown: (page) => page.getByRole("textbox", { name: "Checkpoint" }),
      close: (page) => page.keyboard.press("Escape"),
    },
    {
      name: "audit, time",
      path: "/audit",
      open: (page) => page.getByRole("button", { name: "Time", exact: true }).click(),
      shown: (page) => page.getByLabel("Last day"),
      close: (page) => page.keyboard.press("Escape"),
    },
    {
      name: "flag history, revert",
      path: "/flags/new-dashboard?tab=history",
      open: (page) => page.getByRole("button", { name: /^Revert to version/ }).first().click(),
      shown: (page) => dialog(/^Revert/)(page).getByTestId("impact"),
      close: (page) => page.keyboard.press("Escape"),
    },
    { name: "settings", path: "/settings", shown: heading("Settings") },
    { name: "settings, environments", path: "/settings?section=environments", shown: heading("Environments") },
    {
      name: "settings, SDK keys",
      path: "/settings?section=keys",
      open: (page) => page.getByRole("button", { name: /ended key/ }).click(),
      shown: (page) => page.getByText("Trial"),
    },
    {
      name: "new SDK key refused",
      path: "/settings?section=keys",
      open: async (page) => {
        await page.getByRole("button", { name: "New key", exact: true }).click();
        await page.getByRole("button", { name: "Create key" }).click();
      },
      shown: (page) => page.getByText("Give it a name"),
      close: (page) => page.keyboard.press("Escape"),
    },
    {
      name: "rotate SDK key",
      path: "/settings?section=keys",
      open: async (page) => {
        await page.getByRole("button", { name: "Actions for Release pipeline" }).click();
        await page.getByRole("menuitem", { name: "Rotate…" }).click();
      },
      shown: dialog("Rotate Release pipeline"),
      close: (page) => page.keyboard.press("Escape"),
    },
    { name: "settings, servers", path: "/settings?section=servers", shown: heading("Servers") },
    {
      name: "settings, local endpoint",
      path: "/settings?section=endpoint",
      shown: heading("Local evaluation endpoint"),
    },
    { name: "settings, customer source", path: "/settings?section=customers", shown: heading("Customer source") },
    { name: "settings, appearance", path: "/settings?section=appearance", shown: heading("Appearance") },
    { name: "no such flag", path: "/flags/no-such-flag", shown: heading("There is no flag no-such-flag") },
  ];
}

/** Brings `page` to one stop of the tour, until nothing is being loaded or counted any more. */
export async function goTo(page, url, { path, open, shown }) {
  const address = `${url}/#${path}`;
  // An address that is the same but for its hash is no navigation: what was open before stays.
  await page.evaluate((hash) => window.location.replace(hash), `#${path}`).catch(() => page.goto(address));
  if (open) await open(page);
  await shown(page).waitFor();
  const busy = () => /counting…/i.test(document.body.innerText) || document.querySelector("[aria-busy=true]") !== null;
  await page.waitForFunction(`!(${busy})()`);
}
