import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { renderWithin } from "@/testing/render";
import { pathOf, Sparkline } from "./Sparkline";

test("the most stands at the top, none on the ground, from edge to edge", () => {
  expect(pathOf([0, 10, 5])).toBe("M1.5 16.5L32 1.5L62.5 9");
});

test("nothing at all is a line on the ground", () => {
  expect(pathOf([])).toBe("M1.5 16.5L62.5 16.5");
  expect(pathOf([0, 0])).toBe("M1.5 16.5L62.5 16.5");
  expect(pathOf([7])).toBe("M1.5 1.5L62.5 1.5");
});

test("says in words what it shows", () => {
  renderWithin(<Sparkline counts={[1, 2]} label="3 evaluations in 24 h" />);
  expect(screen.getByRole("img", { name: "3 evaluations in 24 h" })).toBeVisible();
});
