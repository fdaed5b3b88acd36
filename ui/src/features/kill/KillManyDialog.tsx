// Killing several flags in one hold: what everyone gets from each, then how each went. One that is held up by
// somebody does not delay the others.
import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { useDenied } from "@/app/rights";
import { EnvironmentBadge, ErrorNote, formatCounted, StateGlyph } from "@/components";
import type { Environment, FlagKilled } from "@/contract";
import { CommandFailure } from "@/platform";
import { HoldButton } from "../flag/kill/HoldButton";
import { KilledRow } from "./KilledRow";
import classes from "./KillManyDialog.module.css";
import { type KillTarget, killedValue, killTurnsOn, onIn } from "./model/target";
import { remember } from "./ours";

type Props = {
  /** Unarchived and not killed; at least one. */
  targets: ReadonlyArray<KillTarget>;
  environments: ReadonlyArray<Environment>;
  /** `killed`: how many were. */
  onClose: (killed: number) => void;
};

export function KillManyDialog({ targets, environments, onClose }: Props) {
  const [note, setNote] = useState("");
  const [asking, setAsking] = useState(false);
  const [announcement, setAnnouncement] = useState("");
  const kill = useCommandMutation("flags_kill");
  const denied = useDenied("kill");
  const what = formatCounted(targets.length, "flag");
  const turnsOn = targets.filter(killTurnsOn);
  const answers = new Map((kill.data ?? []).map((answer) => [answer.flag, answer]));
  const killed = (kill.data ?? []).filter(({ result }) => result !== null).length;
  const disabled = kill.isPending || denied !== null;

  const start = () =>
    kill.mutate(
      {
        flags: targets.map(({ id }) => id),
        ...(note.trim() === "" ? {} : { note: note.trim() }),
      },
      {
        onSuccess: (all) => {
          for (const { flag, result } of all) {
            if (result) remember({ flagId: flag, seq: result.seq, version: result.flag.version });
          }
          setAnnouncement(inWords(all));
        },
        onError: () => setAnnouncement("Nothing was killed."),
      },
    );

  return (
    <Modal
      opened
      onClose={() => onClose(killed)}
      title={kill.data ? inWords(kill.data) : `Kill ${what}`}
      size={560}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {!kill.data && (
        <p className={classes.effect}>
          Everyone gets the default of each, in every environment, until it is restored.
        </p>
      )}
      <ul className={classes.list} aria-label="Flags">
        {targets.map((target) => {
          const answer = answers.get(target.id);
          return answer ? (
            <KilledRow key={target.id} target={target} answer={answer} />
          ) : (
            <li key={target.id} className={classes.flag}>
              <StateGlyph state={onIn(target, environments).length > 0 ? "serving" : "off"} />
              <code className={classes.key}>{target.key}</code>
              {onIn(target, environments).map((environment) => (
                <EnvironmentBadge key={environment.key} environment={environment} square />
              ))}
              <span className={classes.value}>
                everyone gets <code>{killedValue(target)}</code>
              </span>
            </li>
          );
        })}
      </ul>
      {!kill.data && (
        <>
          {turnsOn.length > 0 && (
            <p className={classes.warning}>
              <StateGlyph state="warning" size={16} />
              <span>
                The default of {turnsOn.map(({ key }) => key).join(", ")} is <code>true</code>: this turns it
                on for everyone.
              </span>
            </p>
          )}
          <TextInput
            aria-label="Note"
            placeholder="Why? (optional)"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {denied && <p className={classes.warning}>{denied}</p>}
          {kill.error && <ErrorNote title="Nothing was changed." failure={CommandFailure.from(kill.error)} />}
          <div className={classes.hold}>
            {asking ? (
              <Confirm what={what} disabled={disabled} onCancel={() => setAsking(false)} onConfirm={start} />
            ) : (
              <HoldButton
                autoFocus
                tone={turnsOn.length === targets.length ? "warning" : "kill"}
                disabled={disabled}
                holdingLabel={`Keep holding to kill ${what}`}
                onDone={start}
                onClick={() => setAsking(true)}
                onAnnounce={setAnnouncement}
              >
                {kill.isPending ? "Killing…" : `Hold to kill ${what}`}
              </HoldButton>
            )}
          </div>
        </>
      )}
      {kill.data && (
        <div className={classes.done}>
          <Button data-autofocus onClick={() => onClose(killed)}>
            Done
          </Button>
        </div>
      )}
      <div className="hidden" aria-live="assertive">
        {announcement}
      </div>
    </Modal>
  );
}

function Confirm(props: { what: string; disabled: boolean; onCancel: () => void; onConfirm: () => void }) {
  return (
    <div className={classes.confirm} role="group" aria-label="Confirm the kill">
      <Button onClick={props.onCancel}>Cancel</Button>
      <button
        type="button"
        className={classes.kill}
        disabled={props.disabled}
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was clicked
        autoFocus
        onKeyDown={(event) => {
          if (event.repeat) event.preventDefault();
        }}
        onClick={props.onConfirm}
      >
        Kill {props.what} now
      </button>
    </div>
  );
}

/** "2 of 3 flags are killed" */
function inWords(answers: ReadonlyArray<FlagKilled>): string {
  const killed = answers.filter(({ result }) => result !== null).length;
  const all = formatCounted(answers.length, "flag");
  if (killed === answers.length) return answers.length === 1 ? `${all} is killed` : `${all} are killed`;
  return `${killed} of ${all} ${killed === 1 ? "is" : "are"} killed`;
}
