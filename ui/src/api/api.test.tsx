import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { COMMAND_TAGS } from "@/contract";
import { summary } from "@/features/flags/testing";
import { LIVE } from "@/testing/app";
import { answerWith } from "@/testing/platform";
import { renderWithin } from "@/testing/render";
import { commandsProviding, LiveProvider, staleTags, useCommandMutation, useCommandQuery, useLive } from ".";

describe("cache tags", () => {
  test("every command that changes something makes some answer stale", () => {
    const silent = [
      "live_wait",
      "workspace_test_connection",
      "count_progress",
      "count_cancel",
      "export_progress",
      "export_cancel",
      "kill_attempt",
      "kill_call_off",
      "session_end",
      "kill_effect",
      "flag_kill_statement",
      "kills_since",
      "audit_verify_start",
      "audit_verify_cancel",
      "audit_verification",
      "audit_checkpoint",
      "evaluations_since",
      "evaluations_sql",
      "customer_erase_progress",
    ];
    const idle = Object.entries(COMMAND_TAGS)
      .filter(
        ([name, { provides, invalidates }]) =>
          provides.length + invalidates.length === 0 && !silent.includes(name),
      )
      .map(([name]) => name);
    expect(idle).toEqual([]);
  });

  test("a changed flag makes the lists that show flags stale, and no others", () => {
    const stale = commandsProviding(COMMAND_TAGS.flag_update.invalidates);
    expect(stale).toContain("flags_list");
    expect(stale).toContain("audit_list");
    expect(stale).not.toContain("environments_list");
  });
});

function List() {
  const { data } = useCommandQuery("flags_list", { archived: false });
  const kill = useCommandMutation("flag_kill");
  return (
    <button type="button" onClick={() => kill.mutate({ flag: "a" })}>
      {data?.flags[0]?.isActive ? "serving" : "killed"}
    </button>
  );
}

test("after a change the answers it touched are asked again", async () => {
  const before = { flags: [summary()], configVersion: 1 };
  const { answers } = answerWith({ flags_list: before, flag_kill: {} as never });
  const { user } = renderWithin(<List />);
  const button = await screen.findByRole("button", { name: "serving" });
  answers.flags_list = { flags: [summary({ isActive: false })], configVersion: 2 };
  await user.click(button);
  expect(await screen.findByRole("button", { name: "killed" })).toBeVisible();
});

describe("live state", () => {
  test("another configuration makes the configuration stale, a database that is back makes everything stale", () => {
    expect(staleTags(null, LIVE)).toEqual([]);
    expect(staleTags(LIVE, LIVE)).toEqual([]);
    expect(staleTags(LIVE, { ...LIVE, configVersion: 2 })).toContain("flags");
    expect(staleTags(LIVE, { ...LIVE, configVersion: 2 })).not.toContain("evaluations");
    expect(staleTags({ ...LIVE, connected: false }, LIVE)).toContain("evaluations");
  });

  function Shown() {
    return <p>{useLive()?.connected === false ? "gone" : "live"}</p>;
  }

  test("an app that does not answer counts as a database that is gone", async () => {
    answerWith({});
    renderWithin(
      <LiveProvider>
        <Shown />
      </LiveProvider>,
    );
    await waitFor(() => expect(screen.getByText("gone")).toBeVisible());
  });
});
