// Whether a page can be used by everybody, as axe sees it: no violation of WCAG 2.1 A and AA in light and dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { screenshot, setTheme } from "./harness.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RUN = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  // Experimental: it takes the keys of a shortcut beside a button's name for a part of the name.
  rules: { "label-content-name-mismatch": { enabled: false } },
};

/** Fails with every violation, in the light and the dark theme. */
export async function expectAccessible(page, name) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await setTheme(page, colorScheme);
    await page.evaluate(axe);
    const { violations } = await page.evaluate((run) => window.axe.run(run), RUN);
    for (const { id, help, nodes } of violations) {
      for (const { html, failureSummary } of nodes.slice(0, 4)) {
        const why = failureSummary.split("\n").slice(1, 3).join(" ").trim();
        found.push(`${colorScheme} · ${id} (${help}) × ${nodes.length}: ${html.slice(0, 160)} · ${why}`);
      }
    }
  }
  await setTheme(page, "light");
  if (found.length > 0) {
    await screenshot(page, `inaccessible ${name}`);
    assert.fail(`${found.length} found on ${name}:\n${found.join("\n")}`);
  }
}
