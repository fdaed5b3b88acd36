import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { ENVIRONMENTS } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { answerWith } from "@/testing/platform";
import { renderWithin } from "@/testing/render";
import { flag } from "../flag/testing";
import { summary } from "../flags/testing";
import { KillManyDialog } from "./KillManyDialog";
import { effect, killed } from "./testing";

const blocker = {
  pid: 1,
  role: "ada",
  application: "psql",
  client: null,
  since: "2026-01-01T00:00:00Z",
  state: "idle in transaction",
  mayEnd: true,
};
const problem = { code: "blocked", message: "Somebody holds it.", details: { blocker } } as const;

test("several flags are killed by one hold; one that is held up is said to be, and delays no other", async () => {
  const { asked } = answerWith({
    flags_kill: [
      { flag: "a", result: killed(flag({ id: "a", isActive: false })), problem: null },
      { flag: "b", result: null, problem },
    ],
    kill_effect: effect(),
    session_end: {},
    kill_attempt: {
      isActive: false,
      since: "2026-01-01T00:00:00Z",
      state: "trying",
      blocker,
      problem,
      result: null,
    },
  });
  const targets = [summary({ key: "a" }), summary({ key: "b", defaultPreview: "true" })];
  renderWithin(<KillManyDialog targets={targets} environments={ENVIRONMENTS} onClose={() => {}} />);
  expect(await screen.findByText(/this turns it on for everyone/)).toBeVisible();
  await expectAccessible();
  fireEvent.keyDown(screen.getByRole("button", { name: "Hold to kill 2 flags" }), { key: "Enter" });
  await waitFor(() =>
    expect(asked.find(({ name }) => name === "flags_kill")?.request).toEqual({ flags: ["a", "b"] }),
  );
  expect(await screen.findByRole("dialog", { name: "1 of 2 flags is killed" })).toBeVisible();
  expect(await screen.findByText("1 of 1 confirmed in 38 ms")).toBeVisible();
  expect(await screen.findByText(/^not yet, and tried on: psql as ada, idle in transaction/)).toBeVisible();
  await expectAccessible();
  fireEvent.click(screen.getByRole("button", { name: "End that session" }));
  await waitFor(() =>
    expect(asked.find(({ name }) => name === "session_end")?.request).toEqual({ flag: "b", pid: 1 }),
  );
});
