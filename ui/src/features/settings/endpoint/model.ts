// The local endpoint as settings show it: its state in words, its port as typed, a request to try it. Pure.
import type { LocalEndpointStatus } from "@/contract";
import { snippetOf } from "../keys/model";

export type EndpointState = "off" | "starting" | "serving" | "failed";

export function endpointState({ enabled, url, problem }: LocalEndpointStatus): EndpointState {
  if (!enabled) return "off";
  if (url !== null) return "serving";
  return problem === null ? "starting" : "failed";
}

/** The port that was typed, or what is wrong with it. */
export function parsePort(text: string): { port: number } | { problem: string } {
  const typed = text.trim();
  if (typed === "") return { problem: "Type a port, as in 8484." };
  if (!/^\d+$/.test(typed)) return { problem: `“${typed}” is not a port. Type a number, as in 8484.` };
  const port = Number(typed);
  if (port < 1 || port > 65_535) return { problem: "A port is between 1 and 65535." };
  return { port };
}

/** Stands in the request for a key, which is never shown again. */
export const KEY_PLACE = "YOUR_SERVER_OR_CLIENT_KEY";

export function requestTo(url: string, flag: string, entityId: string): string {
  return snippetOf("server", KEY_PLACE, { server: url, flag, entityId }).text;
}
