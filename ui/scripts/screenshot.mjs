// Takes pictures of pages in Chromium, for looking at them: light and dark, at the usual and the smallest size.
//   node scripts/screenshot.mjs <base address> <output folder> [hash path ...]
// The base address is that of the bridge, with its token in it where it needs one. A path may end in
// `!<selector>` to click there first, as in `/flags!text=New flag`; several clicks follow one another.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, folder, ...given] = process.argv.slice(2);
if (!base || !folder) {
  process.stderr.write("usage: node scripts/screenshot.mjs <base address> <output folder> [hash path ...]\n");
  process.exit(2);
}
const paths =
  given.length > 0 ? given : ["/flags", "/audiences", "/evaluations", "/why", "/audit", "/settings"];
const sizes = (process.env.SIZES ?? "1280x800,1024x700")
  .split(",")
  .map((size) => size.split("x").map(Number));
const schemes = (process.env.SCHEMES ?? "light,dark").split(",");
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  for (const scheme of schemes) {
    for (const [width, height] of sizes) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
      page.on("console", (message) => {
        if (message.type() === "error") process.stderr.write(`${message.text()}\n`);
      });
      page.on("pageerror", (error) => process.stderr.write(`${error.stack}\n`));
      for (const path of paths) {
        const [hash, ...clicks] = path.split("!");
        const address = new URL(base);
        address.hash = hash;
        await page.goto("about:blank");
        await page.goto(address.href);
        await page.locator("h1, form, [role=dialog]").first().waitFor();
        for (const selector of clicks) {
          if (selector.startsWith("key:")) await page.keyboard.press(selector.slice(4));
          else if (selector.startsWith("type:")) await page.keyboard.type(selector.slice(5));
          else await page.locator(selector).first().click();
        }
        await page.evaluate(() => document.fonts.ready);
        // Let transitions of some 100 ms end.
        await page.waitForTimeout(350);
        const name = path.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "") || "start";
        await page.screenshot({ path: `${folder}/${name}-${scheme}-${width}.png` });
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
}
