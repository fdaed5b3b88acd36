// Opens the whole app at a path, on a platform that answers what a small workspace would.

import { createMemoryHistory } from "@tanstack/react-router";
import { forgetKept } from "@/app/kept";
import { createAppRouter } from "@/app/router";
import { WorkspaceGate } from "@/app/WorkspaceGate";
import type { Environment, FlagsReach, Live, Rights, WorkspaceStatus } from "@/contract";
import { type Answers, answerWith, type FakePlatform } from "./platform";
import { renderWithin } from "./render";

export const ENVIRONMENTS: Array<Environment> = [
  {
    key: "production",
    name: "Production",
    color: "#c2500f",
    position: 0,
    production: true,
    noteRequired: true,
  },
  { key: "staging", name: "Staging", color: "#7c5cf0", position: 1, production: false, noteRequired: false },
];

export const RIGHTS: Rights = {
  role: "admin",
  dbRole: "halyard",
  may: {
    readEvaluations: true,
    readCustomers: true,
    kill: true,
    switch: true,
    editFlags: true,
    editAudiences: true,
    editEnvironments: true,
    editKeys: true,
    editSource: true,
    editSettings: true,
    erase: true,
    endSessions: true,
  },
  auditBindsOwner: true,
  groupRoles: [],
};

export const READY: WorkspaceStatus = {
  state: "ready",
  workspace: {
    id: "w1",
    name: "Northwind",
    kind: "embedded",
    host: "127.0.0.1",
    port: 5432,
    database: "halyard",
    role: "halyard",
    serverVersion: "18.4",
  },
  progress: null,
  problem: null,
  actor: "Ada",
  rights: RIGHTS,
  suggestedActor: "ada",
  killNotifications: false,
  remembered: [],
};

export const LIVE: Live = {
  configVersion: 1,
  connected: true,
  since: "2026-01-01T00:00:00Z",
  problem: null,
  evaluators: 1,
};

const NOT_COUNTED: FlagsReach = {
  state: "ready",
  problem: null,
  customers: 50_000,
  countedAt: "2026-01-01T00:00:00Z",
  durationMs: 200,
  flags: {},
};

export type OpenedApp = ReturnType<typeof renderWithin> & {
  platform: FakePlatform;
  /** Path and search of the page that is open. */
  location: () => string;
};

/** `path` with its search, as in `/flags?create=true`. */
export function openApp(path: string, answers: Answers): OpenedApp {
  forgetKept();
  const platform = answerWith({
    workspace_status: READY,
    live_wait: LIVE,
    environments_list: ENVIRONMENTS,
    audiences_list: [],
    flags_list: { flags: [], configVersion: 1 },
    flags_reach: NOT_COUNTED,
    flags_usage: { from: "2026-01-01T00:00:00Z", flags: [] },
    unknown_flags_list: [],
    evaluations_histogram: { step: 600, series: [], buckets: [], total: 0, notApplied: [] },
    ...answers,
  });
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }));
  return {
    ...renderWithin(<WorkspaceGate router={router} />),
    platform,
    location: () => router.state.location.href,
  };
}
