import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { FlagSummary } from "@/contract";
import { LIVE, openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { flag } from "../flag/testing";
import { summary } from "../flags/testing";
import { forgetOurs } from "../kill/ours";
import { effect, killEntry, killed } from "../kill/testing";
import { BOARD_TAG } from "./model/board";

const card = (key: string, fields: Partial<FlagSummary> = {}) =>
  summary({ key, tags: [BOARD_TAG], ...fields });

function open(flags: ReadonlyArray<FlagSummary>, answers: Answers = {}, path = "/kill-board") {
  forgetOurs();
  const held = new Map(flags.map((each) => [each.id, each]));
  const opened = openApp(path, {
    kill_board: () => {
      const all = [...held.values()];
      return {
        flags: all.filter(({ tags }) => tags.includes(BOARD_TAG)),
        killed: all.filter(({ isActive }) => !isActive).length,
        recent: [
          {
            seq: 40,
            at: "2026-01-01T14:03:07Z",
            actor: "on-call",
            dbRole: "halyard",
            action: "flag.killed",
            flagKey: "search-ranker",
            note: "error rate 12 %",
            environments: ["production"],
          },
        ],
      };
    },
    flags_list: () => ({ flags: [...held.values()], configVersion: 1 }),
    flag_kill: ({ flag: id }) => {
      const before = held.get(id) ?? summary();
      held.set(id, { ...before, isActive: false, killedAt: "2026-01-01T14:03:07Z", killedBy: "Ada" });
      return killed(flag({ id, key: before.key, isActive: false }));
    },
    kill_effect: effect(),
    audit_list: { entries: [killEntry()], nextCursor: null },
    ...answers,
  });
  const kills = () => opened.platform.asked.filter(({ name }) => name === "flag_kill");
  return { ...opened, kills };
}

const keys = () =>
  screen.getAllByRole("listitem").flatMap((item) => item.getAttribute("aria-label")?.split(",")[0] ?? []);
const hold = (key: string) => screen.findByRole("button", { name: `Hold to kill ${key}` });

describe("the board", () => {
  test("shows state, time and count of each flag, how many are killed, and recent kills with who and why", async () => {
    open([
      card("checkout-v2"),
      card("search", { isActive: false, killedAt: "2026-01-01T00:00:00Z", killedBy: "Grace" }),
    ]);
    const serving = await screen.findByRole("listitem", { name: "checkout-v2, on in Production" });
    expect(serving).toHaveTextContent("ON");
    const dead = screen.getByRole("listitem", { name: /^search, killed/ });
    expect(dead).toHaveTextContent(/KILLED.*ago.*by Grace/);
    expect(screen.getByText("1 killed")).toBeVisible();
    expect(screen.getByText(/killed by on-call/)).toHaveTextContent("error rate 12 %");
  });

  test("is there, and kills, while counts fail", async () => {
    const { kills } = open([card("checkout-v2")], {
      flags_reach: {
        state: "failed",
        problem: "No.",
        customers: 0,
        countedAt: null,
        durationMs: null,
        flags: {},
      },
    });
    expect(await screen.findByText(/not counted · would get false/)).toBeVisible();
    fireEvent.keyDown(await hold("checkout-v2"), { key: "Enter" });
    await waitFor(() => expect(kills()).toHaveLength(1));
  });

  test("kills with a held Enter, proves it, and neither moves a card nor restores with the same Enter", async () => {
    const { user, kills, platform } = open([card("b-flag"), card("a-flag"), card("c-flag")]);
    await waitFor(async () => expect(await hold("a-flag")).toHaveFocus());
    await user.keyboard("{ArrowRight}");
    const button = await hold("b-flag");
    expect(button).toHaveFocus();
    fireEvent.keyDown(button, { key: "Enter" });
    await waitFor(() => expect(kills()).toHaveLength(1));
    expect(await screen.findByText("1 of 1 confirmed in 38 ms")).toBeVisible();
    const restore = await screen.findByRole("button", { name: "Restore the 1 rule of b-flag" });
    await waitFor(() => expect(restore).toHaveFocus());
    expect(fireEvent.keyDown(restore, { key: "Enter", repeat: true })).toBe(false);
    expect(keys()).toEqual(["a-flag", "b-flag", "c-flag"]);
    expect(platform.asked.some(({ name }) => name === "flag_restore")).toBe(false);
  });

  test("restores with R, which says what customers get before it does", async () => {
    const { user, platform } = open([card("a-flag", { isActive: false })], {
      flag_get: flag({ key: "a-flag" }),
      flag_versions: [],
    });
    await waitFor(() => expect(screen.getByRole("button", { name: /of a-flag/ })).toHaveFocus());
    await user.keyboard("r");
    expect(await screen.findByRole("dialog", { name: "Restore a-flag" })).toBeVisible();
    expect(platform.asked.some(({ name }) => name === "flag_restore")).toBe(false);
  });

  test("finds any flag by /, and a link puts the keyboard on its flag without doing anything", async () => {
    const flags = [card("a-flag"), summary({ key: "untagged" })];
    const { user } = open(flags);
    await hold("a-flag");
    await user.keyboard("/unt");
    expect(await hold("untagged")).toBeVisible();
    await user.keyboard("{ArrowDown}");
    expect(await hold("untagged")).toHaveFocus();
  });

  test("in its own window has no side bar, and a link puts the keyboard on its flag without doing anything", async () => {
    const { kills } = open([card("a-flag"), card("b-flag")], {}, "/kill-board?window=board&flag=b-flag");
    await waitFor(async () => expect(await hold("b-flag")).toHaveFocus());
    expect(screen.queryByRole("navigation", { name: "Pages" })).not.toBeInTheDocument();
    expect(kills()).toHaveLength(0);
  });

  test("without tagged flags says how to find one and how to get it here", async () => {
    open([summary({ key: "plain" })]);
    expect(await screen.findByText("Find the flag to kill")).toBeVisible();
  });

  test("without a database gives the statement for the flag that the keyboard is on", async () => {
    open([card("a-flag")], {
      live_wait: { ...LIVE, connected: false, problem: "refused" },
      flag_kill_statement: ({ flag: key }) => ({
        sql: `update … where key = '${key}';`,
        host: "db",
        port: 5432,
        database: "acme",
        role: "on_call",
      }),
    });
    expect(await screen.findByText("update … where key = 'a-flag';")).toBeVisible();
    expect(screen.getByText(/Kills from here are tried until they get through/)).toBeVisible();
  });

  test("is accessible", async () => {
    open([card("a-flag"), card("b-flag", { isActive: false, killedAt: "2026-01-01T00:00:00Z" })]);
    await hold("a-flag");
    await within(screen.getByRole("list", { name: "Flags" })).findAllByRole("listitem");
    await expectAccessible();
  });
});
