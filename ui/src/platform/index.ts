// The platform this page runs on, chosen once. Tests put another in its place.
import { httpPlatform } from "./http/http-platform";
import type { Platform } from "./platform";
import { insideTauri, tauriPlatform } from "./tauri/tauri-platform";

let current: Platform = insideTauri() ? tauriPlatform : httpPlatform;

export function platform(): Platform {
  return current;
}

export function replacePlatform(other: Platform): void {
  current = other;
}

export { CommandFailure } from "./command-failure";
export type { Platform, Request, Response } from "./platform";
