import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { type OpenWorkspace, WorkspaceContext } from "@/app/workspace";
import type { Audience } from "@/contract";
import { CommandFailure } from "@/platform";
import { expectAccessible } from "@/testing/axe";
import { answerWith } from "@/testing/platform";
import { renderWithin } from "@/testing/render";
import { AudienceSheet } from "./AudienceSheet";
import { ATTRIBUTES, audience, PLAN } from "./model/testing";

const counted = { customers: 4_816, total: 50_000, countedAt: "2026-11-22T10:00:00Z", durationMs: 41 };

const WORKSPACE = { id: "acme", name: "Acme" } as OpenWorkspace;
const renderSheet = (onCreated: (made: Audience) => void = () => {}) =>
  renderWithin(
    <WorkspaceContext value={WORKSPACE}>
      <AudienceSheet onCreated={onCreated} onClose={() => {}} />
    </WorkspaceContext>,
  );

test("an audience made in the sheet is handed back; a name that is taken is said beside it", async () => {
  const made = audience({ name: "Enterprise 2" });
  const { asked } = answerWith({
    attributes_list: [...ATTRIBUTES],
    audience_count: counted,
    audience_create: ({ name }) => {
      if (name !== "Enterprise 2") {
        throw new CommandFailure({ code: "already_exists", message: "The name is taken.", details: {} });
      }
      return made;
    },
  });
  const onCreated = vi.fn();
  const { user } = renderSheet(onCreated);
  const name = await screen.findByLabelText("Name");
  await user.click(name);
  await user.paste("Enterprise");
  await user.click(await screen.findByLabelText("Attribute of condition 1"));
  await user.type(await screen.findByLabelText("Find an attribute"), "plan{Enter}");
  await user.click(await screen.findByLabelText("Value of condition 1", { selector: "input" }));
  await user.paste("enterprise");
  await user.click(screen.getByText("Create audience"));
  await waitFor(() => expect(name).toHaveAccessibleDescription("The name is taken."));
  await expectAccessible(screen.getByRole("dialog", { name: "New audience" }));
  await user.type(name, " 2{Enter}");
  await waitFor(() => expect(onCreated).toHaveBeenCalledWith(made));
  expect(asked.findLast((one) => one.name === "audience_create")?.request).toEqual({
    name: "Enterprise 2",
    condition: { all: [PLAN] },
  });
});

test("closing the sheet keeps what is typed for the next time, and starting over forgets it", async () => {
  answerWith({ attributes_list: [...ATTRIBUTES], audience_count: counted });
  const first = renderSheet();
  await first.user.click(await screen.findByLabelText("Name"));
  await first.user.paste("Half done");
  first.unmount();
  const { user } = renderSheet();
  const name = await screen.findByLabelText("Name");
  expect(name).toHaveValue("Half done");
  await user.click(screen.getByText("Start over"));
  expect(screen.getByLabelText("Name")).toHaveValue("");
  expect(screen.queryByText("As you left it.")).not.toBeInTheDocument();
});
