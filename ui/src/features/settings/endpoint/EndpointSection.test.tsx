import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { LocalEndpointStatus } from "@/contract";
import { CommandFailure } from "@/platform";
import { openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers, FakePlatform } from "@/testing/platform";
import { endpointState, parsePort } from "./model";

const OFF: LocalEndpointStatus = {
  enabled: false,
  port: 8484,
  url: null,
  since: null,
  evaluations: 0,
  problem: null,
};
const on = (port: number): LocalEndpointStatus => ({
  ...OFF,
  enabled: true,
  port,
  url: `http://127.0.0.1:${port}`,
  since: new Date().toISOString(),
  evaluations: 1_204,
});
const open = (status: LocalEndpointStatus, answers: Answers = {}) =>
  openApp("/settings?section=endpoint", { local_endpoint_get: status, customers_search: [], ...answers });
const asked = (platform: FakePlatform) =>
  platform.asked.filter(({ name }) => name === "local_endpoint_set").map(({ request }) => request);
const theSwitch = () => screen.findByRole("switch", { name: "Local evaluation endpoint" });

test("is switched on, and then says where it answers and how to ask it", async () => {
  let status = OFF;
  const { user, platform, container } = open(OFF, {
    local_endpoint_get: () => status,
    local_endpoint_set: ({ port }) => {
      status = on(port);
      return status;
    },
  });
  expect(await theSwitch()).not.toBeChecked();
  await expectAccessible(container);
  await user.click(await theSwitch());
  expect(await screen.findByText("http://127.0.0.1:8484")).toBeVisible();
  expect(screen.getByText(/1,204 evaluations/)).toBeVisible();
  expect(screen.getByText(/curl http:\/\/127\.0\.0\.1:8484\/feature-flags\/evaluate/)).toBeVisible();
  expect(asked(platform)).toEqual([{ enabled: true, port: 8484 }]);
  await expectAccessible(container);
});

describe("the port", () => {
  test("in use is refused beside the field, and what was typed stays", async () => {
    const { user, platform } = open(OFF, {
      local_endpoint_set: () => {
        throw new CommandFailure({
          code: "invalid",
          message: "Another program on this computer uses port 8080.",
          details: {
            violations: [{ path: "port", message: "Another program on this computer uses port 8080." }],
          },
        });
      },
    });
    const port = await screen.findByRole("textbox", { name: "Port" });
    await user.clear(port);
    await user.type(port, "8080");
    await user.click(await theSwitch());
    expect(await screen.findByText(/uses port 8080/)).toBeVisible();
    expect(port).toHaveValue("8080");
    expect(port).toBeInvalid();
    expect(asked(platform)).toEqual([{ enabled: true, port: 8080 }]);
    await user.type(port, "{Escape}");
    expect(port).toHaveValue("8484");
  });

  test("is moved while it answers, by Enter", async () => {
    const { user, platform } = open(on(8484), { local_endpoint_set: ({ port }) => on(port) });
    const port = await screen.findByRole("textbox", { name: "Port" });
    await user.clear(port);
    await user.type(port, "x{Enter}");
    expect(await screen.findByText("“x” is not a port. Type a number, as in 8484.")).toBeVisible();
    await user.clear(port);
    await user.type(port, "9001{Enter}");
    await waitFor(() => expect(asked(platform)).toEqual([{ enabled: true, port: 9001 }]));
  });

  test.each([
    ["8484", { port: 8484 }],
    [" 1 ", { port: 1 }],
    ["0", { problem: "A port is between 1 and 65535." }],
    ["65536", { problem: "A port is between 1 and 65535." }],
    ["", { problem: "Type a port, as in 8484." }],
  ])("typed as %j is read", (text, parsed) => {
    expect(parsePort(text)).toEqual(parsed);
  });
});

test("that could not be started when the workspace opened says why, and can be tried again", async () => {
  const failed: LocalEndpointStatus = {
    ...OFF,
    enabled: true,
    problem: { code: "invalid", message: "Another program uses port 8484.", details: {} },
  };
  const { user, platform } = open(failed, { local_endpoint_set: on(8484) });
  expect(await screen.findByText("On, but it does not answer")).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("Another program uses port 8484.");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(asked(platform)).toEqual([{ enabled: true, port: 8484 }]));
});

test("is starting while it has neither address nor problem", () => {
  expect(endpointState({ ...OFF, enabled: true })).toBe("starting");
});
