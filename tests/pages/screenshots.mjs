// Pictures of every page, tab and dialog, light and dark, large and small, into target/screenshots:
//   node tests/pages/screenshots.mjs [words of a name]
import { openPage, screenshot, setTheme, startBridge, startBrowser } from "./harness.mjs";
import { goTo, tour } from "./tour.mjs";

const SIZES = [
  [1280, 800],
  [1024, 700],
];
const wanted = process.argv.slice(2).join(" ");

const [bridge, browser] = await Promise.all([startBridge(), startBrowser()]);
try {
  const stops = (await tour(bridge.command)).filter(({ name }) => name.includes(wanted));
  for (const [width, height] of SIZES) {
    const page = await openPage(browser, bridge.url, "/flags", { width, height });
    for (const stop of stops) {
      try {
        await goTo(page, bridge.url, stop);
        for (const colorScheme of ["light", "dark"]) {
          await setTheme(page, colorScheme);
          await screenshot(page, `${stop.name} ${colorScheme} ${width}×${height}`);
        }
        await setTheme(page, "light");
        await stop.close?.(page);
      } catch (error) {
        console.error(`${stop.name}: ${error.message}`);
        process.exitCode = 1;
        await page.reload();
      }
    }
    for (const error of page.errors) console.error(error);
    await page.finish();
  }
} finally {
  await browser.close();
  await bridge.close();
}
