// Killing a flag: what everyone will get, how many that changes, the hold, and the smaller step beside it.
import { Button, Modal, TextInput } from "@mantine/core";
import { IconPower } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useCommandMutation } from "@/api";
import { EnvironmentBadge, ErrorNote, StateGlyph } from "@/components";
import type { Environment, Flag } from "@/contract";
import { exposure } from "../model/reach";
import { valueLabel } from "../model/value";
import { Phrase } from "../Phrase";
import { useReach } from "../use-reach";
import { HoldButton } from "./HoldButton";
import classes from "./KillDialog.module.css";

type Props = {
  flag: Flag;
  environments: ReadonlyArray<Environment>;
  onClose: () => void;
  /** Killed, or switched off instead; the page reads it out. */
  onDone: (announcement: string) => void;
};

/** A kill that would turn a boolean feature on is amber, for it is no kill in anybody's mind. */
export const killTurnsOn = (flag: Flag) => flag.type === "boolean" && flag.defaultValue === true;

export function KillDialog({ flag, environments, onClose, onDone }: Props) {
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState("");
  const [announcement, setAnnouncement] = useState("");
  const kill = useCommandMutation("flag_set_active");
  const switchOff = useCommandMutation("flag_set_environment");
  const reach = useReach(flag);
  const confirm = useRef<HTMLButtonElement>(null);
  const value = valueLabel(flag.defaultValue, 40);
  const tone = killTurnsOn(flag) ? "warning" : "kill";
  const on = environments.filter(({ key }) => flag.environments[key] === true);
  const busy = kill.isPending || switchOff.isPending;

  useEffect(() => {
    if (asking) confirm.current?.focus();
  }, [asking]);

  const noted = note.trim() === "" ? {} : { note: note.trim() };

  async function killNow() {
    try {
      await kill.mutateAsync({ flag: flag.id, isActive: false, ...noted });
      onDone(`${flag.key} is killed. Everyone gets ${value}.`);
    } catch {
      setAsking(false);
      setAnnouncement(`${flag.key} was not killed.`);
    }
  }

  async function switchOffIn(environment: Environment) {
    try {
      await switchOff.mutateAsync({ flag: flag.id, environment: environment.key, enabled: false, ...noted });
      onDone(`${flag.key} is off in ${environment.name}.`);
    } catch {
      setAnnouncement(`${flag.key} was not switched off.`);
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Kill ${flag.key}`}
      size={480}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={classes.state}>
        <StateGlyph state={on.length > 0 ? "serving" : "off"} size={16} />
        <code className={classes.key}>{flag.key}</code>
        <span className={classes.where}>
          {on.length > 0 ? `on in ${on.map(({ name }) => name).join(", ")}` : "off everywhere already"}
        </span>
      </div>
      <p className={classes.effect} data-selectable>
        Everyone gets <code className={classes.value}>{value}</code>, in every environment, until it is
        restored.
      </p>
      <p className={classes.now} data-selectable>
        {reach.failure ? (
          `How many that changes could not be counted: ${reach.failure.message}`
        ) : reach.count ? (
          <>
            Where it is on now: <Phrase of={exposure(reach.count, flag.defaultValue)} />
          </>
        ) : (
          "Counting who gets what now…"
        )}
      </p>
      {tone === "warning" && (
        <p className={classes.warning}>
          <StateGlyph state="warning" size={16} /> The default is <code>true</code>: this kill turns the
          feature on for everyone.
        </p>
      )}
      <TextInput
        aria-label="Note"
        placeholder="Why? (optional)"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {(kill.error ?? switchOff.error) && (
        <ErrorNote title="Nothing was changed." failure={kill.error ?? switchOff.error} />
      )}
      {asking ? (
        <div className={classes.confirm} role="group" aria-label="Confirm the kill">
          <Button onClick={() => setAsking(false)}>Cancel</Button>
          <button
            type="button"
            ref={confirm}
            className={classes.kill}
            data-tone={tone}
            disabled={busy}
            onKeyDown={(event) => {
              if (event.repeat) event.preventDefault();
            }}
            onClick={() => void killNow()}
          >
            <IconPower size={16} stroke={1.75} aria-hidden /> Kill {flag.key} now
          </button>
        </div>
      ) : (
        <HoldButton
          tone={tone}
          disabled={busy}
          holdingLabel={`Keep holding to kill ${flag.key}`}
          onDone={() => void killNow()}
          onClick={() => setAsking(true)}
          onAnnounce={setAnnouncement}
        >
          {busy ? "Killing…" : `Hold to kill ${flag.key}`}
        </HoldButton>
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
