import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import type { Flag, LocalEndpointStatus } from "@/contract";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import { flag } from "../testing";
// Loaded before the first test, not within its time.
import "../FlagPage";

const OFF: LocalEndpointStatus = {
  enabled: false,
  port: 8787,
  url: null,
  since: null,
  evaluations: 0,
  problem: null,
};

beforeEach(() => localStorage.clear());

function open(fields: Partial<Flag> = {}, endpoint = OFF, tab = "code") {
  const now = flag({ clientVisible: true, ...fields });
  return openApp(`/flags/${now.key}?tab=${tab}`, {
    flag_get: now,
    local_endpoint_get: endpoint,
    evaluators_list: [],
    flag_versions: [],
  });
}

const snippet = (name: string) => screen.findByRole("region", { name: `Code for ${name}` });

test("a caller is chosen by keyboard, its code shown, copied, and remembered", async () => {
  const { user } = open();
  expect(await snippet("Web")).toHaveTextContent('flags.evaluate("new-dashboard", false)');
  await expectAccessible();
  screen.getByRole("radio", { name: "Web" }).focus();
  await user.keyboard("{ArrowDown}");
  const react = await snippet("React");
  expect(react).toHaveTextContent('useFlag("new-dashboard", false)');
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await user.click(within(react).getByRole("button", { name: "Copy the code for React" }));
  expect(write).toHaveBeenCalledWith(expect.stringContaining("@halyard/flags/react"));
  expect(await within(react).findByRole("button", { name: "Copied" })).toBeVisible();
  expect(localStorage.getItem("halyard.code")).toBe('"react"');
});

test("a flag that client keys do not see is shown for servers, and pages are told why", async () => {
  const { user } = open({ clientVisible: false });
  expect(await snippet("Node.js")).toHaveTextContent("process.env.HALYARD_SERVER_KEY");
  await user.click(screen.getByRole("radio", { name: "Web" }));
  expect(await snippet("Web")).toHaveTextContent("Client keys do not see new-dashboard");
  await expectAccessible();
});

test("the code has the address of the local endpoint while it answers", async () => {
  open({}, { ...OFF, enabled: true, url: "http://127.0.0.1:8787" });
  await waitFor(async () => expect(await snippet("Web")).toHaveTextContent('url: "http://127.0.0.1:8787"'));
});

test("without an address the code says what stands for one, and where keys are made", async () => {
  open();
  const web = await snippet("Web");
  expect(web).toHaveTextContent("https://flags.example.com stands for your server's address");
  expect(within(web).getByRole("link", { name: "Settings → SDK keys" })).toHaveAttribute(
    "href",
    "/settings?section=keys",
  );
});

test("the palette copies the code last chosen, from any tab", async () => {
  const { user } = open({}, OFF, "history");
  await screen.findByRole("link", { name: "Code" });
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", { name: "Search or jump to" }), "copy code");
  await user.click(await screen.findByText("Copy code for new-dashboard (Web)"));
  await waitFor(() => expect(write).toHaveBeenCalledWith(expect.stringContaining("createClient")));
  expect(await screen.findByText("The code for Web is on the clipboard.")).toBeVisible();
});
