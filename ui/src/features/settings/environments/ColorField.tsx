// The colour of an environment: one of a few by name, or any as #rrggbb.
import { TextInput } from "@mantine/core";
import { useId } from "react";
import { inkOn } from "@/components/color";
import { COLORS, isColor } from "../model/environments";
import classes from "./ColorField.module.css";

type Props = {
  color: string;
  /** Drawn in the squares, as it will be everywhere. */
  letter: string;
  /** Name of another environment of the same colour. */
  sharedWith: string | undefined;
  error: string | undefined;
  onChange: (color: string) => void;
};

export function ColorField({ color, letter, sharedWith, error, onChange }: Props) {
  const group = useId();
  return (
    <fieldset className={classes.field}>
      <legend className={classes.legend}>Colour</legend>
      <div className={classes.line}>
        {COLORS.map((one) => (
          <label key={one.color} className={classes.choice} title={one.name}>
            <input
              type="radio"
              className="hidden"
              name={group}
              aria-label={one.name}
              checked={one.color === color.toLowerCase()}
              onChange={() => onChange(one.color)}
            />
            <span
              className={classes.square}
              style={{ background: one.color }}
              data-ink={inkOn(one.color)}
              aria-hidden
            >
              {letter}
            </span>
          </label>
        ))}
        <TextInput
          className={classes.hex ?? ""}
          aria-label="Colour as #rrggbb"
          value={color}
          spellCheck={false}
          maxLength={7}
          error={error !== undefined}
          leftSection={
            <span
              className={classes.sample}
              style={isColor(color) ? { background: color } : {}}
              aria-hidden
            />
          }
          onChange={(event) => onChange(event.currentTarget.value.trim())}
        />
      </div>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      {sharedWith && (
        <p className={classes.hint}>{sharedWith} has this colour too: they are easily mixed up.</p>
      )}
    </fieldset>
  );
}
