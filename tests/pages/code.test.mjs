// The Code tab over the bridge: what is copied there runs, with a key made in this workspace, against this app's
// own endpoint.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { pageTest, useApp } from "./harness.mjs";

const app = useApp();
const execute = promisify(execFile);

/** Switches the endpoint on, at a port that nobody has; its address. */
async function endpoint() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return (await app.command("local_endpoint_set", { enabled: true, port })).url;
}

pageTest(app, "code copied from the tab gets the flag's value from the local endpoint", {}, async (page) => {
  const url = await endpoint();
  const { text: key } = await app.command("sdk_key_create", { kind: "server", name: "Code", environment: "production" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${app.bridge.url}/#/flags/checkout-v2`);
  await page.getByRole("link", { name: "Code" }).click();
  await page.getByRole("radio", { name: "Web", exact: true }).focus();
  await page.keyboard.press("ArrowUp");
  const code = page.getByRole("region", { name: "Code for curl" });
  await code.getByText(url).first().waitFor();
  await code.getByRole("button", { name: "Copy the code for curl" }).click();
  await code.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const env = { ...process.env, HALYARD_SERVER_KEY: key };
  const { stdout } = await execute("bash", ["-c", copied.replace("CUSTOMER_ID", "cus_00001")], { env });
  const { value, reason } = JSON.parse(stdout);
  assert.deepEqual([value, reason.kind], [true, "RULE_MATCH"]);
  assert.ok(!(await page.content()).includes("hal_srv_"), "no key is in the page");
});
