// A platform for tests: answers with what the test says, remembers what was asked.
import type { CommandName } from "@/contract";
import { CommandFailure, type Platform, type Request, type Response, replacePlatform } from "@/platform";

export type Answers = {
  [Name in CommandName]?:
    | Response<Name>
    | ((request: Request<Name>) => Response<Name> | Promise<Response<Name>>);
};
export type Asked = { [Name in CommandName]: { name: Name; request: Request<Name> } }[CommandName];

export type FakePlatform = {
  /** Every command that was asked, in order. */
  asked: Array<Asked>;
  /** May be changed while the test goes on. */
  answers: Answers;
  /** Windows that were asked for, in order. */
  opened: Array<{ window: "main" | "kill-board"; flag?: string }>;
};

/** Puts a platform in place that gives `answers`; any other command fails as `internal`. */
export function answerWith(answers: Answers): FakePlatform {
  const asked: Array<Asked> = [];
  const opened: FakePlatform["opened"] = [];
  const fake: Platform = {
    async invoke(name, request, signal) {
      // The long poll would turn without end: it waits until the page lets go of it.
      if (name === "live_wait" && asked.some((one) => one.name === "live_wait")) await aborted(signal);
      asked.push({ name, request } as Asked);
      const answer = answers[name];
      if (answer === undefined) {
        throw new CommandFailure({
          code: "internal",
          message: `The test has no answer to ${name}.`,
          details: {},
        });
      }
      return typeof answer === "function"
        ? await (answer as (request: unknown) => never)(request)
        : (answer as never);
    },
    setTitle(title) {
      document.title = title;
    },
    shown() {},
    openWindow(window, flag) {
      opened.push({ window, ...(flag === undefined ? {} : { flag }) });
    },
  };
  replacePlatform(fake);
  return { asked, answers, opened };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}
