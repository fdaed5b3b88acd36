import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { EvaluationRow, EvaluationsList, EvaluationsPage, EvaluationsSinceRequest } from "@/contract";
import { summary } from "@/features/flags/testing";
import { CommandFailure } from "@/platform";
import { openApp, READY, RIGHTS } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers, FakePlatform } from "@/testing/platform";
import { evaluation } from "./testing";

const page = (...evaluations: Array<EvaluationRow>): EvaluationsPage => ({
  evaluations,
  nextCursor: null,
  newerCursor: "top",
  lookedTo: null,
});
/** Rows of the first page, and what new ones are counted by. */
const LISTED = 200;
const COUNTED = 50;
const nothingNew = page();
const ROWS = [
  evaluation({ id: "a", entityId: "cus_1" }),
  evaluation({
    id: "b",
    entityId: "",
    flagKey: "search-ranker",
    reason: "OFF",
    offBy: "KILL_SWITCH",
    ruleIndex: null,
    value: "bm25",
  }),
];
const notThere = () => {
  throw new CommandFailure({ code: "not_found", message: "There is no such customer.", details: {} });
};
const listed = (answers: Answers = {}): Answers => ({
  evaluations_list: ({ limit }) => (limit !== COUNTED ? page(...ROWS) : nothingNew),
  customer_get: ({ entityId }) =>
    entityId === "cus_1" ? { fields: [], entityId, name: "Maria Anders", email: null } : notThere(),
  flags_list: { flags: [summary(), summary({ key: "search-ranker" })], configVersion: 1 },
  ...answers,
});
const requests = (platform: FakePlatform) =>
  platform.asked.flatMap((one) =>
    one.name === "evaluations_list" && one.request.limit !== COUNTED ? [one.request] : [],
  );

describe("the list", () => {
  test("says who got what and why, with the name of the customer where there is one", async () => {
    const { container } = openApp("/evaluations", listed());
    expect(
      await screen.findByRole("row", {
        name: /Maria Anders cus_1 new-dashboard true rule 1 v7 evaluate web/,
      }),
    ).toBeVisible();
    expect(screen.getByRole("row", { name: /no customer search-ranker bm25 killed v7/ })).toBeVisible();
    expect(screen.getByText("This is the oldest one that is kept.")).toBeVisible();
    await expectAccessible(container);
  });

  test("asks for the environment of the top bar", async () => {
    const { user, platform } = openApp("/evaluations", listed());
    await user.click(await screen.findByRole("radio", { name: /Staging/ }));
    await waitFor(() =>
      expect(requests(platform)).toEqual([
        { limit: LISTED, filter: { environment: "production" } },
        { limit: LISTED, filter: { environment: "staging" } },
      ]),
    );
  });

  test("loads older ones by where the last page ended, past pages with nothing in them", async () => {
    const { platform } = openApp(
      "/evaluations",
      listed({
        evaluations_list: ({ cursor, limit }: EvaluationsList) => {
          if (limit === COUNTED) return nothingNew;
          if (cursor === undefined) return { ...page(ROWS[0] as never), nextCursor: "1" };
          if (cursor === "1") return { ...page(), nextCursor: "2" };
          return page(evaluation({ id: "z", flagKey: "oldest" }));
        },
      }),
    );
    expect(await screen.findByRole("row", { name: /oldest/ })).toBeVisible();
    expect(requests(platform).map(({ cursor }) => cursor)).toEqual([undefined, "1", "2"]);
  });

  test("says when it cannot go on, keeps what it has, and goes on when asked", async () => {
    let away = true;
    const { user } = openApp(
      "/evaluations",
      listed({
        evaluations_list: ({ cursor, limit }: EvaluationsList) => {
          if (limit === COUNTED) return nothingNew;
          if (cursor === undefined) return { ...page(...ROWS), nextCursor: "1" };
          if (away) throw new CommandFailure({ code: "timeout", message: "Too slow.", details: {} });
          return page(evaluation({ id: "z", flagKey: "oldest" }));
        },
      }),
    );
    expect(await screen.findByRole("alert")).toHaveTextContent("The log could not be read any further.");
    expect(screen.getByRole("row", { name: /new-dashboard/ })).toBeVisible();
    away = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("row", { name: /oldest/ })).toBeVisible();
  });
});

describe("filters", () => {
  test("a link brings its flag and customer, shown as chips that can be cleared", async () => {
    const { user, platform } = openApp("/evaluations?flag=new-dashboard&entity=cus_1", listed());
    expect(await screen.findByRole("button", { name: "Flag: new-dashboard" })).toBeVisible();
    expect(await screen.findByRole("button", { name: "Customer: Maria Anders · cus_1" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear customer" }));
    await waitFor(() =>
      expect(requests(platform)).toEqual([
        {
          limit: LISTED,
          filter: { environment: "production", flagKey: "new-dashboard", entityId: "cus_1" },
        },
        { limit: LISTED, filter: { environment: "production", flagKey: "new-dashboard" } },
      ]),
    );
  });

  test("a flag is found by typing in its chip", async () => {
    const { user } = openApp("/evaluations", listed());
    await user.click(await screen.findByRole("button", { name: "Flag" }));
    const picker = await screen.findByRole("combobox", { name: "Flag" });
    expect(picker).toHaveFocus();
    await user.type(picker, "rank");
    await user.click(await screen.findByRole("option", { name: /^search-ranker/ }));
    expect(await screen.findByRole("button", { name: "Flag: search-ranker" })).toHaveFocus();
  });

  test("Escape leaves a chip as it was", async () => {
    const { user } = openApp("/evaluations", listed());
    await user.click(await screen.findByRole("button", { name: "Customer" }));
    await screen.findByRole("textbox", { name: "Customer" });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.getByRole("button", { name: "Customer" })).toHaveFocus());
  });

  test("a row narrows the list to its customer", async () => {
    const { user } = openApp("/evaluations", listed());
    await user.click(await screen.findByRole("button", { name: /Actions for new-dashboard/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Only this customer" }));
    expect(await screen.findByRole("button", { name: /Customer: .*cus_1/ })).toBeVisible();
  });
});

describe("what came since", () => {
  test("is counted but does not move the rows, and is shown when asked", async () => {
    const newer = evaluation({ id: "n", at: "2026-01-02T10:00:01Z", flagKey: "brand-new" });
    const { user, platform } = openApp(
      "/evaluations",
      listed({
        evaluations_list: ({ limit }: EvaluationsList) => (limit !== COUNTED ? page(...ROWS) : page(newer)),
      }),
    );
    const show = await screen.findByRole("button", { name: "Show 1 new" });
    expect(screen.queryByRole("row", { name: /brand-new/ })).not.toBeInTheDocument();
    expect(platform.asked.findLast(({ name }) => name === "evaluations_list")?.request).toMatchObject({
      cursor: "top",
      direction: "newer",
    });
    platform.answers.evaluations_list = ({ limit }) =>
      limit !== COUNTED ? page(newer, ...ROWS) : nothingNew;
    await user.click(show);
    expect(await screen.findByRole("row", { name: /brand-new/ })).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("button", { name: /Show . new/ })).not.toBeInTheDocument());
  });
});

test("newest ones that cannot be read are said above the rows, which stay", async () => {
  const { user, platform } = openApp("/evaluations", listed());
  await screen.findByRole("row", { name: /new-dashboard/ });
  platform.answers.evaluations_list = () => {
    throw new CommandFailure({ code: "timeout", message: "Too slow.", details: {} });
  };
  await user.keyboard("r");
  expect(await screen.findByRole("alert")).toHaveTextContent("The newest evaluations could not be read.");
  expect(screen.getByRole("row", { name: /new-dashboard/ })).toBeVisible();
});

describe("a call", () => {
  const opened = (answers: Answers = {}) =>
    openApp(
      "/evaluations",
      listed({
        evaluation_call: ({ id }) => ({
          callId: id,
          at: "2026-01-02T10:00:00.123Z",
          configVersion: 41,
          evaluations: [
            evaluation({ id: "a", callId: id }),
            evaluation({
              id: "a2",
              callId: id,
              flagKey: "search-ranker",
              value: "bm25",
              reason: "FALLTHROUGH",
            }),
          ],
        }),
        ...answers,
      }),
    );

  test("opens beside the list with all its flags, and Escape leads back to the row", async () => {
    const { user, container } = opened();
    const row = await screen.findByRole("row", { name: /Maria Anders/ });
    row.focus();
    await user.keyboard("{Enter}");
    const call = await screen.findByRole("complementary", { name: "Call" });
    expect(call).toHaveFocus();
    const flags = await within(call).findByRole("list", { name: "Flags of this call" });
    expect(within(flags).getAllByRole("listitem")).toHaveLength(2);
    expect(within(flags).getByRole("link", { name: "Why search-ranker" })).toHaveAttribute(
      "href",
      expect.stringContaining("at=2026-01-02T10%3A00%3A00.123Z"),
    );
    await expectAccessible(container);
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("complementary", { name: "Call" })).not.toBeInTheDocument();
    expect(screen.getByRole("row", { name: /Maria Anders/ })).toHaveFocus();
  });

  test("leads to Why at its very moment", async () => {
    const { user, location } = opened();
    await user.click(await screen.findByRole("row", { name: /Maria Anders/ }));
    await user.click(await screen.findByRole("button", { name: "Why did they get it?" }));
    await waitFor(() => expect(location()).toContain("/why"));
    expect(location()).toContain("entity=cus_1");
    expect(location()).toContain("flag=new-dashboard");
  });

  test("that was dropped by age says so beside what the row still knows", async () => {
    const { user } = opened({
      evaluation_call: () => {
        throw new CommandFailure({ code: "not_found", message: "The call is no longer kept.", details: {} });
      },
    });
    await user.click(await screen.findByRole("row", { name: /Maria Anders/ }));
    const call = await screen.findByRole("complementary", { name: "Call" });
    expect(await within(call).findByRole("alert")).toHaveTextContent("The call is no longer kept.");
    expect(within(call).getByText("web 1.2.0")).toBeVisible();
  });
});

describe("live", () => {
  const since = (...evaluations: Array<EvaluationRow>) => ({
    evaluations,
    cursor: "c",
    callsPerSecond: 214.4,
    sampled: true,
    waiting: 0,
  });

  test("shows what comes in with its rate, and says when that is a sample", async () => {
    const { user } = openApp(
      "/evaluations",
      listed({ evaluations_since: since(evaluation({ id: "n", flagKey: "brand-new" })) }),
    );
    await user.click(await screen.findByRole("button", { name: "Live" }));
    expect(await screen.findByRole("button", { name: "Live· 214/s" })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
    expect(await screen.findByRole("row", { name: /brand-new/ })).toBeVisible();
    expect(screen.getByText(/this is a sample of the newest/)).toBeVisible();
    expect(screen.queryByRole("row", { name: /Maria Anders/ })).not.toBeInTheDocument();
  });

  test("paused, the rows stay and what came is counted", async () => {
    const { user, platform } = openApp(
      "/evaluations",
      listed({ evaluations_since: since(evaluation({ id: "n", flagKey: "brand-new" })) }),
    );
    await user.click(await screen.findByRole("button", { name: "Live" }));
    await screen.findByRole("row", { name: /brand-new/ });
    await user.click(screen.getByRole("button", { name: "Pause" }));
    const later = since(evaluation({ id: "m", flagKey: "later" }));
    platform.answers.evaluations_since = ({ held }: EvaluationsSinceRequest) => ({
      ...later,
      waiting: held === "c" ? 2_140 : 0,
    });
    expect(await screen.findByText("Paused. 2,140 new calls since.")).toBeVisible();
    expect(screen.getByText("The live tail is paused.")).toHaveAttribute("role", "status");
    expect(screen.queryByRole("row", { name: /later/ })).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Go on" }));
    expect(await screen.findByRole("row", { name: /later/ })).toBeVisible();
  });
});

describe("what is taken out", () => {
  test("is the rows of the filter as CSV, or the filter as SQL", async () => {
    const { user, platform } = openApp(
      "/evaluations?flag=new-dashboard",
      listed({
        evaluations_export: {
          fileName: "evaluations.csv",
          directory: "/home/ada/Downloads",
          rows: 2,
          bytes: 99,
        },
        evaluations_sql: { sql: "select 1" },
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "CSV of this filter" }));
    expect(await screen.findByText(/Saved 2 evaluations to/)).toBeVisible();
    const filter = { environment: "production", flagKey: "new-dashboard" };
    expect(platform.asked.find(({ name }) => name === "evaluations_export")?.request).toMatchObject({
      filter,
    });
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Copy as SQL" }));
    expect(await screen.findByText(/The statement is copied/)).toBeInTheDocument();
    expect(await navigator.clipboard.readText()).toBe("select 1");
  });
});

describe("the bars", () => {
  test("say which filter they do not follow, and the fields beside them narrow the list", async () => {
    const { user, platform } = openApp(
      "/evaluations?entity=cus_1",
      listed({
        evaluations_histogram: {
          step: 600,
          series: [],
          buckets: [],
          total: 0,
          notApplied: ["entityId"],
        },
      }),
    );
    expect(await screen.findByText(/they do not follow the filter for customer/)).toBeVisible();
    fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-01-01T12:00" } });
    await user.click(screen.getByLabelText("From"));
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(requests(platform).at(-1)?.filter?.from).toBe(new Date("2026-01-01T12:00").toISOString()),
    );
  });
});

describe("columns", () => {
  test("are chosen and kept", async () => {
    const first = openApp("/evaluations", listed());
    await first.user.click(await screen.findByRole("button", { name: "Columns" }));
    await first.user.click(await screen.findByRole("menuitemcheckbox", { name: "Environment" }));
    expect(screen.getByRole("columnheader", { name: "Environment" })).toBeInTheDocument();
    await first.user.click(screen.getByRole("menuitemcheckbox", { name: "SDK" }));
    first.unmount();
    openApp("/evaluations", listed());
    expect(await screen.findByRole("columnheader", { name: "Environment" })).toBeVisible();
    expect(screen.queryByRole("columnheader", { name: "SDK" })).not.toBeInTheDocument();
  });
});

test("who may not read the log is told whom to ask, and still sees the bars", async () => {
  const rights = { ...RIGHTS, role: "viewer" as const, may: { ...RIGHTS.may, readEvaluations: false } };
  const { platform } = openApp("/evaluations", listed({ workspace_status: { ...READY, rights } }));
  expect(await screen.findByText(/Ask for the role support/)).toBeVisible();
  expect(screen.getByRole("region", { name: "Evaluations over time" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Live" })).toBeDisabled();
  expect(requests(platform)).toEqual([]);
});

describe("where it leads", () => {
  test("an empty log says what to do next", async () => {
    const empty = openApp("/evaluations", listed({ evaluations_list: page() }));
    expect(await screen.findByText("Nothing was evaluated in Production yet")).toBeVisible();
    expect(screen.getByRole("button", { name: /Look in.*Staging/ })).toBeVisible();
    expect(screen.getByRole("button", { name: "Ask why instead" })).toBeVisible();
    empty.unmount();
    const { user } = openApp("/evaluations?flag=gone", listed({ evaluations_list: page() }));
    expect(await screen.findByText("No such evaluation in Production")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    expect(await screen.findByText("Nothing was evaluated in Production yet")).toBeVisible();
  });

  test("a log that cannot be read says so", async () => {
    openApp(
      "/evaluations",
      listed({
        evaluations_list: () => {
          throw new CommandFailure({ code: "timeout", message: "Too slow.", details: {} });
        },
      }),
    );
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The evaluations could not be read.Too slow.");
    expect(within(alert).getByRole("button", { name: "Try again" })).toBeVisible();
  });
});
