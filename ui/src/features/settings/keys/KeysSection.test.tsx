import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import type { CreatedSdkKey, SdkKey } from "@/contract";
import { CommandFailure } from "@/platform";
import { LIVE, openApp } from "@/testing/app";
import { expectAccessible } from "@/testing/axe";
import type { Answers, FakePlatform } from "@/testing/platform";
import { sdkKey } from "./testing";

const TEXT = `hal_srv_${"k".repeat(49)}`;
const OFF = { enabled: false, port: 8484, url: null, since: null, evaluations: 0, problem: null };

function open(keys: Array<SdkKey>, answers: Answers = {}) {
  return openApp("/settings?section=keys", {
    sdk_keys_list: keys,
    local_endpoint_get: OFF,
    customers_search: [],
    ...answers,
  });
}
const made = (fields: Partial<SdkKey> = {}): CreatedSdkKey => ({ key: sdkKey(fields), text: TEXT });
const asked = (platform: FakePlatform, wanted: string) =>
  platform.asked.filter(({ name }) => name === wanted).map(({ request }) => request);

describe("the list", () => {
  test("says of each key what it is, when it was used and whether it still opens something", async () => {
    const { container, user } = open([
      sdkKey({ name: "Checkout", lastUsedAt: new Date(Date.now() - 150_000).toISOString() }),
      sdkKey({ name: "Mobile", kind: "client", expiresAt: new Date(Date.now() + 86_400_000).toISOString() }),
      sdkKey({ name: "Old", revokedAt: "2026-01-02T00:00:00Z" }),
      sdkKey({ name: "CI", kind: "admin", environment: null, role: "editor" }),
    ]);
    const production = await screen.findByRole("list", { name: /Production/ });
    const [server, client] = within(production).getAllByRole("listitem");
    expect(server).toHaveTextContent(/Server.*Checkout.*hal_srv_3kF9….*Used 2 min ago.*Live/);
    expect(client).toHaveTextContent(/Client.*Mobile.*Never used.*Expires in/);
    expect(screen.getByRole("list", { name: "Administration" })).toHaveTextContent(/CI.*editor/);
    expect(screen.getByText("No live key: no app can ask for Staging.")).toBeVisible();
    expect(screen.queryByText("Old")).not.toBeInTheDocument();
    await expectAccessible(container);
    await user.click(screen.getByRole("button", { name: "Show 1 ended key" }));
    expect(screen.getByText("Old").closest("li")).toHaveTextContent(/Revoked/);
    expect(screen.queryByRole("button", { name: "Actions for Old" })).not.toBeInTheDocument();
  });

  test("empty, it says what a key is for and offers the first", async () => {
    const { user, container } = open([]);
    expect(await screen.findByText("No keys yet")).toBeVisible();
    await expectAccessible(container);
    await user.click(screen.getByRole("button", { name: "New key" }));
    expect(await screen.findByRole("dialog", { name: "New SDK key" })).toBeVisible();
  });

  test("without the right to read them it says so, and can be asked again", async () => {
    open([], {
      sdk_keys_list: () => {
        throw new CommandFailure({ code: "permission_denied", message: "You may not.", details: {} });
      },
    });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent(
      /The keys could not be read\..*You may not\..*Ask whoever runs the database/,
    );
    expect(within(alert).getByRole("button", { name: "Try again" })).toBeVisible();
  });

  test("nothing can be changed while the database is gone", async () => {
    open([sdkKey()], { live_wait: { ...LIVE, connected: false, problem: "refused" } });
    await waitFor(() => expect(screen.getByRole("button", { name: "New key" })).toBeDisabled());
  });
});

describe("a new key", () => {
  test("is shown once, with a request to try it, and is kept nowhere after that", async () => {
    const log = vi.spyOn(console, "log");
    const { user, client, platform } = open([], { sdk_key_create: made() });
    await user.click(await screen.findByRole("button", { name: "New key" }));
    const dialog = await screen.findByRole("dialog", { name: "New SDK key" });
    await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "Web shop{Enter}");
    const once = await screen.findByRole("dialog", { name: "Web shop: copy the key now" });
    expect(within(once).getByTestId("new-key")).toHaveTextContent(TEXT);
    expect(once).toHaveTextContent(/This is the only time you see it/);
    expect(once).toHaveTextContent(`Authorization: Bearer ${TEXT}`);
    await expectAccessible(once);
    expect(asked(platform, "sdk_key_create")).toEqual([
      { kind: "server", name: "Web shop", environment: "production" },
    ]);

    await user.keyboard("{Escape}");
    expect(within(once).getByTestId("new-key")).toBeVisible();
    await user.click(within(once).getByRole("button", { name: "Copy key" }));
    expect(await navigator.clipboard.readText()).toBe(TEXT);
    await user.click(within(once).getByRole("button", { name: "Done, I have stored it" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());

    const kept = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()].map(
      ({ state }) => JSON.stringify(state),
    );
    expect(kept.filter((state) => state.includes(TEXT))).toEqual([]);
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(TEXT);
    expect(document.documentElement.innerHTML).not.toContain(TEXT);
    expect(JSON.stringify(log.mock.calls)).not.toContain(TEXT);
  });

  test("for administration asks for a role and not for an environment", async () => {
    const { user, platform } = open([], {
      sdk_key_create: made({ kind: "admin", environment: null, role: "operator" }),
    });
    await user.click(await screen.findByRole("button", { name: "New key" }));
    const dialog = await screen.findByRole("dialog", { name: "New SDK key" });
    expect(within(dialog).getByRole("radio", { name: "Client" })).toHaveAccessibleDescription(/Public/);
    await user.click(within(dialog).getByRole("radio", { name: "Admin" }));
    expect(within(dialog).queryByRole("combobox", { name: "Environment" })).not.toBeInTheDocument();
    await user.click(within(dialog).getByRole("radio", { name: "Operator" }));
    await expectAccessible(dialog);
    await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "Pipeline{Enter}");
    await waitFor(() =>
      expect(asked(platform, "sdk_key_create")).toEqual([
        { kind: "admin", name: "Pipeline", role: "operator" },
      ]),
    );
  });

  test("without a name, or past the limit, is refused beside the field and not asked for", async () => {
    const { user, platform } = open([sdkKey({ name: "a" }), sdkKey({ name: "b" })]);
    await user.click(await screen.findByRole("button", { name: "New key" }));
    const dialog = await screen.findByRole("dialog", { name: "New SDK key" });
    await user.click(within(dialog).getByRole("button", { name: "Create key" }));
    expect(within(dialog).getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(
      /Give it a name/,
    );
    expect(within(dialog).getByText(/Production has 2 live server keys/)).toBeVisible();
    expect(asked(platform, "sdk_key_create")).toEqual([]);
  });

  test("that the app refuses says why beside the field, and what was typed stays", async () => {
    const { user } = open([], {
      sdk_key_create: () => {
        throw new CommandFailure({
          code: "invalid",
          message: "No.",
          details: { violations: [{ path: "environment", message: "There is no such environment." }] },
        });
      },
    });
    await user.click(await screen.findByRole("button", { name: "New key" }));
    const dialog = await screen.findByRole("dialog", { name: "New SDK key" });
    await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "Web shop{Enter}");
    expect(await within(dialog).findByText("There is no such environment.")).toBeVisible();
    expect(within(dialog).getByRole("textbox", { name: "Name" })).toHaveValue("Web shop");
  });
});

describe("rotating", () => {
  const rotate = async (user: ReturnType<typeof open>["user"]) => {
    await user.click(await screen.findByRole("button", { name: "Actions for Web shop" }));
    await user.click(await screen.findByRole("menuitem", { name: "Rotate…" }));
    return screen.findByRole("dialog", { name: "Rotate Web shop" });
  };

  test("makes a second key, and the first ends in 24 hours unless chosen otherwise", async () => {
    const { user, platform } = open([sdkKey()], { sdk_key_rotate: made() });
    const dialog = await rotate(user);
    expect(within(dialog).getByRole("radio", { name: "In 24 hours" })).toBeChecked();
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole("button", { name: "Make the new key" }));
    const once = await screen.findByRole("dialog", { name: "Web shop: copy the new key now" });
    expect(once).toHaveTextContent(/hal_srv_3kF9….*works for another 24 hours/);
    const [request] = asked(platform, "sdk_key_rotate") as Array<{ id: string; oldExpiresAt: string }>;
    const hours = (Date.parse(request?.oldExpiresAt ?? "") - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
  });

  test("of a key that leaked revokes it; when that fails, says that it still works", async () => {
    let refused = true;
    const { user, platform } = open([sdkKey()], {
      sdk_key_rotate: made(),
      sdk_key_revoke: () => {
        if (refused) throw new CommandFailure({ code: "timeout", message: "Too long.", details: {} });
        return sdkKey({ revokedAt: "2026-01-02T00:00:00Z" });
      },
    });
    const dialog = await rotate(user);
    await user.click(within(dialog).getByRole("radio", { name: "At once" }));
    await user.click(within(dialog).getByRole("button", { name: "Make the new key" }));
    expect(await screen.findByText("The old key still works.")).toBeVisible();
    expect(screen.getByTestId("new-key")).toHaveTextContent(TEXT);
    refused = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/is revoked: it is refused within 2 seconds/)).toBeVisible();
    expect(asked(platform, "sdk_key_rotate")).toEqual([{ id: "id of Web shop" }]);
  });

  test("with two live keys says which, and makes none", async () => {
    const { user } = open([sdkKey(), sdkKey({ name: "Web shop, old" })]);
    const dialog = await rotate(user);
    expect(dialog).toHaveTextContent(/2 live server keys, which is the most: Web shop and Web shop, old/);
    expect(within(dialog).queryByRole("button", { name: "Make the new key" })).not.toBeInTheDocument();
  });
});

test("revoking says how soon it is refused and who stops, and asks first", async () => {
  const { user, platform } = open([sdkKey({ lastUsedAt: new Date().toISOString() })], {
    sdk_key_revoke: sdkKey({ revokedAt: "2026-01-02T00:00:00Z" }),
  });
  await user.click(await screen.findByRole("button", { name: "Actions for Web shop" }));
  await user.click(await screen.findByRole("menuitem", { name: "Revoke…" }));
  const dialog = await screen.findByRole("dialog", { name: "Revoke Web shop" });
  expect(dialog).toHaveTextContent(
    /refused within 2 seconds.*last used just now.*no other key for Production/,
  );
  expect(asked(platform, "sdk_key_revoke")).toEqual([]);
  await user.click(within(dialog).getByRole("button", { name: "Revoke key" }));
  await waitFor(() => expect(asked(platform, "sdk_key_revoke")).toEqual([{ id: "id of Web shop" }]));
});
