// A choice between a few things that each need a sentence, as cards.
import { useId } from "react";
import classes from "./Choices.module.css";

export type Choice<Value extends string> = {
  value: Value;
  name: string;
  means: string;
  /** What must not be overlooked, below. */
  warning?: string;
};

type Props<Value extends string> = {
  legend: string;
  choices: ReadonlyArray<Choice<Value>>;
  /** null: nothing is chosen yet. */
  value: Value | null;
  columns: 2 | 3 | 4;
  error?: string | undefined;
  onChange: (value: Value) => void;
};

export function Choices<Value extends string>(props: Props<Value>) {
  const { legend, choices, value, columns, error, onChange } = props;
  const id = useId();
  return (
    <fieldset className={classes.group} aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={classes.legend}>{legend}</legend>
      <div className={classes.choices} data-columns={columns}>
        {choices.map((choice) => (
          <label key={choice.value} className={classes.choice} data-invalid={error !== undefined}>
            <input
              type="radio"
              name={id}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              aria-label={choice.name}
              aria-describedby={`${id}-${choice.value}`}
            />
            <span>
              <span className={classes.name}>{choice.name}</span>
              <span id={`${id}-${choice.value}`} className={classes.means}>
                {choice.means}
                {choice.warning && <span className={classes.warning}>{choice.warning}</span>}
              </span>
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} className={classes.error}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
