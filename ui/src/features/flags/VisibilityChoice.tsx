// Who may read a flag: a choice that has to be made, because a wrong guess shows it to the world.
import { useId } from "react";
import classes from "./VisibilityChoice.module.css";

type Props = { value: boolean | null; error: string | undefined; onChange: (clientVisible: boolean) => void };

const CHOICES = [
  { visible: false, name: "Servers only", means: "Only back-end code with a server key gets it." },
  {
    visible: true,
    name: "Servers and clients",
    means: "Browsers and mobile apps get it too, and anybody can read it there.",
  },
] as const;

export function VisibilityChoice({ value, error, onChange }: Props) {
  const ids = { group: useId(), error: useId() };
  return (
    <fieldset className={classes.group} aria-describedby={error ? ids.error : undefined}>
      <legend className={classes.legend}>Who can read it?</legend>
      <div className={classes.choices}>
        {CHOICES.map(({ visible, name, means }) => (
          <label key={name} className={classes.choice} data-invalid={error !== undefined}>
            <input
              type="radio"
              name={ids.group}
              checked={value === visible}
              onChange={() => onChange(visible)}
              aria-label={name}
            />
            <span>
              <span className={classes.name}>{name}</span>
              <span className={classes.means}>{means}</span>
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={ids.error} className={classes.error}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
