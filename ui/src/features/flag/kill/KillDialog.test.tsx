import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { Flag } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { forgetOurs } from "../../kill/ours";
import { consequence, effect, killEntry, killed } from "../../kill/testing";
import { flag, rule } from "../testing";

function open(fields: Partial<Flag> = {}, answers: Answers = {}) {
  const held = {
    flag: flag({ key: "checkout-v2", rules: [rule("a")], environments: { production: true }, ...fields }),
  };
  const opened = openApp("/flags/checkout-v2", {
    flag_get: () => held.flag,
    flag_reach: {
      customers: 50_000,
      rules: [{ ruleId: "a", inAudience: 50_000, inPercentage: 49_812, net: 49_812 }],
      otherwise: 188,
      distribution: [
        { value: false, customers: 188 },
        { value: true, customers: 49_812 },
      ],
      countedAt: "",
      durationMs: 5,
    },
    flag_kill: () => {
      held.flag = { ...held.flag, isActive: false, version: 8, killedBy: "Ada" };
      return killed(held.flag);
    },
    flag_restore: () => {
      held.flag = { ...held.flag, isActive: true, version: 9, killedBy: null };
      return killed(held.flag, 42);
    },
    flag_versions: [],
    kill_consequence: consequence(),
    kill_effect: effect(),
    kill_call_off: {},
    audit_list: () => ({ entries: held.flag.isActive ? [] : [killEntry()], nextCursor: null }),
    flag_set_environment: () => held.flag,
    ...answers,
  });
  forgetOurs();
  const sent = (wanted: string) => opened.platform.asked.filter(({ name }) => name === wanted);
  const kills = () => sent("flag_kill");
  return { ...opened, kills, sent };
}

const openDialog = async (user: ReturnType<typeof open>["user"]) => {
  await user.click(await screen.findByRole("button", { name: /^Kill checkout-v2/ }));
  return screen.findByRole("dialog", { name: "Kill checkout-v2" });
};
const holdButton = () => screen.findByRole("button", { name: "Hold to kill checkout-v2" });

describe("killing", () => {
  test("the button on the page says what everyone will get", async () => {
    open();
    expect(
      await screen.findByRole("button", { name: "Kill checkout-v2: everyone gets false" }),
    ).toBeVisible();
  });

  test("takes a hold of 0.8 s with a fresh press of Enter", async () => {
    const { user, kills, sent } = open();
    const dialog = await openDialog(user);
    expect(dialog).toHaveTextContent("Everyone gets false, in every environment, until it is restored.");
    expect(await within(dialog).findByText("49,812 customers")).toBeVisible();
    expect(dialog).toHaveTextContent("49,812 customers get false instead of true (31 enterprise).");
    const button = await holdButton();
    fireEvent.keyDown(button, { key: "Enter" });
    expect(within(dialog).getByText("Keep holding to kill checkout-v2.")).toBeInTheDocument();
    await waitFor(() => expect(kills()).toHaveLength(1), { timeout: 2_000 });
    expect(kills()[0]?.request).toEqual({ flag: "f1" });
    expect(await screen.findByRole("button", { name: "Restore the 1 rule" })).toBeVisible();
    expect(screen.getByText("checkout-v2 is killed. Everyone gets false.")).toBeVisible();
    const proof = screen.getByRole("region", { name: "Proof of effect, checkout-v2" });
    expect(await within(proof).findByText("1 of 1 confirmed in 38 ms")).toBeVisible();
    await user.click(within(proof).getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(sent("flag_restore")).toHaveLength(1));
  });

  test("does not start with the Enter that opened the dialog", async () => {
    const { user, kills } = open();
    await openDialog(user);
    const button = await holdButton();
    fireEvent.keyDown(button, { key: "Enter", repeat: true });
    expect(button).toHaveTextContent("Hold to kill checkout-v2");
    expect(kills()).toHaveLength(0);
  });

  test("is cancelled, and says so, when let go early", async () => {
    const { user, kills } = open();
    const dialog = await openDialog(user);
    const button = await holdButton();
    fireEvent.pointerDown(button, { button: 0 });
    fireEvent.pointerLeave(button);
    expect(within(dialog).getByText("Cancelled. Nothing was killed.")).toBeInTheDocument();
    expect(kills()).toHaveLength(0);
  });

  test("a plain click, or assistive technology, gets a focused confirmation", async () => {
    const { user, kills } = open();
    await openDialog(user);
    fireEvent.click(await holdButton());
    const confirm = await screen.findByRole("button", { name: "Kill checkout-v2 now" });
    expect(confirm).toHaveFocus();
    expect(kills()).toHaveLength(0);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(kills()).toHaveLength(1));
  });

  test("offers the smaller step: only production, off", async () => {
    const { user, platform } = open();
    await openDialog(user);
    await user.click(screen.getByRole("button", { name: /only Production: switch off/ }));
    await waitFor(() =>
      expect(platform.asked).toContainEqual({
        name: "flag_set_environment",
        request: { flag: "f1", environment: "production", enabled: false },
      }),
    );
  });

  test("that would turn a feature on warns of it", async () => {
    const { user } = open({ defaultValue: true });
    expect(await openDialog(user)).toHaveTextContent("this kill turns the feature on for everyone");
  });

  test("that fails says that nothing was killed", async () => {
    const { user } = open(
      {},
      {
        flag_kill: () => {
          throw new CommandFailure({ code: "permission_denied", message: "Not allowed.", details: {} });
        },
      },
    );
    await openDialog(user);
    fireEvent.click(await holdButton());
    await user.click(await screen.findByRole("button", { name: "Kill checkout-v2 now" }));
    expect(await screen.findByText("Nothing was changed.")).toBeVisible();
  });

  test("of a held flag names the holder after a second, ends that session when asked, and gets through", async () => {
    const blocker = {
      pid: 4711,
      role: "ada",
      application: "psql",
      client: "10.0.0.3",
      since: "2026-01-01T00:00:00Z",
      state: "idle in transaction",
      mayEnd: true,
    };
    const problem = { code: "blocked", message: "Somebody holds it.", details: { blocker } } as const;
    const trying = { isActive: false, since: "2026-01-01T00:00:00Z", blocker, problem, result: null };
    let ended = false;
    const { user, sent } = open(
      {},
      {
        flag_kill: () => {
          throw new CommandFailure(problem);
        },
        kill_attempt: () =>
          ended
            ? {
                ...trying,
                state: "done",
                blocker: null,
                problem: null,
                result: killed(flag({ isActive: false })),
              }
            : { ...trying, state: "trying" },
        session_end: () => {
          ended = true;
          return {};
        },
      },
    );
    await openDialog(user);
    fireEvent.click(await holdButton());
    await user.click(await screen.findByRole("button", { name: "Kill checkout-v2 now" }));
    expect(
      await screen.findByText(/^psql as ada from 10\.0\.0\.3, idle in transaction, open since/),
    ).toBeVisible();
    await user.click(screen.getByRole("button", { name: "End that session" }));
    expect(sent("session_end")[0]?.request).toEqual({ flag: "f1", pid: 4711 });
    expect(await screen.findByText("checkout-v2 is killed. Everyone gets false.")).toBeVisible();
  });

  test("without a database goes on by itself, gives the statement to run by hand, and can be called off", async () => {
    const problem = { code: "database_unavailable", message: "No answer.", details: {} } as const;
    const { user, sent } = open(
      {},
      {
        flag_kill: () => {
          throw new CommandFailure(problem);
        },
        kill_attempt: {
          isActive: false,
          since: "2026-01-01T00:00:00Z",
          state: "trying",
          blocker: null,
          problem,
          result: null,
        },
        flag_kill_statement: {
          sql: "update halyard.feature_flags set is_active = false where key = 'checkout-v2';",
          host: "db.acme.example",
          port: 5432,
          database: "acme",
          role: "on_call",
        },
      },
    );
    await openDialog(user);
    fireEvent.click(await holdButton());
    await user.click(await screen.findByRole("button", { name: "Kill checkout-v2 now" }));
    expect(await screen.findByText(/go on serving what they last knew/)).toBeVisible();
    expect(await screen.findByText(/^update halyard\.feature_flags/)).toBeVisible();
    expect(screen.getByText("psql -h db.acme.example -p 5432 -U on_call -d acme")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Stop trying" }));
    expect(sent("kill_call_off")).toHaveLength(1);
    expect(await screen.findByRole("button", { name: "Kill checkout-v2 now" })).toBeEnabled();
  });

  test("is accessible", async () => {
    const { user } = open();
    await openDialog(user);
    await expectAccessible();
  });
});

test("restoring says what customers get, and takes a note, before it happens", async () => {
  const { user, sent } = open({ isActive: false, killedBy: "on-call", killedAt: "2026-01-01T00:00:00Z" });
  expect(await screen.findByText(/Killed by on-call/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Restore the 1 rule" }));
  const dialog = await screen.findByRole("dialog", { name: "Restore checkout-v2" });
  expect(await within(dialog).findByText("49,812 customers")).toBeVisible();
  expect(sent("flag_restore")).toHaveLength(0);
  await user.type(within(dialog).getByRole("textbox", { name: "Note" }), "fixed{Enter}");
  await waitFor(() => expect(sent("flag_restore")[0]?.request).toEqual({ flag: "f1", note: "fixed" }));
});
