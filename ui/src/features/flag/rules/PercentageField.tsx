// A rule's percentage: a slider for whole steps beside a box for up to three decimals.
import { Tooltip } from "@mantine/core";
import { useId, useRef } from "react";
import {
  parsePercentage,
  percentageAt,
  percentageText,
  positionOf,
  steppedPercentage,
} from "../model/percentage";
import classes from "./PercentageField.module.css";

type Props = {
  percentage: number | null;
  /** What was typed and does not parse; null when the percentage says it. */
  text: string | null;
  /** From the backend, beside what the text itself gets wrong. */
  error: string | undefined;
  ruleNumber: number;
  disabled: boolean;
  onChange: (percentage: number | null) => void;
  onText: (text: string | null) => void;
};

export function PercentageField({ percentage, text, error, ruleNumber, disabled, onChange, onText }: Props) {
  const track = useRef<HTMLDivElement>(null);
  const errorId = useId();
  const typed = text === null ? null : parsePercentage(text);
  const problem = typed && !typed.ok ? typed.error : error;
  const position = positionOf(percentage);

  function follow(clientX: number) {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    const next = percentageAt((clientX - box.left) / box.width);
    if (next !== (percentage ?? 100)) onChange(next);
  }

  function step(event: React.KeyboardEvent): boolean {
    const up = event.key === "ArrowUp" || event.key === "ArrowRight";
    const down = event.key === "ArrowDown" || event.key === "ArrowLeft";
    if (!up && !down) return false;
    event.preventDefault();
    event.stopPropagation();
    onChange(steppedPercentage(percentage, up ? 1 : -1, event.shiftKey));
    return true;
  }

  function typeText(value: string) {
    const parsed = parsePercentage(value);
    if (!parsed.ok) return onText(value);
    // "12." and "12.50" are on their way to something: keep the text as typed while it says the same.
    onChange(parsed.value === 100 && percentage === null ? null : parsed.value);
    onText(value === percentageText(parsed.value) ? null : value);
  }

  return (
    <div className={classes.field}>
      <div
        ref={track}
        className={classes.slider}
        role="slider"
        tabIndex={disabled ? -1 : 0}
        aria-label={`Percentage slider of rule ${ruleNumber}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percentage ?? 100}
        aria-valuetext={`${percentageText(percentage)} percent`}
        aria-disabled={disabled}
        onPointerDown={(event) => {
          if (disabled || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event.clientX);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture?.(event.pointerId)) follow(event.clientX);
        }}
        onKeyDown={(event) => {
          if (disabled || step(event)) return;
          if (event.key === "Home") onChange(0);
          else if (event.key === "End") onChange(100);
        }}
      >
        <span className={classes.track}>
          <span className={classes.filled} style={{ width: `${position * 100}%` }} />
        </span>
        <span className={classes.knob} style={{ left: `${position * 100}%` }} />
      </div>
      <Tooltip
        label={
          problem ??
          "Everyone who passed the audience. Up to three decimals; ↑ ↓ step by 1, with Shift by 10."
        }
        disabled={!problem && percentage !== null}
      >
        <span className={classes.box} data-invalid={problem !== undefined} data-absent={percentage === null}>
          <input
            className={classes.input}
            inputMode="decimal"
            aria-label={`Percentage of rule ${ruleNumber}`}
            aria-invalid={problem !== undefined}
            aria-describedby={problem ? errorId : undefined}
            disabled={disabled}
            value={text ?? percentageText(percentage)}
            onChange={(event) => typeText(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()}
            onBlur={() => {
              if (typed?.ok) onText(null);
            }}
            onKeyDown={(event) => {
              if (event.key === "ArrowUp" || event.key === "ArrowDown") {
                onText(null);
                step(event);
              }
            }}
          />
          <span aria-hidden className={classes.unit}>
            %
          </span>
        </span>
      </Tooltip>
      {problem && (
        <span id={errorId} className="hidden">
          {problem}
        </span>
      )}
    </div>
  );
}
