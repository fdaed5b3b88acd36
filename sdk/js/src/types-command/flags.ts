// What the command needs to know of a flag, read from what a server or a file says.
import type { FlagValue } from "../types.js";

/** A flag as `GET /feature-flags` answers it, as far as types go. */
export interface FlagOfServer {
  key: string;
  name: string;
  type: "boolean" | "string" | "number" | "json";
  defaultValue: FlagValue;
  rules: ReadonlyArray<{ value: FlagValue }>;
  clientVisible: boolean;
}

/** The flags of one answer, or of a list of flags; `where` is named in the error. */
export function flagsOf(content: unknown, where: string): FlagOfServer[] {
  const list = Array.isArray(content) ? content : (content as { flags?: unknown } | null)?.flags;
  if (!Array.isArray(list)) throw new Error(`${where} holds no flags. Give what GET /feature-flags answers.`);
  for (const [at, flag] of list.entries()) {
    if (typeof flag?.key !== "string" || !["boolean", "string", "number", "json"].includes(flag.type)) {
      throw new Error(`${where}: entry ${at + 1} is not a flag. It needs at least a key and a type.`);
    }
  }
  return list as FlagOfServer[];
}
