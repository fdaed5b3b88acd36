// A connection as it is typed: fields or a URL, and what of it stands in the way. Pure.
import type { ConnectionInput, ConnectionStep, TlsMode, Violation } from "@/contract";

export type ConnectionForm = {
  way: "fields" | "url";
  /** How the workspace is called; empty: after its database. */
  name: string;
  url: string;
  host: string;
  port: string;
  database: string;
  user: string;
  password: string;
  tls: TlsMode;
  /** Until somebody chooses, TLS follows the host. */
  tlsChosen: boolean;
  rememberPassword: boolean;
};

export type ConnectionField = "name" | "url" | "host" | "port" | "database" | "user" | "password" | "tls";
export type ConnectionErrors = { [field in ConnectionField]?: string };

export const FIRST_CONNECTION: ConnectionForm = {
  way: "fields",
  name: "",
  url: "",
  host: "",
  port: "5432",
  database: "",
  user: "",
  password: "",
  tls: "verify_full",
  tlsChosen: false,
  rememberPassword: true,
};

/** Whether nobody can listen on the way to `host`. */
export function isLoopback(host: string): boolean {
  const name = host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Off this computer TLS is verified; on it, it may not even be there. */
export function withHost(form: ConnectionForm, host: string): ConnectionForm {
  const tls = form.tlsChosen ? form.tls : isLoopback(host) ? "disable" : "verify_full";
  return { ...form, host, tls };
}

export function connectionErrors(form: ConnectionForm): ConnectionErrors {
  const errors: ConnectionErrors = {};
  if (form.way === "url") {
    if (form.url.trim() === "") errors.url = "Paste a URL, as in postgres://user:password@host:5432/database";
    else if (!/^postgres(ql)?:\/\//i.test(form.url.trim()))
      errors.url = "The URL of a Postgres database begins with postgres://";
    return errors;
  }
  if (form.host.trim() === "") errors.host = "The name or address of the database's computer.";
  const port = Number(form.port);
  if (!/^\d+$/.test(form.port.trim()) || port < 1 || port > 65_535) errors.port = "1 to 65535";
  if (form.database.trim() === "") errors.database = "The name of the database.";
  if (form.user.trim() === "") errors.user = "The database user to log in as.";
  return errors;
}

export function connectionInput(form: ConnectionForm): ConnectionInput {
  if (form.way === "url") return { url: form.url.trim() };
  return {
    host: form.host.trim(),
    port: Number(form.port),
    database: form.database.trim(),
    user: form.user.trim(),
    password: form.password,
    tls: form.tls,
  };
}

/** What the workspace is called unless somebody says otherwise: "northwind on db.example". */
export function workspaceName(form: ConnectionForm): string {
  if (form.name.trim() !== "") return form.name.trim();
  if (form.way === "fields") return form.database.trim();
  try {
    const { pathname, hostname } = new URL(form.url.trim());
    return decodeURIComponent(pathname.slice(1)) || hostname || "Workspace";
  } catch {
    return "Workspace";
  }
}

const FIELDS: ReadonlyArray<string> = ["name", "url", "host", "port", "database", "user", "password", "tls"];

/** The app's violations, such as `connection.host`, beside their fields. */
export function violationsByField(violations: ReadonlyArray<Violation>): ConnectionErrors {
  const errors: ConnectionErrors = {};
  for (const { path, message } of violations) {
    const field = path.replace(/^connection\./, "");
    if (FIELDS.includes(field)) errors[field as ConnectionField] = message;
  }
  return errors;
}

export const STEP_NAMES: Record<ConnectionStep["step"], string> = {
  reach: "Reach the server",
  tls: "Encrypt the connection",
  login: "Log in",
  rights: "Check the rights",
  schema: "Look for Halyard's schema",
};
