// The hooks in React, with Testing Library, against a real server: what is drawn, and how often.
import { localStorage } from "./dom.mjs";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { FlagsProvider, useFlag, useFlagDetail, useFlags, useFlagsClient } from "@halyard/flags/react";
import { createTestClient } from "@halyard/flags/testing";
import { act, cleanup, render, waitFor } from "@testing-library/react";
import { createElement, StrictMode } from "react";
import { setPayments } from "../clients/contract.mjs";
import { clientFor, flagMap, json, misbehaving, nobody, PATIENT, SOME_KEY, useFlagsService } from "./service.mjs";

const given = useFlagsService();
afterEach(() => {
  cleanup();
  localStorage.clear();
});
const patient = { timeout: PATIENT };

/** A component of what `hook` answers; `drawn` is every value that it was drawn with. */
function watching(hook) {
  const drawn = [];
  const Component = () => {
    const value = hook();
    drawn.push(value);
    return createElement("p", null, JSON.stringify(value));
  };
  return { drawn, Component };
}

const provided = (client, Component, props) =>
  createElement(FlagsProvider, { client, ...props }, createElement(Component));

/** A server of the test's own whose flags the test changes. */
async function changing(t, flags) {
  const server = await misbehaving(t, (response) => json(response, flagMap(server.flags)));
  server.flags = flags;
  const client = clientFor(t, { url: server.url, key: SOME_KEY, timeout: PATIENT });
  return { server, client };
}

test("the fallback is drawn until the value is known, then the value", async (t) => {
  const { drawn, Component } = watching(() => useFlag("price-page", "mine"));
  const { container } = render(provided(given.client(t), Component));
  await waitFor(() => assert.equal(container.textContent, '"beta"'), patient);
  assert.deepEqual(drawn, ["mine", "beta"]);
});

test("with a cached value the fallback never shows", async (t) => {
  await given.client(t, { cache: { storage: localStorage } }).evaluateAll();
  const { drawn, Component } = watching(() => useFlag("price-page", "mine"));
  const from = given.wire.exchanges.length;
  const client = given.client(t, { cache: { storage: localStorage } });
  const loading = createElement("i", null, "loading");
  const { container } = render(provided(client, Component, { loading }));
  assert.equal(container.textContent, '"beta"', "in the first drawing");
  await waitFor(() => assert.equal(client.snapshot().flags["price-page"].from, "server"), patient);
  assert.deepEqual(drawn, ["beta"]);
  assert.equal(given.calls(from), 1);
});

test("with a bootstrap the fallback never shows either", async (t) => {
  const server = given.client(t);
  await server.evaluateAll();
  const bootstrap = JSON.parse(JSON.stringify(server.snapshot()));
  const { drawn, Component } = watching(() => useFlag("price-page", "mine"));
  const client = given.client(t, { bootstrap });
  render(provided(client, Component));
  await act(() => client.evaluateAll());
  assert.deepEqual(drawn, ["beta"]);
});

test("loading is shown until something is known", async (t) => {
  const { drawn, Component } = watching(() => useFlag("price-page", "mine"));
  const loading = createElement("i", null, "loading");
  const { container } = render(provided(given.client(t), Component, { loading }));
  assert.equal(container.textContent, "loading");
  await waitFor(() => assert.equal(container.textContent, '"beta"'), patient);
  assert.deepEqual(drawn, ["beta"]);
});

test("loading ends with fallbacks when nobody answers", async (t) => {
  const { drawn, Component } = watching(() => useFlagDetail("price-page", "mine"));
  const client = given.client(t, { url: await nobody() });
  const { container } = render(provided(client, Component, { loading: "loading" }));
  assert.equal(container.textContent, "loading");
  await waitFor(() => assert.notEqual(container.textContent, "loading"), patient);
  assert.deepEqual(
    drawn.map(({ value, from, reason }) => [value, from, reason.errorKind]),
    [["mine", "fallback", "NETWORK"]],
  );
});

test("a component is drawn anew when its flag changed, and only then", async (t) => {
  const { server, client } = await changing(t, { a: 1, b: { deep: [1] } });
  const a = watching(() => useFlag("a", 0));
  const b = watching(() => useFlag("b", null));
  const all = watching(() => useFlags());
  const three = () => [a, b, all].map(({ Component }, key) => createElement(Component, { key }));
  render(createElement(FlagsProvider, { client }, three()));
  await waitFor(() => assert.equal(client.snapshot().ready, true), patient);
  for (let round = 0; round < 3; round++) await act(() => client.evaluateAll());
  assert.deepEqual(
    [a.drawn, b.drawn],
    [
      [0, 1],
      [null, { deep: [1] }],
    ],
  );
  assert.deepEqual(
    all.drawn.map(({ values, ready }) => [values, ready]),
    [
      [{}, false],
      [server.flags, true],
    ],
  );
  server.flags = { a: 2, b: { deep: [1] } };
  await act(() => client.evaluateAll());
  assert.deepEqual([a.drawn, b.drawn.length, all.drawn.length], [[0, 1, 2], 2, 3]);
});

test("a fallback that is written as an object does not draw again and again", async (t) => {
  const { client } = await changing(t, { a: 1 });
  const { drawn, Component } = watching(() => useFlag("missing", { mine: true }));
  render(provided(client, Component));
  await waitFor(() => assert.equal(client.snapshot().ready, true), patient);
  await act(() => client.evaluateAll());
  assert.equal(drawn.length, 1);
});

test("an open component shows a kill within its bound", async (t) => {
  const { drawn, Component } = watching(() => useFlag("payments", false));
  const client = given.client(t, { refresh: { every: 1_000 } });
  const { container } = render(provided(client, Component));
  await waitFor(() => assert.equal(container.textContent, "true"), patient);
  try {
    await act(() => setPayments(given.server, false));
    await waitFor(() => assert.equal(container.textContent, "false"), { timeout: 1_000 + 2 * PATIENT });
    assert.deepEqual(drawn, [false, true, false]);
  } finally {
    await setPayments(given.server, true);
  }
});

test("details say why: not ready, served, not found, wrong type", async (t) => {
  const client = given.client(t);
  const asked = { "price-page": "mine", "no-such": "mine", constructor: "mine", payments: "mine" };
  const { drawn, Component } = watching(() => Object.entries(asked).map(([key, mine]) => useFlagDetail(key, mine)));
  render(provided(client, Component));
  await waitFor(() => assert.equal(client.snapshot().ready, true), patient);
  const said = (details) => details.map(({ value, from, reason }) => [value, from, reason.errorKind ?? reason.kind]);
  assert.deepEqual(
    said(drawn[0]),
    Object.keys(asked).map(() => ["mine", "fallback", "NOT_READY"]),
  );
  assert.deepEqual(said(drawn.at(-1)), [
    ["beta", "server", "RULE_MATCH"],
    ["mine", "fallback", "FLAG_NOT_FOUND"],
    ["mine", "fallback", "FLAG_NOT_FOUND"],
    ["mine", "fallback", "WRONG_TYPE"],
  ]);
});

test("another entity's values are drawn once it is identified", async (t) => {
  const { drawn, Component } = watching(() => useFlag("price-page", "mine"));
  let client;
  const Whose = () => {
    client = useFlagsClient();
    return createElement(Component);
  };
  const { container } = render(provided(given.client(t), Whose));
  await waitFor(() => assert.equal(container.textContent, '"beta"'), patient);
  await act(() => client.identify("bob"));
  assert.equal(container.textContent, '"new"');
  assert.deepEqual(drawn, ["mine", "beta", "mine", "new"], "never ada's value for bob");
});

test("whatever was mounted leaves nothing behind", async (t) => {
  const client = given.client(t);
  let listening = 0;
  const watched = {
    ...client,
    subscribe(listener) {
      const end = client.subscribe(listener);
      listening++;
      return () => {
        listening--;
        end();
      };
    },
  };
  const { Component } = watching(() => [useFlag("payments", false), useFlagDetail("payments", false), useFlags()]);
  const { unmount } = render(provided(watched, Component));
  assert.equal(listening, 4, "three hooks and the provider");
  // Also when it goes before the first answer.
  unmount();
  assert.equal(listening, 0);
  await client.start();
});

test("StrictMode, which mounts twice, asks once", async (t) => {
  const from = given.wire.exchanges.length;
  const { Component } = watching(() => useFlag("price-page", "mine"));
  const tree = createElement(StrictMode, null, provided(given.client(t), Component));
  const { container } = render(tree);
  await waitFor(() => assert.equal(container.textContent, '"beta"'), patient);
  assert.equal(given.calls(from), 1);
});

test("a provider that is given another client shows what that one knows", async () => {
  const { Component } = watching(() => useFlag("a", 0));
  const [one, two] = [createTestClient({ flags: { a: 1 } }), createTestClient({ flags: { a: 2 } })];
  const { container, rerender } = render(provided(one, Component));
  assert.equal(container.textContent, "1");
  rerender(provided(two, Component));
  assert.equal(container.textContent, "2");
  await act(() => one.set("a", 3));
  assert.equal(container.textContent, "2");
});

test("a test client decides what components draw", async () => {
  const client = createTestClient({ flags: { a: "one" } });
  const { drawn, Component } = watching(() => useFlag("a", "mine"));
  render(provided(client, Component));
  await act(() => client.set("a", "two"));
  await act(() => client.set("a", undefined));
  await act(() => client.set("a", "three"));
  await act(() => client.fail("NETWORK"));
  assert.deepEqual(drawn, ["one", "two", "mine", "three", "mine"]);
});

test("a hook without a provider says what is missing", (t) => {
  t.mock.method(console, "error", () => {});
  const { Component } = watching(() => useFlag("a", 0));
  assert.throws(() => render(createElement(Component)), /FlagsProvider/);
});
