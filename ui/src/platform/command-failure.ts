// A command that failed, as something to throw. Decide by `code`, show `message`.
import type { CommandError, ErrorCode, ErrorDetails, Violation } from "@/contract";

export class CommandFailure extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor({ code, message, details }: CommandError) {
    super(message);
    this.name = "CommandFailure";
    this.code = code;
    this.details = details ?? {};
  }

  /** What was wrong with the request, field by field; empty unless `code` is `invalid`. */
  get violations(): ReadonlyArray<Violation> {
    return this.details.violations ?? [];
  }

  /** Makes a failure of whatever a transport threw. */
  static from(thrown: unknown): CommandFailure {
    if (thrown instanceof CommandFailure) return thrown;
    if (isCommandError(thrown)) return new CommandFailure(thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new CommandFailure({ code: "internal", message, details: {} });
  }
}

function isCommandError(value: unknown): value is CommandError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
