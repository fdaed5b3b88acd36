// A split as one bar: a thumb between two arms moves customers from one to the other alone; a typed share takes
// from, or gives to, the arms beside it. So no more customers move than must.
import { type KeyboardEvent, useRef } from "react";
import { formatPercentage } from "@/components";
import { parsePercentage, percentageText } from "../model/percentage";
import { valueLabel } from "../model/value";
import { movedBetween, type Split, WHOLE, withShareOf, withThumbAt } from "./model";
import classes from "./SplitBar.module.css";

type Props = {
  split: Split;
  /** The same arms as they are saved; null when they are not. */
  saved: Split | null;
  audience: string;
  /** Position of an arm's value among the flag's, which is its colour. */
  variation: (arm: number) => number;
  disabled: boolean;
  onChange: (shares: ReadonlyArray<number>) => void;
};

export function SplitBar({ split, saved, audience, variation, disabled, onChange }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const { arms, rest, start } = split;
  const name = `Split of ${audience} by rules ${start + 1} to ${start + arms.length}`;
  const shares = arms.map(({ share }) => share);
  const moved = saved
    ? movedBetween(
        saved.arms.map(({ share }) => share),
        shares,
      )
    : 0;
  const endOf = (arm: number) => shares.slice(0, arm + 1).reduce((sum, share) => sum + share, 0);
  // The last arm of a full split ends where the bar does.
  const thumbs = arms.slice(0, rest === 0 ? -1 : undefined);

  function follow(arm: number, clientX: number) {
    const box = bar.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    // Whole percentages; the boxes are there for decimals.
    const position = Math.round(((clientX - box.left) / box.width) * 100) * (WHOLE / 100);
    onChange(withThumbAt(split, arm, position));
  }

  function step(event: KeyboardEvent, arm: number) {
    const up = event.key === "ArrowRight" || event.key === "ArrowUp";
    if (disabled || event.altKey || !(up || event.key === "ArrowLeft" || event.key === "ArrowDown")) return;
    event.preventDefault();
    const by = (event.shiftKey ? 10 : 1) * (WHOLE / 100);
    onChange(withThumbAt(split, arm, endOf(arm) + (up ? by : -by)));
  }

  return (
    <fieldset className={classes.split} disabled={disabled}>
      <legend className="hidden">{name}</legend>
      <div className={classes.head}>
        <span>
          Split of {audience}, rules {start + 1} to {start + arms.length}
        </span>
        {moved > 0 && (
          <span className={classes.moved} role="status">
            {formatPercentage(moved / 1000)} of them get another arm
          </span>
        )}
      </div>
      <div ref={bar} className={classes.bar}>
        {arms.map(({ ruleId, share }, arm) => (
          <span
            key={ruleId}
            className={classes.arm}
            data-variation={colour(variation(arm))}
            style={{ width: `${share / 1000}%` }}
          />
        ))}
        {thumbs.map(({ ruleId, value }, arm) => (
          <div
            key={ruleId}
            className={classes.thumb}
            style={{ left: `${endOf(arm) / 1000}%` }}
            role="slider"
            tabIndex={disabled ? -1 : 0}
            aria-label={`End of ${valueLabel(value, 24)}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={endOf(arm) / 1000}
            aria-valuetext={`${formatPercentage((shares[arm] ?? 0) / 1000)} ${valueLabel(value, 24)}`}
            aria-disabled={disabled}
            onKeyDown={(event) => step(event, arm)}
            onPointerDown={(event) => {
              if (!disabled && event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture?.(event.pointerId)) follow(arm, event.clientX);
            }}
          />
        ))}
      </div>
      <div className={classes.shares}>
        {arms.map(({ ruleId, value, share }, arm) => (
          <label key={ruleId} className={classes.share}>
            <span className={classes.square} data-variation={colour(variation(arm))} aria-hidden />
            <code>{valueLabel(value, 20)}</code>
            <input
              key={share}
              className={classes.input}
              inputMode="decimal"
              aria-label={`Share of ${valueLabel(value, 24)}`}
              defaultValue={percentageText(share / 1000)}
              onFocus={(event) => event.currentTarget.select()}
              onKeyDown={(event) => {
                if (event.key === "Enter") event.currentTarget.blur();
              }}
              onBlur={(event) => {
                const typed = parsePercentage(event.currentTarget.value);
                const next = typed.ok ? Math.round(typed.value * 1000) : share;
                // What is no percentage goes back to the share there is.
                if (next === share) event.currentTarget.value = percentageText(share / 1000);
                else onChange(withShareOf(split, arm, next));
              }}
            />
            %
          </label>
        ))}
        {rest > 0 && (
          <span className={classes.rest}>{formatPercentage(rest / 1000)} go on to the rules below</span>
        )}
      </div>
    </fieldset>
  );
}

/** The default is grey; the others take turns. */
function colour(variation: number): number {
  return variation <= 0 ? 0 : ((variation - 1) % 4) + 1;
}
