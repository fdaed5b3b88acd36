import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ConnectionReport, WorkspaceStatus } from "@/contract";
import { openApp, READY } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";

const NONE: WorkspaceStatus = { ...READY, state: "none", workspace: null, actor: null };
const report = (fields: Partial<ConnectionReport>): ConnectionReport => ({
  ok: true,
  schemaExists: true,
  steps: (["reach", "tls", "login", "rights", "schema"] as const).map((step) => ({
    step,
    outcome: "ok",
    message: "",
    advice: "",
  })),
  ...fields,
});
const connected: WorkspaceStatus = {
  ...READY,
  workspace: { ...(READY.workspace as NonNullable<typeof READY.workspace>), kind: "connected" },
};

test("sample data leads over progress to the question who is there, and then to the flags", async () => {
  let status = NONE;
  const { user, platform } = openApp("/flags", {
    workspace_status: () => status,
    workspace_explore_sample: () => {
      status = { ...NONE, state: "opening", progress: { label: "Loading customers", fraction: 0.4 } };
      return status;
    },
    actor_set: ({ actor }) => {
      status = { ...READY, actor };
      return status;
    },
  });
  await screen.findByRole("heading", { name: "Welcome to Halyard" });
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: /Explore with sample data/ }));
  expect(await screen.findByRole("progressbar", { name: "Loading customers" })).toHaveAttribute(
    "aria-valuenow",
    "40",
  );
  status = { ...READY, actor: null };
  expect(await screen.findByRole("textbox", { name: "Name or e-mail" })).toHaveValue("ada");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(await screen.findByRole("heading", { name: "Flags" })).toBeVisible();
  expect(platform.asked).toContainEqual({ name: "actor_set", request: { actor: "ada" } });
});

async function fillIn(user: ReturnType<typeof openApp>["user"]) {
  await user.click(await screen.findByRole("button", { name: /Connect to your Postgres/ }));
  await user.type(screen.getByRole("textbox", { name: "Host" }), "db.example");
  await user.type(screen.getByRole("textbox", { name: "Database" }), "shop");
  await user.type(screen.getByRole("textbox", { name: "User" }), "ada");
  await user.click(screen.getByRole("button", { name: "Connect" }));
}

test("a connection names the step that failed and what to do, and keeps what was typed", async () => {
  const steps = report({}).steps.map((step) =>
    step.step === "login"
      ? {
          ...step,
          outcome: "failed" as const,
          message: "The password was refused.",
          advice: "Check the password.",
        }
      : step,
  );
  const { user } = openApp("/flags", {
    workspace_status: NONE,
    workspace_test_connection: report({ ok: false, schemaExists: false, steps }),
  });
  await fillIn(user);
  expect(await screen.findByText("The password was refused.")).toBeVisible();
  expect(screen.getByText("Check the password.")).toBeVisible();
  expect(screen.getByRole("textbox", { name: "Host" })).toHaveValue("db.example");
  await expectAccessible();
});

test("a schema is created only after asking, and then it is asked where the customers are", async () => {
  let status = NONE;
  const { user, platform } = openApp("/flags", {
    workspace_status: () => status,
    workspace_test_connection: report({ schemaExists: false }),
    workspace_connect: () => {
      status = { ...connected, actor: null };
      return status;
    },
    customer_source_get: {
      source: {
        customers: {
          schema: "public",
          table: "customers",
          idColumn: "id",
          nameColumn: null,
          emailColumn: null,
        },
        events: null,
      },
      customers: 500,
      problem: null,
      advice: [],
      missingGrants: [],
      brokenAudiences: [],
    },
    catalogue_list: [
      {
        schema: "public",
        table: "customers",
        kind: "table",
        estimatedRows: 500,
        columns: [{ name: "id", dbType: "bigint", type: "number", nullable: false, unique: true }],
      },
    ],
  });
  await fillIn(user);
  await user.click(await screen.findByRole("button", { name: "Create the schema and open" }));
  await screen.findByRole("heading", { name: "Where are your customers?" });
  await user.click(await screen.findByRole("button", { name: "Continue with customers" }));
  await screen.findByRole("heading", { name: "Who are you?" });
  const connects = platform.asked.filter(({ name }) => name === "workspace_connect");
  expect(connects.map(({ request }) => request)).toEqual([
    {
      name: "shop",
      connection: {
        host: "db.example",
        port: 5432,
        database: "shop",
        user: "ada",
        password: "",
        tls: "verify_full",
      },
      createSchema: true,
      rememberPassword: true,
    },
  ]);
});

test("a password that is not known is asked for", async () => {
  const { user, platform } = openApp("/flags", {
    workspace_status: {
      ...connected,
      state: "unavailable",
      problem: { code: "permission_denied", message: "The password of ada was refused.", details: {} },
    },
    workspace_open: READY,
  });
  await user.type(await screen.findByLabelText("Password"), "s3cret{Enter}");
  await waitFor(() =>
    expect(platform.asked).toContainEqual({
      name: "workspace_open",
      request: { id: "w1", password: "s3cret" },
    }),
  );
});

test("a database that does not answer says so, and what happens meanwhile", async () => {
  openApp("/flags", {
    workspace_status: {
      ...connected,
      state: "unavailable",
      problem: { code: "database_unavailable", message: "db.example:5432 does not answer.", details: {} },
    },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent(
    /db.example:5432 does not answer.*tried again every few seconds/,
  );
  await expectAccessible();
});
