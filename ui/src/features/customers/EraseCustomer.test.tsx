import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Erased } from "@/contract";
import { CommandFailure } from "@/platform";
import { expectAccessible } from "@/testing/axe";
import { type Answers, answerWith } from "@/testing/platform";
import { renderWithin } from "@/testing/render";
import { EraseCustomer } from "./EraseCustomer";

const ID = "cus_00011322";
const ERASED: Erased = { erasureId: "0192f0c4-0000-7000-8000-000000000001", removed: 214, partitions: 12 };

function open(answers: Answers = {}) {
  const platform = answerWith({
    customer_get: { entityId: ID, name: "Maria Anders", email: "maria@example.com", fields: [] },
    customer_erase_progress: { running: true, partitions: 0, of: 0, removed: 0 },
    customer_erase: ERASED,
    ...answers,
  });
  const onClose = vi.fn();
  const { user } = renderWithin(<EraseCustomer entityId={ID} onClose={onClose} />);
  return { platform, onClose, user };
}
const dialog = () => screen.getByRole("dialog");
const asked = (platform: ReturnType<typeof answerWith>) =>
  platform.asked.flatMap((one) => (one.name === "customer_erase" ? [one.request] : []));

test("says who is erased and what stays, asks twice, and says what was removed", async () => {
  const { user, platform, onClose } = open();
  expect(await screen.findByText("Maria Anders")).toBeVisible();
  expect(within(dialog()).getByText(ID)).toBeVisible();
  await expectAccessible(dialog());
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(asked(platform)).toEqual([]);
  expect(screen.getByRole("textbox", { name: "Type the id to confirm" })).toHaveFocus();
  await expectAccessible(dialog());
  expect(screen.getByRole("button", { name: "Erase for good" })).toBeDisabled();
  await user.keyboard(`${ID}{Enter}`);
  expect(await screen.findByText(/214 calls of 12 days removed/)).toBeVisible();
  expect(asked(platform)).toEqual([{ entityId: ID, confirm: ID }]);
  expect(screen.getByText(ERASED.erasureId)).toBeVisible();
  await expectAccessible(dialog());
  await user.click(screen.getByRole("button", { name: "Done" }));
  expect(onClose).toHaveBeenCalled();
});

test("another id erases nobody", async () => {
  const { user, platform } = open();
  await user.click(await screen.findByRole("button", { name: "Continue" }));
  await user.keyboard("cus_00011323{Enter}");
  expect(await screen.findByText("This is not the id above.")).toBeVisible();
  expect(asked(platform)).toEqual([]);
});

test("a note that names the customer is refused beside it, for it would stay", async () => {
  const { user, platform } = open();
  await screen.findByText("Maria Anders");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await user.keyboard(ID);
  const note = screen.getByRole("textbox", { name: /Note/ });
  await user.type(note, "Asked for by maria anders{Enter}");
  expect(await screen.findByText(/do not name the customer in it/)).toBeVisible();
  expect(asked(platform)).toEqual([]);
  await user.clear(note);
  await user.type(note, "Request 4711{Enter}");
  await waitFor(() => expect(asked(platform)).toEqual([{ entityId: ID, confirm: ID, note: "Request 4711" }]));
});

test("says how far it is, and cannot be left meanwhile", async () => {
  let finish: (erased: Erased) => void = () => {};
  const { user, onClose } = open({
    customer_erase: () => new Promise<Erased>((done) => (finish = done)),
    customer_erase_progress: { running: true, partitions: 3, of: 30, removed: 1_204 },
  });
  await user.click(await screen.findByRole("button", { name: "Continue" }));
  await user.keyboard(`${ID}{Enter}`);
  expect(await screen.findByText("Day 3 of 30 · 1,204 calls removed")).toBeVisible();
  await expectAccessible(dialog());
  await user.keyboard("{Escape}");
  expect(onClose).not.toHaveBeenCalled();
  finish({ ...ERASED, removed: 0, partitions: 0 });
  expect(await screen.findByText(/The log held no call of this customer/)).toBeVisible();
});

test("what failed is said, and the typed id stays", async () => {
  const { user } = open({
    customer_erase: () => {
      throw new CommandFailure({ code: "timeout", message: "The database took too long.", details: {} });
    },
  });
  await user.click(await screen.findByRole("button", { name: "Continue" }));
  await user.keyboard(`${ID}{Enter}`);
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "Nothing was erased.The database took too long.",
  );
  expect(screen.getByRole("textbox", { name: "Type the id to confirm" })).toHaveValue(ID);
});
