// Accessibility of what a test rendered: no violation of WCAG 2 A and AA that jsdom can see.
// Colours need a real browser and are checked there.
import axe from "axe-core";
import { expect } from "vitest";

export async function expectAccessible(container: Element = document.body): Promise<void> {
  const { violations } = await axe.run(container, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((n) => n.html).join("\n  ")}`,
  );
  expect(found).toEqual([]);
}
