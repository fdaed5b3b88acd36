import { describe, expect, test } from "vitest";
import {
  connectionErrors,
  connectionInput,
  FIRST_CONNECTION,
  isLoopback,
  violationsByField,
  withHost,
  workspaceName,
} from "./connection";

describe("TLS", () => {
  test("is verified off this computer unless somebody says otherwise", () => {
    expect(withHost(FIRST_CONNECTION, "db.example").tls).toBe("verify_full");
    expect(withHost(FIRST_CONNECTION, "localhost").tls).toBe("disable");
    expect(withHost(withHost(FIRST_CONNECTION, "localhost"), "db.example").tls).toBe("verify_full");
    expect(withHost({ ...FIRST_CONNECTION, tls: "require", tlsChosen: true }, "localhost").tls).toBe(
      "require",
    );
  });

  test("a name that only looks like loopback is not", () => {
    expect(isLoopback("127.0.0.1")).toBe(true);
    expect(isLoopback("[::1]")).toBe(true);
    expect(isLoopback("localhost.example")).toBe(false);
    expect(isLoopback("128.0.0.1")).toBe(false);
  });
});

test("all that is missing is said at once", () => {
  expect(Object.keys(connectionErrors({ ...FIRST_CONNECTION, port: "70000" }))).toEqual([
    "host",
    "port",
    "database",
    "user",
  ]);
  expect(connectionErrors({ ...FIRST_CONNECTION, way: "url", url: "mysql://x" }).url).toMatch(
    /begins with postgres:/,
  );
});

test("a URL is sent as it is, fields as numbers and trimmed texts", () => {
  expect(connectionInput({ ...FIRST_CONNECTION, way: "url", url: " postgres://h/d " })).toEqual({
    url: "postgres://h/d",
  });
  expect(
    connectionInput({ ...FIRST_CONNECTION, host: " h ", database: "d", user: "u", password: " p " }),
  ).toEqual({
    host: "h",
    port: 5432,
    database: "d",
    user: "u",
    password: " p ",
    tls: "verify_full",
  });
});

test("a workspace is called after its database", () => {
  expect(workspaceName({ ...FIRST_CONNECTION, database: "northwind" })).toBe("northwind");
  expect(workspaceName({ ...FIRST_CONNECTION, way: "url", url: "postgres://u:p@h/shop%20one" })).toBe(
    "shop one",
  );
  expect(workspaceName({ ...FIRST_CONNECTION, name: "Acme" })).toBe("Acme");
});

test("violations find their fields", () => {
  expect(
    violationsByField([
      { path: "connection.host", message: "Enter it." },
      { path: "createSchema", message: "x" },
    ]),
  ).toEqual({
    host: "Enter it.",
  });
});
