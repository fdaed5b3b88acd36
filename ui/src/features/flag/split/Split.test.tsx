import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Flag } from "@/contract";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { flag, impactOf, rule } from "../testing";

const SPLIT = [
  rule("a", { percentage: 50, value: "red" }),
  rule("b", { percentage: 80, value: "green" }),
  rule("c", { value: "blue" }),
];

function open(fields: Partial<Flag> = {}) {
  return openApp("/flags/new-dashboard", {
    flag_get: flag({ type: "string", defaultValue: "grey", rules: SPLIT, ...fields }),
    flag_impact: (request) => impactOf(request),
    count_cancel: {},
  });
}

const percentages = () =>
  screen
    .getAllByRole("textbox", { name: /^Percentage of rule/ })
    .map((box) => (box as HTMLInputElement).value);

test("a saved split is one bar with net shares, and a thumb moves customers between two arms alone", async () => {
  open();
  const bar = await screen.findByRole("group", { name: "Split of Everyone by rules 1 to 3" });
  const shares = within(bar).getAllByRole("textbox") as Array<HTMLInputElement>;
  expect(shares.map(({ value }) => value)).toEqual(["50", "30", "20"]);
  const [thumb] = within(bar).getAllByRole("slider");
  expect(thumb).toHaveAttribute("aria-valuetext", "50 % red");
  fireEvent.keyDown(thumb as HTMLElement, { key: "ArrowRight", shiftKey: true });
  await waitFor(() => expect(percentages()).toEqual(["60", "80", "100"]));
  expect(within(bar).getByText("10 % of them get another arm")).toBeVisible();
  await expectAccessible(bar);
});

test("a typed share takes from the arm below; what is no percentage changes nothing", async () => {
  const { user } = open();
  const box = await screen.findByRole("textbox", { name: "Share of green" });
  await user.clear(box);
  await user.type(box, "lots{Enter}");
  expect(percentages()).toEqual(["50", "80", "100"]);
  await user.clear(box);
  await user.type(box, "35{Enter}");
  await waitFor(() => expect(percentages()).toEqual(["50", "85", "100"]));
});

test("a split is made by weights, as nested rules with values of their own", async () => {
  const { user } = open({ rules: [] });
  await user.click(await screen.findByRole("button", { name: "Split into arms…" }));
  const dialog = await screen.findByRole("dialog", { name: "Split into arms" });
  await user.click(within(dialog).getByRole("button", { name: "Add arm" }));
  const value = (arm: number) => within(dialog).getByRole("textbox", { name: `Value of arm ${arm}` });
  await user.clear(value(2));
  await user.type(value(2), "grey");
  await user.type(value(3), "blue");
  await user.click(within(dialog).getByRole("button", { name: "Add 3 rules" }));
  expect(await within(dialog).findByText("The same as arm 1.")).toBeVisible();
  await expectAccessible(dialog);
  await user.clear(value(2));
  await user.type(value(2), "red");
  const weight = within(dialog).getByRole("textbox", { name: "Weight of arm 1" });
  await user.clear(weight);
  await user.type(weight, "2");
  expect(within(dialog).getByText("50 %")).toBeVisible();
  await user.click(within(dialog).getByRole("button", { name: "Add 3 rules" }));
  await waitFor(() => expect(percentages()).toEqual(["50", "75", "100"]));
  expect(await screen.findByRole("group", { name: "Split of Everyone by rules 1 to 3" })).toBeVisible();
});

test("a boolean flag has nothing to split", async () => {
  open({ type: "boolean", defaultValue: false, rules: [] });
  await screen.findByRole("button", { name: "Add rule" });
  expect(screen.queryByRole("button", { name: "Split into arms…" })).not.toBeInTheDocument();
});
