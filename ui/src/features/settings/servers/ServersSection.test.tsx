import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Evaluator } from "@/contract";
import { CommandFailure } from "@/platform";
import { LIVE, openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers } from "@/testing/platform";
import { heardOf, isBehind, isSilent, logTrouble } from "./model";

const NOW = new Date().toISOString();
const evaluator = (fields: Partial<Evaluator> = {}): Evaluator => ({
  id: fields.host ?? "eu-1",
  kind: "server",
  host: "eu-1",
  program: "halyard-server 0.1.0",
  startedAt: NOW,
  seenAt: NOW,
  silentMs: 900,
  configVersion: 7,
  appliedAt: NOW,
  queued: 0,
  spooled: 0,
  dropped: 0,
  ...fields,
});
const open = (answer: Answers["evaluators_list"]) =>
  openApp("/settings?section=servers", {
    live_wait: { ...LIVE, configVersion: 7 },
    ...(answer === undefined ? {} : { evaluators_list: answer }),
  });

test("servers and local endpoints are told apart, with what each serves", async () => {
  const { container } = open([
    evaluator(),
    evaluator({ host: "eu-2", silentMs: 14_000, configVersion: 6, spooled: 1_200, dropped: 3 }),
    evaluator({ host: "laptop", kind: "desktop", program: "desktop 0.1.0" }),
  ]);
  const [servers, desktops] = await screen.findAllByRole("table");
  const [, first, second] = within(servers as HTMLElement).getAllByRole("row");
  expect(first).toHaveTextContent(/eu-1.*halyard-server 0\.1\.0.*v7.*just now/);
  expect(second).toHaveTextContent(/eu-2.*v6.*live is v7.*1,200.*3 lost.*14 s ago.*Silent/);
  expect(desktops).toHaveTextContent(/laptop.*desktop 0\.1\.0/);
  await expectAccessible(container);
});

test("none says how to start one; an error can be tried again", async () => {
  const empty = open([]);
  expect(await screen.findByText("No server is running")).toBeVisible();
  empty.unmount();
  open(() => {
    throw new CommandFailure({ code: "timeout", message: "Too long.", details: {} });
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("The servers could not be read.");
});

test("one is silent after 10 s, behind with an older configuration, and its log is told when it does not keep up", () => {
  expect(isSilent(evaluator({ silentMs: 10_000 }))).toBe(false);
  expect(isSilent(evaluator({ silentMs: 10_001 }))).toBe(true);
  expect(isBehind(evaluator({ configVersion: 6 }), 7)).toBe(true);
  expect(isBehind(evaluator({ configVersion: 6 }), undefined)).toBe(false);
  expect(heardOf(400)).toBe("just now");
  expect(heardOf(12_345)).toBe("12 s ago");
  expect(logTrouble(evaluator({ queued: 900 }))).toBeNull();
  expect(logTrouble(evaluator({ queued: 900, spooled: 2, dropped: 1 }))).toBe(
    "900 waiting, 2 on disk, 1 lost",
  );
});
