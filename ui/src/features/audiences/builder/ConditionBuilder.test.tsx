import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, describe, expect, test } from "vitest";
import type { AudienceCount, Condition, CustomerSourceStatus } from "@/contract";
import { CommandFailure } from "@/platform";
import { expectAccessible } from "@/testing/axe";
import { type Answers, answerWith } from "@/testing/platform";
import { renderWithin } from "@/testing/render";
import { NO_PROBLEMS, type Problems } from "../model/check";
import { edited } from "../model/edit";
import { ATTRIBUTES, attribute, COUNTRY, MRR, PLAN, SEEN, tree } from "../model/testing";
import { type Group, toCondition } from "../model/tree";
import { ConditionBuilder } from "./ConditionBuilder";

const SOURCE: CustomerSourceStatus = {
  source: {
    customers: { schema: "public", table: "customers", idColumn: "id", nameColumn: null, emailColumn: null },
    events: {
      schema: "public",
      table: "events",
      customerIdColumn: "customer_id",
      nameColumn: "name",
      timeColumn: "at",
    },
  },
  customers: 50_000,
  problem: null,
  advice: [],
  missingGrants: [],
  brokenAudiences: [],
};

const counted = (customers: number): AudienceCount => ({
  customers,
  total: 50_000,
  countedAt: "2026-11-22T10:00:00Z",
  durationMs: 41,
});

const ANSWERS: Answers = {
  customer_source_get: SOURCE,
  audience_count: counted(8_240),
  attribute_suggestions: { values: [], paths: [], from: "nothing" },
  event_names: {
    names: [
      { name: "login", events: 300 },
      { name: "checkout", events: 50 },
    ],
    sampled: 350,
    complete: false,
  },
};

/** The condition as the builder left it. */
let built: Group;
beforeEach(() => {
  built = tree({ all: [PLAN] });
});

function Host({ start, problems }: { start: Group; problems: Problems }) {
  const [now, setNow] = useState(start);
  built = now;
  return (
    <ConditionBuilder
      tree={now}
      attributes={[attribute("id", "text", { nullable: false }), ...ATTRIBUTES]}
      problems={problems}
      onEdit={(edit) => setNow((last) => edited(last, edit))}
    />
  );
}

function build(condition: Condition, answers: Answers = {}, problems: Problems = NO_PROBLEMS) {
  const platform = answerWith({ ...ANSWERS, ...answers });
  return { ...renderWithin(<Host start={tree(condition)} problems={problems} />), platform };
}
type Built = ReturnType<typeof build>;

const field = (name: string) => screen.findByLabelText(name, { selector: "input" });
const EMPTY: Condition = { all: [{ attribute: "", operator: "is_set" }] };

async function choose({ user }: Built, condition: number, name: string) {
  await user.click(await screen.findByLabelText(new RegExp(`^Attribute of condition ${condition}\\b`)));
  await user.type(await screen.findByLabelText("Find an attribute"), `${name}{Enter}`);
}
async function chooseOperator({ user }: Built, condition: number, words: string) {
  await user.click(await field(`Operator of condition ${condition}`));
  await user.click(await screen.findByRole("option", { name: words }));
}

describe("events", () => {
  test("are asked for by name, how often and within how many days", async () => {
    const view = build(EMPTY);
    await choose(view, 1, "events");
    expect(toCondition(built)).toEqual({ all: [{ event: "*", operator: "performed" }] });
    await view.user.click(await field("Event of condition 1"));
    expect(await screen.findByText(/Out of 350 events that were looked at/)).toBeVisible();
    await view.user.click(await screen.findByRole("option", { name: /checkout/ }));
    await view.user.type(await field("Times of condition 1, at least"), "3");
    await view.user.type(await field("Days of condition 1; empty is ever"), "30");
    await chooseOperator(view, 1, "did not perform");
    expect(toCondition(built)).toEqual({
      all: [{ event: "checkout", operator: "not_performed", times: 3, withinDays: 30 }],
    });
    await expectAccessible();
    await view.user.clear(await field("Days of condition 1; empty is ever"));
    expect(toCondition(built)).toEqual({
      all: [{ event: "checkout", operator: "not_performed", times: 3 }],
    });
  });
  test("can have any name, also while the names do not load", async () => {
    const view = build(
      { all: [{ event: "*", operator: "performed" }] },
      {
        event_names: () => {
          throw new CommandFailure({ code: "timeout", message: "It took too long.", details: {} });
        },
      },
    );
    const name = await field("Event of condition 1");
    await view.user.clear(name);
    await view.user.type(name, "my own event");
    expect(await screen.findByText(/No suggestions: It took too long. Type what you look for/)).toBeVisible();
    expect(toCondition(built)).toEqual({ all: [{ event: "my own event", operator: "performed" }] });
  });
  test("without a table of theirs the picker says how to get it", async () => {
    const { source } = SOURCE;
    const view = build(EMPTY, {
      customer_source_get: { ...SOURCE, source: source && { ...source, events: null } },
    });
    await waitFor(() => expect(view.platform.asked.map(({ name }) => name)).toContain("customer_source_get"));
    await view.user.click(await screen.findByLabelText("Attribute of condition 1"));
    const option = await screen.findByRole("option", { name: /events/ });
    expect(option).toHaveTextContent("Choose an events table in Settings, Customer source.");
    expect(option).toHaveAttribute("data-combobox-disabled", "true");
    expect(screen.getByText(/Attributes that SDKs send are not used/)).toBeVisible();
  });
  test("a number that is wrong stays and says so", async () => {
    const view = build({ all: [{ event: "*", operator: "performed" }] });
    await view.user.type(await field("Times of condition 1, at least"), "0");
    await view.user.tab();
    await view.user.click(document.body);
    const times = await field("Times of condition 1, at least");
    await waitFor(() => expect(times).toHaveAccessibleDescription(/whole number of times/));
    expect(times).toHaveValue("0");
  });
});

describe("suggestions", () => {
  test("offer the most common values, and whatever is typed counts", async () => {
    const view = build(
      { all: [{ ...PLAN, value: "" }] },
      {
        attribute_suggestions: {
          values: [
            { value: "free", share: 0.6 },
            { value: "enterprise", share: 0.165 },
          ],
          paths: [],
          from: "statistics",
        },
      },
    );
    const value = await field("Value of condition 1");
    await view.user.click(value);
    expect(await screen.findByRole("option", { name: /enterprise.*16.5 %/ })).toBeVisible();
    await view.user.type(value, "ent{ArrowDown}{Enter}");
    expect(value).toHaveValue("enterprise");
    await view.user.type(value, " plus");
    expect(toCondition(built)).toEqual({ all: [{ ...PLAN, value: "enterprise plus" }] });
  });
  test("that are still loading never block typing", async () => {
    const view = build(
      { all: [{ ...PLAN, value: "" }] },
      { attribute_suggestions: () => new Promise(() => {}) },
    );
    await view.user.type(await field("Value of condition 1"), "pro");
    expect(await screen.findByText("Looking for values…")).toBeVisible();
    expect(toCondition(built)).toEqual({ all: [{ ...PLAN, value: "pro" }] });
  });
  test("of a list by customer are found by name", async () => {
    const view = build(
      { all: [{ attribute: "id", operator: "in", value: [] }] },
      {
        audience_count: counted(1),
        customers_search: ({ query }) =>
          query.startsWith("an") ? [{ entityId: "c7", name: "Ana", email: "ana@example.com" }] : [],
      },
    );
    await waitFor(() => expect(view.platform.asked.map(({ name }) => name)).toContain("customer_source_get"));
    await view.user.type(await field("Value of condition 1"), "an");
    await view.user.click(await screen.findByRole("option", { name: /Ana · ana@example.com/ }));
    await view.user.type(await field("Value of condition 1"), "c8{Enter}");
    expect(toCondition(built)).toEqual({ all: [{ attribute: "id", operator: "in", value: ["c7", "c8"] }] });
    expect(await screen.findByText("1 of these 2 is not in the customers table.")).toBeVisible();
  });
});

describe("JSON", () => {
  const json: Condition = {
    all: [{ attribute: "settings", type: "text", operator: "equals", value: "" }],
  };
  const paths: Answers = {
    attribute_suggestions: {
      values: [],
      paths: [{ path: ["plan", "seats"], types: ["number"], documents: 10, values: [5] }],
      from: "sample",
    },
  };
  test("a path that was found is picked, and read as what it is", async () => {
    const view = build(json, paths);
    await view.user.click(await field("Path of condition 1"));
    await view.user.click(await screen.findByRole("option", { name: /plan.seats.*number/ }));
    await chooseOperator(view, 1, "is at least");
    await view.user.type(await field("Value of condition 1"), "10");
    expect(toCondition(built)).toEqual({
      all: [
        { attribute: "settings", path: ["plan", "seats"], type: "number", operator: "at_least", value: 10 },
      ],
    });
  });
  test("a path that was not found is typed", async () => {
    const view = build(json, paths);
    await view.user.type(await field("Path of condition 1"), 'a."b.c"');
    expect(toCondition(built)).toMatchObject({ all: [{ path: ["a", "b.c"] }] });
  });
});

describe("lists", () => {
  const list: Condition = { all: [{ ...COUNTRY, value: ["CU"] }] };
  const values = () => {
    const [leaf] = (toCondition(built) as { all: Array<{ value: Array<string> }> }).all;
    return leaf?.value ?? [];
  };
  test("a thousand pasted values are taken, shown as some, and edited as lines", async () => {
    const view = build(list);
    await view.user.click(await field("Value of condition 1"));
    await view.user.paste(Array.from({ length: 999 }, (_, index) => `c${index}`).join("\n"));
    expect(values()).toHaveLength(1_000);
    await view.user.click(screen.getByRole("button", { name: /^and 980 more/ }));
    const dialog = await screen.findByRole("dialog", { name: "Values of condition 1" });
    const lines = within(dialog).getByLabelText("One value a line");
    expect(within(dialog).getByText("1,000 of 1,000")).toBeVisible();
    fireEvent.change(lines, { target: { value: "Smith, John\nCU\nCU" } });
    expect(values()).toEqual(["Smith, John", "CU"]);
    expect(within(dialog).getByText(/1 twice, counted once/)).toBeVisible();
    await expectAccessible(dialog);
    await view.user.click(within(dialog).getByRole("button", { name: "Done" }));
    expect(screen.getByText("Smith, John")).toBeVisible();
  });
  test("typed values are separated by commas, unless quoted; backspace takes the last back", async () => {
    const view = build(list);
    await view.user.type(await field("Value of condition 1"), 'KP, "Smith, John"{Enter}');
    expect(values()).toEqual(["CU", "KP", "Smith, John"]);
    await view.user.type(await field("Value of condition 1"), "{Backspace}IR");
    await view.user.tab();
    expect(values()).toEqual(["CU", "KP", "IR"]);
    await view.user.click(screen.getByLabelText("Remove CU"));
    expect(values()).toEqual(["KP", "IR"]);
  });
  test("more than a thousand stay, and say so", async () => {
    const view = build(list);
    await view.user.click(await field("Value of condition 1"));
    await view.user.paste(Array.from({ length: 1_200 }, (_, index) => `c${index}`).join(","));
    await view.user.click(document.body);
    expect(await screen.findByText("1,201 values; at most 1,000 are possible.")).toBeVisible();
    expect(values()).toHaveLength(1_201);
  });
});

describe("numbers and dates", () => {
  test("a decimal stays as it was typed, and what cannot be compared exactly is refused", async () => {
    const view = build({ all: [{ ...MRR, value: "" }] });
    const value = await field("Value of condition 1");
    await view.user.type(value, "1.50");
    expect(value).toHaveValue("1.50");
    expect(toCondition(built)).toEqual({ all: [{ ...MRR, value: 1.5 }] });
    await view.user.clear(value);
    await view.user.type(value, "9007199254740993");
    await view.user.click(document.body);
    await waitFor(() => expect(value).toHaveAccessibleDescription(/more digits than can be compared/));
    expect(value).toHaveValue("9007199254740993");
  });
  test("a moment is typed in UTC, or its day picked from a calendar", async () => {
    const view = build({
      all: [{ attribute: "last_seen_at", operator: "after", value: "2026-01-31T09:30:00Z" }],
    });
    const value = await field("Value of condition 1");
    expect(value).toHaveValue("2026-01-31 09:30");
    expect(screen.getByText("UTC")).toBeVisible();
    await view.user.click(screen.getByLabelText("Calendar for Value of condition 1"));
    await view.user.click(await screen.findByLabelText("15 January 2026"));
    expect(toCondition(built)).toMatchObject({ all: [{ value: "2026-01-15T09:30:00Z" }] });
    await view.user.clear(value);
    await view.user.type(value, "next week");
    await view.user.click(document.body);
    await waitFor(() => expect(value).toHaveAccessibleDescription(/no date that there is/));
    expect(value).toHaveValue("next week");
  });
});

describe("groups", () => {
  const nested: Condition = { all: [PLAN, { any: [SEEN, MRR] }] };
  test("Alt and the arrows move a condition in and out of groups, and keep the focus", async () => {
    const view = build(nested);
    const handle = await screen.findByLabelText("Actions for condition 1");
    handle.focus();
    await view.user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(toCondition(built)).toEqual({ all: [{ any: [PLAN, SEEN, MRR] }] });
    expect(screen.getByLabelText("Actions for condition 1")).toHaveFocus();
    await view.user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(toCondition(built)).toEqual(nested);
  });
  test("the menu copies, groups and removes, and the focus stays near", async () => {
    const view = build(nested);
    const act = async (what: string, action: string) => {
      await view.user.click(await screen.findByLabelText(`Actions for ${what}`));
      await view.user.click(await screen.findByRole("menuitem", { name: action }));
    };
    await act("condition 1", "Duplicate");
    expect(toCondition(built)).toEqual({ all: [PLAN, PLAN, { any: [SEEN, MRR] }] });
    await act("condition 2", "Put into a group");
    expect(toCondition(built)).toEqual({ all: [PLAN, { any: [PLAN] }, { any: [SEEN, MRR] }] });
    await act("group 2", "Dissolve the group");
    expect(toCondition(built)).toEqual({ all: [PLAN, { any: [PLAN] }, SEEN, MRR] });
    await act("group 1", "Remove the group");
    expect(toCondition(built)).toEqual({ all: [PLAN, SEEN, MRR] });
    await view.user.click(screen.getByLabelText("Remove condition 3"));
    expect(screen.getByLabelText("Actions for condition 2")).toHaveFocus();
  });
  test("at the limits the buttons say why they rest", async () => {
    build({ all: Array.from({ length: 100 }, () => ({ ...PLAN, operator: "is_set" as const })) });
    expect(
      await screen.findByLabelText("Add condition. An audience has at most 100 conditions."),
    ).toHaveAttribute("aria-disabled", "true");
    expect(screen.getByText("An audience has at most 100 conditions.")).toBeVisible();
  });
});

describe("counts and refusals", () => {
  test("each condition says how many pass it alone; a count that fails is no number", async () => {
    build(
      { all: [PLAN, MRR] },
      {
        audience_count: ({ condition }) => {
          if (JSON.stringify(condition).includes("mrr")) {
            throw new CommandFailure({ code: "timeout", message: "It took longer than 10 s.", details: {} });
          }
          return counted(8_240);
        },
      },
    );
    expect(await screen.findByLabelText("8,240 customers pass this condition alone")).toHaveTextContent(
      "8,240",
    );
    expect(await screen.findByLabelText("Not counted: It took longer than 10 s.")).toHaveTextContent("?");
  });
  test("what the backend refuses while counting stands in the row", async () => {
    build(
      { all: [MRR] },
      {
        audience_count: () => {
          throw new CommandFailure({
            code: "invalid",
            message: "The condition does not fit.",
            details: {
              violations: [{ path: "condition.all[0].value", message: "The value is not a number." }],
            },
          });
        },
      },
    );
    const value = await field("Value of condition 1");
    await waitFor(() => expect(value).toHaveAccessibleDescription("The value is not a number."));
  });
  test("everything at once is accessible", async () => {
    const all: Condition = {
      all: [
        PLAN,
        COUNTRY,
        { attribute: "settings", path: ["a"], type: "text", operator: "contains", value: "x" },
        { attribute: "last_seen_at", operator: "between", value: ["2026-01-01", "2026-02-01"] },
        { attribute: "signed_up", operator: "before", value: "2026-02-01" },
        { attribute: "tags", operator: "contains_all", value: ["a", "b"] },
        { any: [{ event: "login", operator: "performed", withinDays: 30 }, { not: SEEN }] },
      ],
    };
    build(all);
    await screen.findByLabelText("Actions for condition 8");
    await expectAccessible();
    expect(toCondition(built)).toEqual(all);
  });
});
