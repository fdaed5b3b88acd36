// A moment, typed: "2026-11-22 14:03" and what else people write, with 24 hours and in this computer's zone, whatever
// the language of the system. Settled with Enter or on leaving; what cannot be read stays and is marked.
import { type ComponentProps, useEffect, useState } from "react";
import { MOMENT_EXAMPLES, MOMENT_FORM, momentText, typedMoment } from "./format";
import { useHint } from "./hint";
import classes from "./MomentField.module.css";

type Props = Omit<ComponentProps<"input">, "value" | "onChange" | "type"> & {
  /** Milliseconds since 1970; null: none. */
  at: number | null;
  onSettle: (at: number | null) => void;
  /** Told whether what is typed can be read. */
  onReadable?: (readable: boolean) => void;
  /** Whether a day alone is its beginning or its end. */
  edge?: "begin" | "end";
};

export function MomentField({ at, onSettle, onReadable, edge = "begin", ...others }: Props) {
  /** null: nothing was typed since it was settled. */
  const [typed, setTyped] = useState<string | null>(null);
  const hint = useHint(`As ${MOMENT_EXAMPLES}`);
  const read = (text: string) => typedMoment(text, Date.now(), edge);
  /** Nobody is told of a mistake while they are typing. */
  const [tried, setTried] = useState(false);
  const names = typed === null || typed.trim() === "" || read(typed) !== null;
  const readable = names || !tried;
  // Another moment, chosen elsewhere, takes the place of what was typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the moment is another
  useEffect(() => setTyped(null), [at]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once for each change
  useEffect(() => onReadable?.(readable), [readable]);

  const settle = () => {
    setTried(true);
    if (typed === null || !names) return;
    const next = typed.trim() === "" ? null : read(typed);
    // Who refuses it leaves the moment as it is: then what was typed stays.
    if (next === at) setTyped(null);
    else onSettle(next);
  };
  return (
    <input
      {...others}
      {...hint}
      type="text"
      className={classes.field}
      placeholder={MOMENT_FORM}
      autoComplete="off"
      spellCheck={false}
      aria-invalid={!readable || others["aria-invalid"] === true}
      value={typed ?? momentText(at)}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        setTried(false);
        hint.onMouseLeave(event as never);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") settle();
        else if (event.key === "Escape" && typed !== null) {
          event.stopPropagation();
          setTyped(null);
        }
        others.onKeyDown?.(event);
      }}
      onBlur={(event) => {
        hint.onBlur(event);
        settle();
      }}
    />
  );
}
