// One flag on the board: its state and since when, what customers get, and the button that kills or restores it.
import { IconArrowBackUp } from "@tabler/icons-react";
import { type Ref, useRef } from "react";
import { RelativeTime, StateGlyph, splitForMiddle } from "@/components";
import type { Environment, FlagSummary, FlagsReach } from "@/contract";
import { HoldButton } from "../flag/kill/HoldButton";
import { holdLabel, killTurnsOn, restoreLabel } from "../kill/model/target";
import classes from "./Card.module.css";
import { cardCount, cardState } from "./model/card";

type Props = {
  flag: FlagSummary;
  environments: ReadonlyArray<Environment>;
  reach: FlagsReach | undefined;
  large: boolean;
  /** On its way, or tried again and again. */
  busy: boolean;
  /** Why nothing can be killed or restored; null: it can. */
  denied: string | null;
  /** The card that the keyboard is on. */
  active: boolean;
  button: Ref<HTMLButtonElement>;
  onKill: () => void;
  /** A click instead of a hold: asks first. */
  onAsk: () => void;
  onRestore: () => void;
  onFocus: () => void;
  onAnnounce: (text: string) => void;
};

export function Card(props: Props) {
  const { flag, environments, reach, large, busy, denied, active, button, onFocus } = props;
  const { state, word, where } = cardState(flag, environments);
  const { customers, words } = cardCount(flag, state, reach);
  const [head, tail] = splitForMiddle(flag.key);
  const tabIndex = active ? 0 : -1;
  return (
    <li
      className={classes.card}
      data-state={state}
      data-large={large}
      data-active={active}
      aria-label={`${flag.key}, ${word.toLowerCase()} ${where}`}
    >
      <h2 className={classes.key} title={flag.key} data-selectable>
        <span className={classes.keyHead}>{head}</span>
        {tail}
      </h2>
      <p className={classes.state}>
        <StateGlyph state={state} label="" size={large ? 32 : 18} />
        <strong>{word}</strong>
        {state === "killed" && flag.killedAt ? (
          <span className={classes.where}>
            <RelativeTime at={flag.killedAt} />
          </span>
        ) : (
          <span className={classes.where} title={where}>
            {where}
          </span>
        )}
      </p>
      <p className={classes.about}>
        {state === "killed" && flag.killedBy ? (
          `by ${flag.killedBy}`
        ) : (
          <>
            changed <RelativeTime at={flag.updatedAt} /> by {flag.updatedBy}
          </>
        )}{" "}
        · {flag.name}
      </p>
      <p className={classes.count}>
        {customers !== null && <strong>{customers}</strong>} {words}
      </p>
      {flag.isActive ? (
        <HoldButton
          ref={button}
          tone={killTurnsOn(flag) ? "warning" : "kill"}
          size={large ? "large" : "normal"}
          disabled={busy || denied !== null}
          tabIndex={tabIndex}
          holdingLabel={`Keep holding to kill ${flag.key}`}
          onDone={props.onKill}
          onClick={props.onAsk}
          onFocus={onFocus}
          onAnnounce={props.onAnnounce}
        >
          {busy ? `Killing ${flag.key}…` : holdLabel(flag)}
        </HoldButton>
      ) : (
        <RestoreButton {...props} tabIndex={tabIndex} />
      )}
      {denied !== null && <p className="hidden">{denied}</p>}
    </li>
  );
}

function RestoreButton({
  flag,
  large,
  busy,
  denied,
  button,
  onRestore,
  onFocus,
  tabIndex,
}: Props & { tabIndex: number }) {
  // The Enter that was held to kill is still down when this button takes the place of the other.
  const pressed = useRef(false);
  return (
    <button
      ref={button}
      type="button"
      className={classes.restore}
      data-large={large}
      disabled={busy || denied !== null}
      tabIndex={tabIndex}
      aria-label={`${restoreLabel(flag.ruleCount)} of ${flag.key}`}
      onFocus={onFocus}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        if (event.repeat) event.preventDefault();
        else pressed.current = true;
      }}
      onKeyUp={(event) => {
        if (event.key === " " && !pressed.current) event.preventDefault();
        pressed.current = false;
      }}
      onClick={onRestore}
    >
      <IconArrowBackUp size={large ? 24 : 16} stroke={1.75} aria-hidden /> {restoreLabel(flag.ruleCount)}
    </button>
  );
}
