import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import type { EvaluationRow, EvaluationsList, EvaluationsPage } from "@/contract";
import { summary } from "@/features/flags/testing";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers, FakePlatform } from "@/testing/platform";
import { evaluation } from "./testing";

const page = (...evaluations: Array<EvaluationRow>): EvaluationsPage => ({ evaluations, nextCursor: null });
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
  evaluations_list: page(...ROWS),
  customer_get: ({ entityId }) =>
    entityId === "cus_1" ? { fields: [], entityId, name: "Maria Anders", email: null } : notThere(),
  flags_list: { flags: [summary(), summary({ key: "search-ranker" })], configVersion: 1 },
  ...answers,
});
const requests = (platform: FakePlatform) =>
  platform.asked.flatMap((one) =>
    one.name === "evaluations_list" && one.request.limit === 100 ? [one.request] : [],
  );

describe("the list", () => {
  test("says who got what and why, with the name of the customer where there is one", async () => {
    const { container } = openApp("/evaluations", listed());
    expect(
      await screen.findByRole("row", {
        name: /Maria Anders cus_1 new-dashboard true rule 1 v7 Production evaluate web/,
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
        { limit: 100, environment: "production" },
        { limit: 100, environment: "staging" },
      ]),
    );
  });

  test("loads older ones by where the last page ended, past pages with nothing in them", async () => {
    const { platform } = openApp(
      "/evaluations",
      listed({
        evaluations_list: ({ cursor, limit }: EvaluationsList) => {
          if (limit !== 100 || cursor === undefined)
            return { evaluations: [ROWS[0] as never], nextCursor: "1" };
          if (cursor === "1") return { evaluations: [], nextCursor: "2" };
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
        evaluations_list: ({ cursor }: EvaluationsList) => {
          if (cursor === undefined) return { evaluations: ROWS, nextCursor: "1" };
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
        { limit: 100, flagKey: "new-dashboard", entityId: "cus_1", environment: "production" },
        { limit: 100, flagKey: "new-dashboard", environment: "production" },
      ]),
    );
  });

  test("a flag is found by typing in its chip", async () => {
    const { user } = openApp("/evaluations", listed());
    await user.click(await screen.findByRole("button", { name: "Flag" }));
    const picker = await screen.findByRole("combobox", { name: "Flag" });
    expect(picker).toHaveFocus();
    await user.type(picker, "rank");
    await user.click(await screen.findByRole("option", { name: "search-ranker" }));
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
        evaluations_list: ({ limit }: EvaluationsList) =>
          limit === 100 ? page(...ROWS) : page(newer, ...ROWS),
      }),
    );
    const show = await screen.findByRole("button", { name: "Show 1 new" });
    expect(screen.queryByRole("row", { name: /brand-new/ })).not.toBeInTheDocument();
    platform.answers.evaluations_list = page(newer, ...ROWS);
    await user.click(show);
    expect(await screen.findByRole("row", { name: /brand-new/ })).toBeVisible();
    expect(screen.getByRole("button", { name: "Refresh" })).toBeVisible();
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

describe("where it leads", () => {
  test("Enter on a row asks why for this flag and customer; without a customer it opens the flag", async () => {
    const scroll = vi.spyOn(Element.prototype, "scrollTo");
    const { user } = openApp("/evaluations", listed({ why: notThere }));
    (await screen.findByRole("row", { name: /Maria Anders/ })).focus();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: "Why" })).toBeVisible();
    expect(await screen.findByRole("combobox", { name: "Flag" })).toHaveValue("new-dashboard");
    scroll.mockRestore();
  });

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
