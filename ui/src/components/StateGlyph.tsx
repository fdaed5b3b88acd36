// A flag's state as a shape with a sign in it, so that colour is never alone: ● serving, ○ off, ✕ killed, ! warning.
import classes from "./StateGlyph.module.css";

export type GlyphState = "serving" | "off" | "killed" | "warning";

const NAMES: Record<GlyphState, string> = {
  serving: "Serving rules",
  off: "Off",
  killed: "Killed",
  warning: "Warning",
};

export function StateGlyph({
  state,
  label = NAMES[state],
  size = 14,
}: {
  state: GlyphState;
  label?: string;
  size?: number;
}) {
  return (
    <svg
      className={classes.glyph}
      data-state={state}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      // Beside a word that says the same, an empty label makes it decoration.
      {...(label === "" ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      <title>{label}</title>
      {state === "serving" && <circle className={classes.fill} cx="7" cy="7" r="4.5" />}
      {state === "off" && <circle className={classes.ring} cx="7" cy="7" r="3.75" />}
      {state === "killed" && (
        <>
          <rect
            className={classes.fill}
            x="2"
            y="2"
            width="10"
            height="10"
            rx="2"
            transform="rotate(45 7 7)"
          />
          <path className={classes.mark} d="M5 5l4 4M9 5l-4 4" />
        </>
      )}
      {state === "warning" && (
        <>
          <path className={classes.fill} d="M7 1.2 13.2 12.4H.8Z" />
          <path className={classes.mark} d="M7 5.2v3.4M7 10.4v.2" />
        </>
      )}
    </svg>
  );
}
