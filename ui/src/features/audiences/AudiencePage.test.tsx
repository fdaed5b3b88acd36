import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { Audience, AudienceCount, AudienceImpact, AudienceSample, FlagSummary } from "@/contract";
import { CommandFailure } from "@/platform";
import { type OpenedApp, openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
// Loaded before the first test, not within its time.
import "./AudiencePage";
import { ATTRIBUTES, audience, COUNTRY, MRR, PLAN, SEEN } from "./model/testing";

const counted = (customers: number): AudienceCount => ({
  customers,
  total: 50_000,
  countedAt: new Date().toISOString(),
  durationMs: 41,
});

const NOBODY: AudienceSample = { compared: [], members: [], nextCursor: null };
const IMPACT: AudienceImpact = {
  customers: 50_000,
  membersNow: 4_816,
  membersAfter: 4_816,
  joining: 0,
  leaving: 0,
  flags: [],
  countedAt: new Date().toISOString(),
  durationMs: 41,
};

function open(path: string, stored: Audience, answers: Parameters<typeof openApp>[1] = {}): OpenedApp {
  return openApp(path, {
    audiences_list: [stored],
    audience_get: () => stored,
    attributes_list: [...ATTRIBUTES],
    audience_count: counted(4_816),
    audience_sample: NOBODY,
    audiences_broken: [],
    audience_impact: IMPACT,
    count_cancel: {},
    ...answers,
  });
}
const openStored = (stored: Audience, answers: Parameters<typeof openApp>[1] = {}) =>
  open(`/audiences/${stored.id}`, stored, answers);

const asked = (app: OpenedApp, command: string) =>
  app.platform.asked.filter(({ name }) => name === command).map(({ request }) => request);
// By label: by role is slow on a page this full.
const field = (name: string) => screen.findByLabelText(name, { selector: "input, textarea" });

async function choose(app: OpenedApp, condition: number, attribute: string) {
  await app.user.click(
    screen.getByRole("button", { name: new RegExp(`^Attribute of condition ${condition}\\b`) }),
  );
  await app.user.type(
    await screen.findByRole("textbox", { name: "Find an attribute" }),
    `${attribute}{Enter}`,
  );
}

test("an audience shows its sentence, its conditions, its count and its flags, and is accessible", async () => {
  const app = openStored(
    audience({
      condition: { all: [PLAN, { any: [SEEN, MRR] }, { not: COUNTRY }] },
      usedBy: [{ id: "f", key: "new-dashboard" }],
    }),
  );
  expect(await screen.findByText(/of 50,000 customers · 9.6\s%/, {}, { timeout: 20_000 })).toBeVisible();
  expect(screen.getByLabelText("Customers in this audience")).toHaveTextContent(/^4,816/);
  expect(screen.getByText("plan is enterprise").closest("p")).toHaveTextContent(
    "Customers whose plan is enterprise, and either last_seen_at is within the last 30 days or mrr is at least 100, and country is none of CU or KP.",
  );
  expect(screen.getByRole("button", { name: "Attribute of condition 2: last_seen_at" })).toBeVisible();
  expect(screen.getByLabelText("Value of condition 1", { selector: "input" })).toHaveValue("enterprise");
  await expectAccessible(screen.getByRole("main"));
  await app.user.click(screen.getByRole("button", { name: "used by 1 flag" }));
  expect(await screen.findByRole("link", { name: "new-dashboard" })).toBeVisible();
});

test("a new audience is built by keyboard and created", async () => {
  const made = audience({ id: "made", name: "Big ones" });
  const app = open("/audiences/new", made, { audience_create: made });
  await app.user.click(await field("Name"));
  await app.user.paste("Big ones");
  await choose(app, 1, "plan");
  await app.user.type(await field("Value of condition 1"), "pro");
  await app.user.click(screen.getByLabelText("Add condition"));
  expect(screen.getByLabelText("Attribute of condition 2")).toHaveFocus();
  await choose(app, 2, "mrr");
  await app.user.type(await field("Value of condition 2"), "500");
  await app.user.click(screen.getByLabelText("any"));
  await app.user.type(screen.getByLabelText("Note"), "why{Enter}");
  await waitFor(() =>
    expect(asked(app, "audience_create")).toEqual([
      {
        name: "Big ones",
        condition: {
          any: [
            { ...PLAN, value: "pro" },
            { attribute: "mrr", operator: "equals", value: 500 },
          ],
        },
        note: "why",
      },
    ]),
  );
  await waitFor(() => expect(app.location()).toBe("/audiences/made"));
});

test("what is not filled in is said beside it, before anything is sent", async () => {
  const app = open("/audiences/new", audience());
  await app.user.click(await screen.findByRole("button", { name: "Create audience" }));
  expect(await screen.findByText("Choose an attribute.")).toBeVisible();
  expect(screen.getByText("Give it a name.")).toBeVisible();
  await waitFor(() => expect(screen.getByLabelText("Name")).toHaveFocus());
  await choose(app, 1, "mrr");
  const value = await field("Value of condition 1");
  expect(screen.getByText("Enter a number.")).toBeVisible();
  expect(value).toBeInvalid();
  expect(value).toHaveAccessibleDescription("Enter a number.");
  expect(asked(app, "audience_create")).toEqual([]);
  await expectAccessible(screen.getByRole("main"));
});

test("what the backend refuses stands in its row, and what was typed stays", async () => {
  const app = openStored(audience({ condition: { all: [PLAN, { any: [COUNTRY, MRR] }] } }), {
    audience_update: () => {
      throw new CommandFailure({
        code: "invalid",
        message: "The audience cannot be saved.",
        details: {
          violations: [{ path: "changes.condition.all[1].any[1].value", message: "must be smaller" }],
        },
      });
    },
  });
  const value = await field("Value of condition 3");
  await app.user.clear(value);
  await app.user.type(value, "7");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  const row = await screen.findByRole("group", { name: "condition 3" });
  expect(await within(row).findByText("Must be smaller.")).toBeVisible();
  expect(value).toHaveAccessibleDescription("Must be smaller.");
  expect(value).toHaveValue("7");
  // Editing it takes the refusal back.
  await app.user.type(value, "5");
  expect(within(row).queryByText("Must be smaller.")).not.toBeInTheDocument();
});

test("a draft outlives going away and coming back", async () => {
  const stored = audience();
  const app = openStored(stored);
  await app.user.type(await field("Name"), " customers");
  await app.user.click(within(screen.getByRole("banner")).getByRole("link", { name: "Audiences" }));
  expect(await screen.findByRole("img", { name: "Unsaved edits" })).toBeVisible();
  await app.user.click(screen.getByRole("row", { name: /Enterprise/ }));
  expect(await field("Name")).toHaveValue("Enterprise customers");
  await app.user.click(screen.getByRole("button", { name: "Discard" }));
  expect(screen.getByLabelText("Name")).toHaveValue("Enterprise");
  expect(screen.queryByRole("button", { name: "Save" })).not.toBeInTheDocument();
});

test("with the database away the edit is kept, and saved by itself when it is back", async () => {
  let away = true;
  const saved = audience({ version: 4, name: "Enterprise!" });
  const app = openStored(audience(), {
    audience_update: () => {
      if (!away) return saved;
      away = false;
      throw new CommandFailure({ code: "database_unavailable", message: "It does not answer.", details: {} });
    },
  });
  await app.user.type(await field("Name"), "!");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/Your edit is kept, and is saved when it is back/)).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveValue("Enterprise!");
  await waitFor(() => expect(asked(app, "audience_update")).toHaveLength(2));
  expect(await screen.findByText("Enterprise! is saved, v4.")).toBeVisible();
});

describe("somebody else saved meanwhile", () => {
  const conflict = (currentAudience: Audience) =>
    new CommandFailure({
      code: "conflict",
      message: "Bo changed it meanwhile.",
      details: { currentAudience, fields: ["name"] },
    });

  test("another field merges and is saved on top", async () => {
    const theirs = audience({ version: 4, description: "Theirs", updatedBy: "Bo" });
    let stored = audience();
    const app = openStored(stored, {
      audience_get: () => stored,
      audience_update: ({ baseVersion, changes }) => {
        if (baseVersion === 3) {
          stored = theirs;
          throw conflict(theirs);
        }
        stored = { ...theirs, ...changes, version: 5 };
        return stored;
      },
    });
    await app.user.type(await field("Name"), "!");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(asked(app, "audience_update")).toEqual([
        { id: theirs.id, baseVersion: 3, changes: { name: "Enterprise!" } },
        { id: theirs.id, baseVersion: 4, changes: { name: "Enterprise!" } },
      ]),
    );
    expect(await field("Description")).toHaveValue("Theirs");
  });

  test("the same field asks for mine or theirs, and nothing is overwritten before", async () => {
    const theirs = audience({ version: 4, name: "Theirs", updatedBy: "Bo" });
    let stored = audience();
    const app = openStored(stored, {
      audience_get: () => stored,
      audience_update: ({ baseVersion, changes }) => {
        if (baseVersion === 3) {
          stored = theirs;
          throw conflict(theirs);
        }
        stored = { ...theirs, ...changes, version: 5 };
        return stored;
      },
    });
    await app.user.type(await field("Name"), "!");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    const note = await screen.findByRole("region", { name: "Changed by two people" });
    expect(note).toHaveTextContent("Bo saved v4");
    expect(within(note).getByRole("button", { name: "1 to choose" })).toBeDisabled();
    await app.user.click(within(note).getByRole("radio", { name: "Keep mine" }));
    await app.user.click(within(note).getByRole("button", { name: "Use these" }));
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(asked(app, "audience_update").at(-1)).toEqual({
        id: theirs.id,
        baseVersion: 4,
        changes: { name: "Enterprise!" },
      }),
    );
  });
});

test("a count that fails says why, and is no number", async () => {
  openStored(audience(), {
    audience_count: () => {
      throw new CommandFailure({ code: "timeout", message: "Counting took longer than 10 s.", details: {} });
    },
  });
  const card = await screen.findByRole("region", { name: "Customers in this audience" });
  await waitFor(() => expect(card).toHaveTextContent("Not counted.Counting took longer than 10 s."));
});

test("a count that takes long says over whom, is called off, and made after all", async () => {
  let callOff: (() => void) | undefined;
  let slow = true;
  const app = openStored(audience(), {
    audience_count: () => {
      if (!slow) return counted(4_816);
      return new Promise((_, fail) => {
        callOff = () => fail(new CommandFailure({ code: "cancelled", message: "Called off.", details: {} }));
      });
    },
    count_progress: { running: true, seen: 0, estimated: 1_000_000 },
    count_cancel: () => {
      callOff?.();
      return {};
    },
  });
  const card = await screen.findByRole("region", { name: "Customers in this audience" });
  await waitFor(() => expect(card).toHaveTextContent("counting about 1,000,000 customers"));
  await app.user.click(within(card).getByRole("button", { name: "Cancel the count" }));
  expect(await within(card).findByText(/Not counted: it was called off/)).toBeVisible();
  slow = false;
  await app.user.click(within(card).getByRole("button", { name: "Count after all" }));
  expect(await within(card).findByText("4,816")).toBeVisible();
});

test("the age of a count goes on by the second", async () => {
  const earlier = new Date(Date.now() - 12_000).toISOString();
  openStored(audience(), { audience_count: { ...counted(4_816), countedAt: earlier } });
  const card = await screen.findByRole("region", { name: "Customers in this audience" });
  const age = await within(card).findByText(/^\d+ s ago$/);
  const first = age.textContent;
  await waitFor(() => expect(within(card).getByText(/^\d+ s ago$/).textContent).not.toBe(first));
  expect(card).toHaveTextContent(/counted \d+ s ago in 41 ms/);
});

test("an audience that a dropped column broke says why, what that means and whom it concerns", async () => {
  const usedBy = [{ id: "f", key: "new-dashboard" }];
  const stored = audience({ usedBy });
  const app = openStored(stored, {
    audiences_broken: [
      {
        id: stored.id,
        name: stored.name,
        usedBy,
        violations: [{ path: "condition.all[0].attribute", message: "Customers have no attribute “plan”." }],
      },
    ],
    flags_list: { flags: [], configVersion: 1 },
  });
  const note = await screen.findByRole("region", { name: "Broken" });
  expect(note).toHaveTextContent("Customers have no attribute “plan”.");
  expect(within(note).getByRole("link", { name: "new-dashboard" })).toBeVisible();
  await expectAccessible(note);
  await app.user.clear(await field("Value of condition 1"));
  await app.user.type(await field("Value of condition 1"), "pro");
  expect(await screen.findByText("Saving repairs it.")).toBeVisible();
  expect(asked(app, "audience_impact")).toEqual([]);
});

describe("where a flag that uses it serves in an environment that asks for notes", () => {
  const usedBy = [{ id: "f", key: "new-dashboard" }];
  const serving = { id: "f", isActive: true, archivedAt: null, environments: { production: true } };
  const guarded = {
    flags_list: { flags: [serving as unknown as FlagSummary], configVersion: 1 },
    environments_list: [
      {
        key: "production",
        name: "Production",
        color: "#c2500f",
        position: 0,
        production: true,
        noteRequired: true,
      },
    ],
  };
  test("saving without a note goes to the note, and nothing is sent", async () => {
    const app = openStored(audience({ usedBy }), { ...guarded, audience_update: audience({ version: 4 }) });
    await app.user.type(await field("Description"), "whom sales know");
    const note = await field("Note");
    await waitFor(() => expect(note).toBeRequired());
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(note).toHaveFocus());
    expect(note).toHaveAccessibleDescription("Say why: Production asks for a note with every change.");
    expect(asked(app, "audience_update")).toEqual([]);
    await app.user.type(note, "ticket 7{Enter}");
    await waitFor(() => expect(asked(app, "audience_update")).toHaveLength(1));
  });
  test("a refusal for want of a note goes there too", async () => {
    const app = openStored(audience(), {
      audience_update: () => {
        throw new CommandFailure({
          code: "note_required",
          message: "Production asks for a note.",
          details: {},
        });
      },
    });
    await app.user.type(await field("Description"), "x");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    const note = await field("Note");
    await waitFor(() => expect(note).toHaveFocus());
    expect(note).toHaveAccessibleDescription("Production asks for a note.");
    expect(screen.getByLabelText("Description")).toHaveValue("x");
  });
});

test("the picker says that attributes of SDKs are not used, and offers none that cannot be", async () => {
  const app = openStored(audience());
  await app.user.click(await screen.findByRole("button", { name: "Attribute of condition 1: plan" }));
  expect(await screen.findByText(/Attributes that SDKs send are not used/)).toBeVisible();
  expect(screen.getByRole("option", { name: /location/ })).toHaveAttribute("data-combobox-disabled", "true");
});

describe("deleting", () => {
  test("an audience in use names its flags instead", async () => {
    const app = openStored(audience({ usedBy: [{ id: "f", key: "new-dashboard" }] }));
    await app.user.click(await screen.findByRole("button", { name: "Actions for Enterprise" }));
    await app.user.click(await screen.findByRole("menuitem", { name: "Delete…" }));
    const dialog = await screen.findByRole("dialog", { name: "Enterprise is in use" });
    expect(within(dialog).getByRole("link", { name: "new-dashboard" })).toBeVisible();
    expect(asked(app, "audience_delete")).toEqual([]);
  });
  test("one that a flag took meanwhile names it too", async () => {
    const app = openStored(audience(), {
      audience_delete: () => {
        throw new CommandFailure({
          code: "in_use",
          message: "It is in use.",
          details: { flags: [{ id: "f", key: "just-now" }] },
        });
      },
    });
    await app.user.click(await screen.findByRole("button", { name: "Actions for Enterprise" }));
    await app.user.click(await screen.findByRole("menuitem", { name: "Delete…" }));
    await app.user.click(await screen.findByRole("button", { name: "Delete audience" }));
    expect(await screen.findByRole("link", { name: "just-now" })).toBeVisible();
  });
  test("an unused one goes, with the note", async () => {
    const app = openStored(audience(), { audience_delete: {} });
    await app.user.click(await screen.findByRole("button", { name: "Actions for Enterprise" }));
    await app.user.click(await screen.findByRole("menuitem", { name: "Delete…" }));
    await app.user.type(await screen.findByRole("textbox", { name: "Note" }), "unused{Enter}");
    await waitFor(() => expect(app.location()).toBe("/audiences"));
    expect(asked(app, "audience_delete")).toEqual([{ id: audience().id, note: "unused" }]);
  });
});
