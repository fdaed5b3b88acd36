// Whether the audit is what was written: verified while one looks, with what was found and what to do about it.
import { Button, Popover } from "@mantine/core";
import { IconLinkOff, IconLoader2, IconShieldCheck, IconShieldQuestion } from "@tabler/icons-react";
import { useState } from "react";
import { useActions } from "@/app/actions";
import { absoluteTime, formatCount, formatCounted, RelativeTime } from "@/components";
import type { VerificationStatus } from "@/contract";
import classes from "./ChainBadge.module.css";
import { brokenWhere, chainWords } from "./model/chain";
import { useVerification } from "./use-verification";

const ICONS = {
  idle: IconShieldQuestion,
  running: IconLoader2,
  intact: IconShieldCheck,
  broken: IconLinkOff,
} as const;

export function ChainBadge() {
  const { status, failure, start, stop } = useVerification();
  const [opened, setOpened] = useState(false);
  const state = status?.state ?? "idle";
  const Icon = ICONS[state];
  useActions([
    { id: "audit.verify", label: "Verify the audit again", keywords: "chain hash intact", run: start },
  ]);
  const words = status ? chainWords(status) : failure ? "Could not be verified" : "Looking at the chain…";
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={380} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.badge}
          data-state={state}
          aria-expanded={opened}
          aria-haspopup="dialog"
          aria-label={`Chain of entries: ${words}`}
          onClick={() => setOpened(!opened)}
        >
          <Icon size={16} stroke={1.75} aria-hidden />
          <span className={classes.words}>
            {words}
            {state === "intact" && status?.verifiedAt && (
              <>
                , verified <RelativeTime at={status.verifiedAt} />
                {status.checkpoint && (
                  <span className={classes.more}>, checkpoint {formatCount(status.checkpoint.seq)}</span>
                )}
              </>
            )}
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Chain of entries">
        <div className={classes.detail} data-selectable>
          <h2 className={classes.title}>{words}</h2>
          {failure && !status && <p>{failure.message}</p>}
          {status && <Found status={status} />}
          {state === "running" && status && (
            <progress
              className={classes.progress}
              value={status.checked}
              max={Math.max(1, status.of)}
              aria-label="Verified"
            />
          )}
          <div className={classes.buttons}>
            {state === "running" ? (
              <Button onClick={stop}>Stop</Button>
            ) : (
              <Button onClick={start}>Verify again</Button>
            )}
          </div>
        </div>
      </Popover.Dropdown>
      <span className="hidden" role="status">
        {state === "running" ? "" : words}
      </span>
    </Popover>
  );
}

function Found({ status }: { status: VerificationStatus }) {
  const { state, checkpoint, verifiedAt, problem } = status;
  return (
    <>
      {state === "intact" && (
        <p>
          Each of {formatCounted(status.of, "entry", "entries")} is what it was when it was written, and none
          is missing between them.
        </p>
      )}
      {state === "broken" && (
        <>
          <p>
            <strong>{problem}</strong>
          </p>
          <p>
            Something changed the table from outside, past the app and the database's own rules. What comes
            before {brokenWhere(status)} is intact. Keep the database as it is, export the audit, and compare
            it with the last export or backup.
          </p>
        </>
      )}
      {state === "idle" && problem !== null && <p>{problem}</p>}
      <dl className={classes.facts}>
        {verifiedAt && (
          <>
            <dt>Last found intact</dt>
            <dd>{absoluteTime(new Date(verifiedAt))}</dd>
          </>
        )}
        <dt>Checkpoint</dt>
        <dd>
          {checkpoint ? (
            <>
              Entry {formatCount(checkpoint.seq)}, signed <RelativeTime at={checkpoint.at} focusable />
            </>
          ) : (
            "none yet: without one, entries cut off at the end leave no trace"
          )}
        </dd>
      </dl>
    </>
  );
}
