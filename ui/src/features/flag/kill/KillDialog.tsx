// Killing a flag: what everyone will get, how many that changes, the hold, and the smaller step beside it.
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPower } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useCommandMutation, useDatabaseGone } from "@/api";
import { useDenied } from "@/app/rights";
import { EnvironmentBadge, ErrorNote, StateGlyph } from "@/components";
import type { Environment } from "@/contract";
import { ByHand } from "../../kill/ByHand";
import { Consequence } from "../../kill/Consequence";
import { holdLabel, type KillTarget, killedValue, killTurnsOn, onIn } from "../../kill/model/target";
import { Refused } from "../../kill/Refused";
import { Trying } from "../../kill/Trying";
import { useSwitch } from "../../kill/use-switch";
import { HoldButton } from "./HoldButton";
import classes from "./KillDialog.module.css";

type Props = {
  target: KillTarget;
  environments: ReadonlyArray<Environment>;
  /** Begins with the focused confirmation, for those who clicked where others hold. */
  confirm?: boolean;
  onClose: () => void;
  /** Killed, or switched off instead; the page reads it out. */
  onDone: (announcement: string) => void;
};

export function KillDialog({ target, environments, confirm: confirming = false, onClose, onDone }: Props) {
  const [asking, setAsking] = useState(confirming);
  const [note, setNote] = useState("");
  const [announcement, setAnnouncement] = useState("");
  const value = killedValue(target);
  const finished = useRef(false);
  const finish = (text: string) => {
    if (finished.current) return;
    finished.current = true;
    onDone(text);
  };
  const kill = useSwitch(target.id, "kill", () => finish(`${target.key} is killed. Everyone gets ${value}.`));
  const switchOff = useCommandMutation("flag_set_environment");
  const gone = useDatabaseGone();
  const denied = useDenied("kill");
  const confirm = useRef<HTMLButtonElement>(null);
  const tone = killTurnsOn(target) ? "warning" : "kill";
  const on = onIn(target, environments);
  const busy = kill.busy || kill.trying !== null || switchOff.isPending;

  useEffect(() => {
    if (asking) confirm.current?.focus();
  }, [asking]);
  useEffect(() => {
    if (!kill.failure) return;
    setAsking(false);
    setAnnouncement(`${target.key} was not killed.`);
  }, [kill.failure, target.key]);

  // Killed by somebody else, while this was open or before.
  const already = !target.isActive && !busy;
  const finishLatest = useRef(finish);
  finishLatest.current = finish;
  useEffect(() => {
    if (already) finishLatest.current(`${target.key} is killed already. Everyone gets ${value}.`);
  }, [already, target.key, value]);

  async function switchOffIn(environment: Environment) {
    const noted = note.trim() === "" ? {} : { note: note.trim() };
    try {
      await switchOff.mutateAsync({
        flag: target.id,
        environment: environment.key,
        enabled: false,
        ...noted,
      });
      finish(`${target.key} is off in ${environment.name}.`);
    } catch {
      setAnnouncement(`${target.key} was not switched off.`);
    }
  }

  const failure = kill.failure ?? switchOff.error;
  if (already) return null;
  return (
    <Modal
      opened
      onClose={() => {
        if (kill.trying) kill.callOff();
        onClose();
      }}
      title={`Kill ${target.key}`}
      size={480}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={classes.state}>
        <StateGlyph state={on.length > 0 ? "serving" : "off"} size={16} />
        <code className={classes.key}>{target.key}</code>
        <span className={classes.where}>
          {on.length > 0 ? `on in ${on.map(({ name }) => name).join(", ")}` : "off everywhere already"}
        </span>
      </div>
      <p className={classes.effect} data-selectable>
        Everyone gets <code className={classes.value}>{value}</code>, in every environment, until it is
        restored.
      </p>
      <div className={classes.now}>
        <Consequence target={target} environments={environments} />
      </div>
      {tone === "warning" && (
        <p className={classes.warning}>
          <StateGlyph state="warning" size={16} />
          <span>
            The default is <code>true</code>: this kill turns the feature on for everyone.
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
      {failure && (
        <div className={classes.problem}>
          <Refused title="Nothing was changed." failure={failure} flag={target.key} />
        </div>
      )}
      {kill.trying && (
        <div className={classes.problem}>
          <Trying flag={target} does="kill" trying={kill.trying} onCallOff={kill.callOff} />
        </div>
      )}
      {gone && !kill.trying && (
        <div className={classes.problem}>
          <ErrorNote title="The database cannot be reached from this computer.">
            <p>Servers keep serving what they last knew. A kill from here is tried until it gets through.</p>
            <ByHand flag={target.key} />
          </ErrorNote>
        </div>
      )}
      {asking ? (
        <div className={classes.confirm} role="group" aria-label="Confirm the kill">
          <Button onClick={() => (confirming ? onClose() : setAsking(false))}>Cancel</Button>
          <button
            type="button"
            ref={confirm}
            className={classes.kill}
            data-tone={tone}
            data-autofocus
            disabled={busy || denied !== null}
            onKeyDown={(event) => {
              if (event.repeat) event.preventDefault();
            }}
            onClick={() => kill.start(note)}
          >
            <IconPower size={16} stroke={1.75} aria-hidden /> Kill {target.key} now
          </button>
        </div>
      ) : (
        <div className={classes.hold}>
          <HoldButton
            tone={tone}
            disabled={busy || denied !== null}
            autoFocus
            holdingLabel={`Keep holding to kill ${target.key}`}
            onDone={() => kill.start(note)}
            onClick={() => setAsking(true)}
            onAnnounce={setAnnouncement}
          >
            {kill.busy || kill.trying ? "Killing…" : holdLabel(target)}
          </HoldButton>
        </div>
      )}
      <div className={classes.instead}>
        {on
          .filter(({ production }) => production)
          .map((environment) => (
            <Button key={environment.key} disabled={busy} onClick={() => void switchOffIn(environment)}>
              <EnvironmentBadge environment={environment} square />
              <span className={classes.insteadText}>only {environment.name}: switch off</span>
            </Button>
          ))}
      </div>
      <div className="hidden" aria-live="assertive">
        {announcement}
      </div>
    </Modal>
  );
}
