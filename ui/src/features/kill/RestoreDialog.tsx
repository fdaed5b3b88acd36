// Restoring takes a sentence: what customers get again, whether the rules were edited while the flag was killed and
// what that changes, and a note, before Enter.
import { useEffect, useMemo, useRef } from "react";
import { useCommandQuery } from "@/api";
import { useEnvironments } from "@/app/environment";
import { ConfirmDialog, ErrorNote, RelativeTime } from "@/components";
import type { Flag } from "@/contract";
import { Exposure } from "../flag/Exposure";
import { changeSentences, type Names } from "../flag/model/changes";
import { listInWords } from "../flag/model/phrase";
import { exposure } from "../flag/model/reach";
import { Phrase } from "../flag/Phrase";
import { useReach } from "../flag/use-reach";
import { ByHand } from "./ByHand";
import { editedMeanwhile } from "./model/meanwhile";
import { type KillTarget, onIn, restoreLabel } from "./model/target";
import classes from "./RestoreDialog.module.css";
import { Trying } from "./Trying";
import { useSwitch } from "./use-switch";

type Props = {
  target: KillTarget;
  onClose: () => void;
  /** Restored; the page reads it out. */
  onDone: (announcement: string) => void;
};

/** More versions than anybody makes of a flag while it is killed. */
const VERSIONS = 50;

/** Failures after which the statement may still go through from elsewhere. */
const AT_THE_DATABASE: ReadonlySet<string> = new Set(["database_unavailable", "timeout", "read_only"]);

export function RestoreDialog({ target, onClose, onDone }: Props) {
  const flag = useCommandQuery("flag_get", { flag: target.key });
  const finished = useRef(false);
  const finish = (text: string) => {
    if (finished.current) return;
    finished.current = true;
    onDone(text);
  };
  const restore = useSwitch(target.id, "restore", () => finish(`${target.key} is restored.`));
  // Restored by somebody else, while this was open or before.
  const already = target.isActive && !restore.busy && restore.trying === null;
  const finishLatest = useRef(finish);
  finishLatest.current = finish;
  useEffect(() => {
    if (already) finishLatest.current(`${target.key} is restored already.`);
  }, [already, target.key]);
  if (already) return null;
  return (
    <ConfirmDialog
      title={`Restore ${target.key}`}
      confirmLabel={restoreLabel(flag.data?.rules.length ?? target.ruleCount)}
      note="optional"
      busy={restore.busy || restore.trying !== null}
      failure={restore.failure}
      failureTitle="Nothing was changed."
      onConfirm={restore.start}
      onCancel={() => {
        if (restore.trying) restore.callOff();
        onClose();
      }}
    >
      {flag.data ? (
        <Effect flag={flag.data} target={target} />
      ) : flag.error ? (
        <ErrorNote title="What its rules serve could not be loaded." failure={flag.error} />
      ) : (
        <p>Loading its rules…</p>
      )}
      {restore.failure && AT_THE_DATABASE.has(restore.failure.code) && (
        <ByHand flag={target.key} does="restore" />
      )}
      {restore.trying && (
        <Trying flag={target} does="restore" trying={restore.trying} onCallOff={restore.callOff} />
      )}
    </ConfirmDialog>
  );
}

function Effect({ flag, target }: { flag: Flag; target: KillTarget }) {
  const environments = useEnvironments();
  const where = listInWords(onIn(target, environments).map(({ name }) => name));
  return (
    <>
      <Exposure flag={flag} where={where} />
      <Meanwhile flag={flag} />
    </>
  );
}

/** What was edited since the kill, and whom that concerns. */
function Meanwhile({ flag }: { flag: Flag }) {
  const environments = useEnvironments();
  const audiences = useCommandQuery("audiences_list", {}).data;
  const versions = useCommandQuery("flag_versions", { flag: flag.id, before: null, limit: VERSIONS });
  const names: Names = useMemo(
    () => ({
      audience: (id) => audiences?.find((one) => one.id === id)?.name ?? "an audience that is gone",
      environment: (key) => environments.find((one) => one.key === key)?.name ?? key,
    }),
    [audiences, environments],
  );
  const meanwhile = versions.data ? editedMeanwhile(versions.data, flag) : null;
  if (versions.error)
    return <p className={classes.meanwhile}>Whether its rules were edited since is not known.</p>;
  if (!meanwhile) return null;
  const changes = changeSentences(meanwhile.killed, { ...flag, isActive: meanwhile.killed.isActive }, names);
  return (
    <div className={classes.meanwhile}>
      <p>
        <strong>It was edited while it was killed</strong>, last by {meanwhile.by}{" "}
        <RelativeTime at={meanwhile.at} focusable />. Restoring serves the edited rules:
      </p>
      <ul className={classes.changes}>
        {changes.map((change, index) => (
          <li key={index}>
            <Phrase of={change} />
          </li>
        ))}
      </ul>
      <Before killed={meanwhile.killed} />
    </div>
  );
}

/** What customers got before the kill, to hold against what they would get now. */
function Before({ killed }: { killed: Flag }) {
  const reach = useReach(killed);
  if (!reach.count) return null;
  return (
    <p>
      Before the kill: <Phrase of={exposure(reach.count, killed.defaultValue)} />
    </p>
  );
}
