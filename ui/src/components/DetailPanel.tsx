// One row of a list, in full beside it: takes the keyboard when it opens, and Escape closes it.
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./DetailPanel.module.css";

type Props = {
  label: string;
  /** What it shows: another one takes the keyboard again. */
  of: string | number;
  title: ReactNode;
  titleClassName?: string | undefined;
  /** The button that closes it. */
  close: ReactNode;
  onClose: () => void;
  children: ReactNode;
};

export function DetailPanel({ label, of, title, titleClassName = "", close, onClose, children }: Props) {
  const place = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each that is shown
  useEffect(() => place.current?.focus({ preventScroll: true }), [of]);
  return (
    <aside
      ref={place}
      className={classes.detail}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className={classes.header}>
        <h2 className={`${classes.title} ${titleClassName}`} dir="auto">
          {title}
        </h2>
        {close}
      </header>
      <div className={classes.scroll} data-selectable>
        {children}
      </div>
    </aside>
  );
}
