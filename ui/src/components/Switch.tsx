// On or off, with I and O marks beside the colour. What it turns on is named by `label`.
import classes from "./Switch.module.css";

type Props = {
  checked: boolean;
  /** What is switched, as in "new-dashboard in Production". */
  label: string;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  /** Shown but without effect now, as on a killed flag. */
  dimmed?: boolean;
  /** While the change is on its way. */
  busy?: boolean;
  tabIndex?: number;
  title?: string;
};

export function Switch({
  checked,
  label,
  onChange,
  disabled = false,
  dimmed = false,
  busy = false,
  tabIndex,
  title,
}: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-busy={busy}
      aria-disabled={disabled || busy}
      className={classes.switch}
      data-dimmed={dimmed}
      tabIndex={tabIndex}
      title={title}
      onClick={(event) => {
        event.stopPropagation();
        if (!disabled && !busy) onChange(!checked);
      }}
    >
      <span className={classes.mark} aria-hidden>
        {checked ? "I" : "O"}
      </span>
      <span className={classes.knob} aria-hidden />
    </button>
  );
}
