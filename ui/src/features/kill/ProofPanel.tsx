// What is known of the effect of a kill: every server with the milliseconds until it confirmed, what the log still
// shows, and what nobody can know from here. It keeps watching for as long as it is shown.
import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useCommandQuery } from "@/api";
import { absoluteTime, clockTime, formatDuration, StateGlyph } from "@/components";
import type { ConfirmingEvaluator, KillEffect } from "@/contract";
import { logInWords, missingInWords, proofOf, sdksInWords } from "./model/proof";
import classes from "./ProofPanel.module.css";

/** How often to look, in milliseconds: while somebody has not confirmed, and afterwards. */
const LOOK_MS = 250;
const WATCH_MS = 2_000;

type Props = {
  flag: { id: string; key: string };
  /** The audit entry of the kill. */
  seq: number;
  /** Beside the headline, as in who did it and Undo. */
  children?: ReactNode;
  /** Once, when all servers have confirmed: what to read out. */
  onConfirmed?: (text: string) => void;
  size?: "normal" | "large";
};

export function ProofPanel({ flag, seq, children, onConfirmed, size = "normal" }: Props) {
  const { data, error } = useCommandQuery(
    "kill_effect",
    { flag: flag.id, seq },
    {
      staleTime: 0,
      refetchInterval: (last) =>
        last && proofOf(last).missing.length === 0 && last.oldServed !== "looking" ? WATCH_MS : LOOK_MS,
    },
  );
  const proof = data ? proofOf(data) : null;
  const said = useRef(false);
  const latest = useRef(onConfirmed);
  latest.current = onConfirmed;
  const confirmed = proof?.verdict === "confirmed" ? proof.headline : null;
  useEffect(() => {
    if (confirmed === null || said.current) return;
    said.current = true;
    latest.current?.(`${flag.key}: ${confirmed}.`);
  }, [confirmed, flag.key]);

  return (
    <section className={classes.panel} aria-label={`Proof of effect, ${flag.key}`} data-size={size}>
      <div className={classes.head}>
        {children}
        <span className={classes.headline} data-verdict={proof?.verdict ?? "waiting"} role="status">
          {proof?.verdict === "confirmed" ? (
            <IconCircleCheck size={16} stroke={2} aria-hidden />
          ) : (
            <StateGlyph state={proof?.verdict === "waiting" ? "warning" : "off"} label="" />
          )}
          {proof?.headline ?? (error ? "Not known: the database does not answer" : "Asking who confirmed…")}
        </span>
      </div>
      {proof && data && (
        <>
          <Evaluators label="Servers" evaluators={proof.servers} />
          {proof.missing.map((server) => (
            <p key={server.id} className={classes.missing}>
              <StateGlyph state="warning" label="Warning" /> {missingInWords(server)}
            </p>
          ))}
          {proof.desktops.length > 0 && (
            <>
              <p className={classes.apart}>Local endpoints of desktops, which no customer asks</p>
              <Evaluators label="Local endpoints" evaluators={proof.desktops} />
            </>
          )}
          <ul className={classes.facts} data-selectable>
            <li>
              <OldServed effect={data} />
            </li>
            <li>Clients keep the old value until they ask again.</li>
            <li>{sdksInWords(data)}</li>
          </ul>
        </>
      )}
    </section>
  );
}

function Evaluators({
  label,
  evaluators,
}: {
  label: string;
  evaluators: ReadonlyArray<ConfirmingEvaluator>;
}) {
  if (evaluators.length === 0) return null;
  return (
    <ul className={classes.evaluators} aria-label={label}>
      {evaluators.map(({ id, host, program, confirmedAfterMs, lastSeenAt }) => (
        <li key={id} className={classes.evaluator} data-confirmed={confirmedAfterMs !== null}>
          <StateGlyph state={confirmedAfterMs === null ? "warning" : "serving"} label="" />
          <span
            className={classes.host}
            title={`${host} · ${program}, last heard of ${absoluteTime(new Date(lastSeenAt))}`}
          >
            {host}
          </span>
          <span className={classes.program}>{program}</span>
          <span className={classes.after}>
            {confirmedAfterMs === null ? "not yet" : formatDuration(confirmedAfterMs)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The last call that still got the old value, and what the log cannot say yet. */
function OldServed({ effect }: { effect: KillEffect }) {
  const { oldServed, lastOldServedAt, killedAt, logBehindMs } = effect;
  const behind = logInWords(logBehindMs);
  if (oldServed === "looking") return "Looking in the log for calls that still got the old value…";
  if (oldServed === "unknown")
    return "Whether a call still got the old value is not known: the log could not be read.";
  const last = oldServed === "known" && lastOldServedAt !== null ? new Date(lastOldServedAt) : null;
  const kill = new Date(killedAt);
  if (last && last > kill) {
    return (
      <>
        Last evaluation that still served the old value: <strong>{clockTime(last)}</strong>,{" "}
        {formatDuration(last.getTime() - kill.getTime())} after the kill; {behind}.
      </>
    );
  }
  return (
    <>
      {last && (
        <>
          Last evaluation that still served the old value: <strong>{clockTime(last)}</strong>.{" "}
        </>
      )}
      None stored since <strong>{clockTime(kill).slice(0, 8)}</strong>; {behind}.
    </>
  );
}

/** For the end of the head: a quiet button. */
export function UndoButton({ onUndo, busy }: { onUndo: () => void; busy: boolean }) {
  return (
    <Button onClick={onUndo} loading={busy}>
      Undo
    </Button>
  );
}
