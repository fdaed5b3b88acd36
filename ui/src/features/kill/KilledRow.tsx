// How the kill of one of several flags went: proven, held up, or refused.
import { useCommandQuery } from "@/api";
import { StateGlyph } from "@/components";
import type { FlagKilled } from "@/contract";
import { CommandFailure } from "@/platform";
import { EndSession } from "./EndSession";
import classes from "./KillManyDialog.module.css";
import { holderInWords } from "./model/holder";
import { proofOf } from "./model/proof";
import type { KillTarget } from "./model/target";

const LOOK_MS = 300;

/** What the app tries on by itself. */
const GOES_ON: ReadonlySet<string> = new Set(["blocked", "database_unavailable", "timeout"]);

type Props = { target: KillTarget; answer: FlagKilled };

export function KilledRow({ target, answer: { result, problem } }: Props) {
  const heldUp = problem !== null && GOES_ON.has(problem.code);
  const attempt = useCommandQuery(
    "kill_attempt",
    { flag: target.id },
    {
      enabled: heldUp,
      staleTime: 0,
      refetchInterval: (last) => (last && last.state !== "trying" ? false : LOOK_MS),
    },
  ).data;
  const seq = result?.seq ?? attempt?.result?.seq;
  const blocker = attempt?.blocker ?? problem?.details.blocker;
  return (
    <li className={classes.flag}>
      <StateGlyph state={seq === undefined ? "warning" : "killed"} />
      <code className={classes.key}>{target.key}</code>
      <span className={classes.value}>
        {seq !== undefined ? (
          <Confirmed flag={target.id} seq={seq} />
        ) : heldUp && attempt?.state !== "failed" ? (
          <>
            not yet, and tried on: {blocker ? holderInWords(blocker) : problem.message}
            {blocker && <EndSession flag={target.id} blocker={blocker} />}
          </>
        ) : (
          `not killed: ${(attempt?.problem ? CommandFailure.from(attempt.problem) : problem)?.message ?? ""}`
        )}
      </span>
    </li>
  );
}

function Confirmed({ flag, seq }: { flag: string; seq: number }) {
  const { data } = useCommandQuery(
    "kill_effect",
    { flag, seq },
    {
      staleTime: 0,
      refetchInterval: (last) => (last && proofOf(last).missing.length === 0 ? false : LOOK_MS),
    },
  );
  return <span className="num">{data ? proofOf(data).headline : "killed"}</span>;
}
