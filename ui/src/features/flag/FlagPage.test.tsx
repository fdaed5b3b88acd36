import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { Audience, Commands, Flag, FlagReach, Rule } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { flag, impactOf, rule } from "./testing";

const enterprise: Audience = {
  id: "ent",
  name: "Enterprise",
  description: "",
  condition: { attribute: "plan", operator: "equals", value: "enterprise" },
  version: 1,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  updatedBy: "ada",
  usedBy: [],
};
const RULES = [rule("a", { audienceId: "ent", percentage: 25 }), rule("b", { percentage: 10 })];

function reached({ draft }: Commands["flag_reach"]["request"]): FlagReach {
  return {
    customers: 1_000,
    rules: [],
    otherwise: 840,
    distribution: [
      { value: draft.defaultValue, customers: 840 },
      { value: true, customers: 160 },
    ],
    countedAt: "2026-01-01T00:00:00Z",
    durationMs: 20,
  };
}

/** A backend that holds one flag. */
function backend(fields: Partial<Flag> = {}, answers: Answers = {}) {
  const held = { flag: flag({ rules: RULES, ...fields }) };
  const changed = (changes: Partial<Flag>) => {
    held.flag = { ...held.flag, ...changes, version: held.flag.version + 1, updatedBy: "Ada" };
    return held.flag;
  };
  const opened = openApp("/flags/new-dashboard", {
    flag_get: () => held.flag,
    audiences_list: [enterprise],
    audience_count: { customers: 500, total: 1_000, countedAt: "", durationMs: 1 },
    flag_reach: reached,
    flag_impact: (request) => impactOf(request, held.flag.version),
    flag_update: ({ changes }) => changed(changes as Partial<Flag>),
    flag_set_environment: ({ environment, enabled }) =>
      changed({ environments: { ...held.flag.environments, [environment]: enabled } }),
    ...answers,
  });
  const sent = <Name extends keyof Commands>(name: Name) =>
    opened.platform.asked.filter((one) => one.name === name).map((one) => one.request) as Array<
      Commands[Name]["request"]
    >;
  return { ...opened, held, sent };
}

/** Says why: what is live in production asks for it. */
const say = (user: UserEvent) => user.type(screen.getByRole("textbox", { name: "Note" }), "ramp");

const percentage = (number: number) => screen.findByLabelText(`Percentage of rule ${number}`);

describe("editing", () => {
  test("an edit is marked, listed, and saved with its note as changed fields alone", async () => {
    const { user, sent } = backend();
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    expect(await screen.findByText("was 25 %")).toBeVisible();
    const bar = screen.getByRole("region", { name: "Unsaved changes" });
    expect(within(bar).getByRole("list", { name: "Changes" })).toHaveTextContent("Rule 1: 25 % → 50 %");
    expect(bar).toHaveTextContent("changes");
    expect(within(bar).getByText("Production")).toBeVisible();
    await user.type(within(bar).getByRole("textbox", { name: "Note" }), "ramp");
    await user.keyboard("{Control>}s{/Control}");
    expect(await screen.findByText("Saved v8")).toBeVisible();
    const rules = [{ ...RULES[0], percentage: 50 }, RULES[1]];
    expect(sent("flag_update")).toEqual([{ flag: "f1", baseVersion: 7, changes: { rules }, note: "ramp" }]);
  });

  test("a text that is no percentage is kept, said to be wrong, and not sent", async () => {
    const { user, sent } = backend();
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "33.3333");
    expect(box).toHaveAccessibleDescription(/three decimals/);
    expect(screen.getByRole("alert")).toHaveTextContent(/three decimals/);
    expect(box).toBeInvalid();
    await user.click(screen.getByLabelText("Save"));
    expect(box).toHaveFocus();
    expect(box).toHaveValue("33.3333");
    expect(sent("flag_update")).toEqual([]);
  });

  test("what is live in production is not saved without a note: the field says so and has the focus", async () => {
    const { user, sent } = backend();
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    const note = screen.getByRole("textbox", { name: "Note" });
    expect(note).toBeRequired();
    expect(note).toHaveAttribute("placeholder", "Why? A note is required in Production");
    await user.click(screen.getByLabelText("Save"));
    expect(note).toHaveFocus();
    expect(note).toBeInvalid();
    expect(note).toHaveAccessibleDescription("Say why: Production asks for a note with every change.");
    expect(sent("flag_update")).toEqual([]);
    await user.keyboard("ramp{Enter}");
    expect(await screen.findByText("Saved v8")).toBeVisible();
  });

  test("what is off where notes are asked for is saved without one", async () => {
    const { user } = backend({ environments: { staging: true } });
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    expect(screen.getByRole("textbox", { name: "Note" })).not.toBeRequired();
    await user.click(screen.getByLabelText("Save"));
    expect(await screen.findByText("Saved v8")).toBeVisible();
  });

  test("a refusal for want of a note that nobody foresaw focuses the note", async () => {
    const { user, platform } = backend({ environments: { staging: true } });
    const save = platform.answers.flag_update;
    platform.answers.flag_update = () => {
      throw new CommandFailure({
        code: "note_required",
        message: "The flag “new-dashboard” is live in Production. Say in a note why it changes.",
        details: {},
      });
    };
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    await user.click(screen.getByLabelText("Save"));
    const note = screen.getByRole("textbox", { name: "Note" });
    await waitFor(() => expect(note).toHaveFocus());
    expect(note).toHaveAccessibleDescription(/is live in Production/);
    if (save) platform.answers.flag_update = save;
    await user.keyboard("now I say{Enter}");
    expect(await screen.findByText("Saved v8")).toBeVisible();
  });

  test("a change in one step asks for the note in a dialog, and is made with it", async () => {
    const { user, platform, sent } = backend();
    const save = platform.answers.flag_update as (request: unknown) => Flag;
    platform.answers.flag_update = (request) => {
      if (request.note) return save(request);
      throw new CommandFailure({ code: "note_required", message: "Say in a note why.", details: {} });
    };
    await user.click(await screen.findByRole("button", { name: "Actions for new-dashboard" }));
    await user.click(await screen.findByRole("menuitem", { name: "Mark permanent" }));
    const dialog = await screen.findByRole("dialog", { name: "Why?" });
    expect(dialog).toHaveTextContent("Say in a note why.");
    await user.type(within(dialog).getByRole("textbox", { name: /^Note/ }), "it stays{Enter}");
    expect(await screen.findByText("new-dashboard is meant to stay.")).toBeVisible();
    expect(sent("flag_update")[1]).toMatchObject({ note: "it stays", changes: { permanent: true } });
  });

  test("what the backend refuses stands beside its field, and the typing stays", async () => {
    const { user } = backend(
      {},
      {
        flag_update: () => {
          throw new CommandFailure({
            code: "invalid",
            message: "The change is not valid.",
            details: { violations: [{ path: "rules[1].percentage", message: "Too brave for a Friday." }] },
          });
        },
      },
    );
    const box = await percentage(2);
    await user.clear(box);
    await user.type(box, "90");
    await say(user);
    await user.click(screen.getByLabelText("Save"));
    await waitFor(() => expect(box).toBeInvalid());
    expect(box).toHaveValue("90");
    const row = screen.getByRole("listitem", { name: /^Rule 2/ });
    expect(within(row).getByRole("alert")).toHaveTextContent("Too brave for a Friday.");
  });

  test("a draft is there again after leaving the page and coming back", async () => {
    const first = backend();
    await first.user.clear(await percentage(2));
    await first.user.type(await percentage(2), "12,5");
    first.unmount();
    backend();
    expect(await percentage(2)).toHaveValue("12,5");
    expect(screen.getByText("was 10 %")).toBeVisible();
  });

  test("Alt and an arrow move the row and keep the focus in it", async () => {
    const { user } = backend();
    const handle = await screen.findByRole("button", { name: "Move rule 1" });
    handle.focus();
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    const rows = within(screen.getByRole("list", { name: "Rules" })).getAllByRole("listitem");
    expect(rows.map((row) => row.getAttribute("aria-label"))).toEqual([
      "Rule 1: Everyone, 10 %, serve true",
      "Rule 2: Enterprise, 25 %, serve true",
    ]);
    expect(screen.getByRole("button", { name: "Move rule 2" })).toHaveFocus();
    expect(screen.getByRole("list", { name: "Changes" })).toHaveTextContent(/moved from/);
  });

  test("a rule is added for nobody, given an audience by typing, and deleted", async () => {
    const { user, sent } = backend();
    await user.click(await screen.findByRole("button", { name: "Add rule" }));
    expect(await percentage(3)).toHaveValue("0");
    await user.click(screen.getByRole("button", { name: "Audience of rule 3: Everyone" }));
    await user.type(await screen.findByRole("textbox", { name: "Find an audience" }), "enter{Enter}");
    expect(screen.getByRole("button", { name: "Audience of rule 3: Enterprise" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Actions for rule 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete rule" }));
    expect(screen.getByRole("button", { name: "Put back" })).toBeVisible();
    await say(user);
    await user.click(screen.getByLabelText("Save"));
    await screen.findByText("Saved v8");
    const rules = sent("flag_update")[0]?.changes.rules as Array<Rule>;
    expect(rules).toHaveLength(2);
    expect(rules[1]).toMatchObject({ audienceId: "ent", percentage: 0, value: true });
  });

  test("finishing a ramp by the default offers a rule instead", async () => {
    const { user } = backend();
    await user.click(await screen.findByRole("combobox", { name: "Default value" }));
    await user.click(await screen.findByRole("option", { name: "true" }));
    await user.click(await screen.findByRole("button", { name: "Serve true to everyone (adds a rule)" }));
    expect(screen.getByRole("combobox", { name: "Default value" })).toHaveValue("false");
    expect(screen.getByRole("listitem", { name: "Rule 3: Everyone, 100 %, serve true" })).toBeVisible();
  });
});

describe("counts", () => {
  test("stand beside each rule, with what rules above took", async () => {
    backend();
    const row = await screen.findByRole("listitem", { name: /^Rule 2/ });
    expect(await within(row).findByText("60")).toBeVisible();
    expect(row).toHaveTextContent("100 in its 10 %, rules above took 40");
  });

  test("that failed are failures with their reason, never zeros", async () => {
    backend(
      {},
      {
        flag_impact: () => {
          throw new CommandFailure({
            code: "timeout",
            message: "Counting took longer than 30 s.",
            details: {},
          });
        },
      },
    );
    expect(await screen.findByText("Counting took longer than 30 s.")).toBeVisible();
    expect(screen.getAllByText("not counted")).toHaveLength(3);
  });
});

describe("saving against others", () => {
  const newer = (fields: Partial<Flag>) => flag({ rules: RULES, version: 8, updatedBy: "Grace", ...fields });
  const conflictOnce = (current: Flag) => {
    let refused = false;
    return ({ changes }: Commands["flag_update"]["request"]): Flag => {
      if (refused) return { ...current, ...(changes as Partial<Flag>), version: 9 };
      refused = true;
      throw new CommandFailure({
        code: "conflict",
        message: "Changed meanwhile.",
        details: { fields: ["rules"], currentFlag: current },
      });
    };
  };

  test("another rule merges by itself and the save goes through", async () => {
    const theirs = newer({ rules: [RULES[0] as Rule, rule("b", { percentage: 66 })] });
    const { user, sent } = backend({}, { flag_update: conflictOnce(theirs) });
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    await say(user);
    await user.click(screen.getByLabelText("Save"));
    expect(await screen.findByText("Saved v9")).toBeVisible();
    const last = sent("flag_update")[1];
    expect(last?.baseVersion).toBe(8);
    expect(last?.changes.rules?.map((each) => each.percentage)).toEqual([50, 66]);
  });

  test("the same rule asks for mine, theirs or both", async () => {
    const theirs = newer({ rules: [rule("a", { audienceId: "ent", percentage: 77 }), RULES[1] as Rule] });
    const { user, sent } = backend({}, { flag_update: conflictOnce(theirs) });
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    await say(user);
    await user.click(screen.getByLabelText("Save"));
    const dialog = await screen.findByRole("dialog", { name: /changed by two people/ });
    expect(dialog).toHaveTextContent("Grace saved v8");
    await user.click(within(dialog).getByRole("radio", { name: "Keep both" }));
    await user.click(within(dialog).getByRole("button", { name: "Use these" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    await user.click(screen.getByLabelText("Save"));
    expect(await screen.findByText("Saved v9")).toBeVisible();
    expect(sent("flag_update")[1]?.changes.rules?.map((each) => each.percentage)).toEqual([77, 50, 10]);
  });

  test("without a database the edit is kept, and saved by itself once it is back", async () => {
    const { user, sent, platform } = backend();
    const save = platform.answers.flag_update;
    platform.answers.flag_update = () => {
      throw new CommandFailure({
        code: "database_unavailable",
        message: "No answer from 10.0.0.1.",
        details: {},
      });
    };
    const box = await percentage(1);
    await user.clear(box);
    await user.type(box, "50");
    await say(user);
    await user.click(screen.getByLabelText("Save"));
    expect(await screen.findByText(/Your edit is kept, and is saved when it is back/)).toBeVisible();
    expect(box).toHaveValue("50");
    if (save) platform.answers.flag_update = save;
    expect(await screen.findByText("Saved v8", {}, { timeout: 3_000 })).toBeVisible();
    expect(sent("flag_update").at(-1)?.changes.rules?.[0]?.percentage).toBe(50);
  });
});

describe("switches", () => {
  test("on in production says what customers get before it happens; off is one step", async () => {
    const { user, sent } = backend({ environments: { staging: true } });
    await user.click(await screen.findByRole("switch", { name: "new-dashboard in Production" }));
    const dialog = await screen.findByRole("dialog", { name: /Switch on new-dashboard in Production/ });
    expect(await within(dialog).findByText("160 customers")).toBeVisible();
    expect(sent("flag_set_environment")).toEqual([]);
    await user.type(within(dialog).getByRole("textbox", { name: /^Note/ }), "launch{Enter}");
    await waitFor(() =>
      expect(sent("flag_set_environment")).toEqual([
        { flag: "f1", environment: "production", enabled: true, note: "launch" },
      ]),
    );
    await user.click(await screen.findByRole("switch", { name: "new-dashboard in Staging" }));
    await waitFor(() => expect(sent("flag_set_environment")).toHaveLength(2));
  });
});

test("the page is accessible, with a draft and without", async () => {
  const { user } = backend({ tags: ["growth"] });
  const box = await percentage(1);
  await screen.findByText("60");
  await expectAccessible();
  await user.clear(box);
  await user.type(box, "200");
  await expectAccessible();
});
