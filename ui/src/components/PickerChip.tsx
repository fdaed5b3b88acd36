// One filter above the list whose value is found by typing: a dashed chip, then the picker in its place, then the
// chosen one with its ×.
import { IconX } from "@tabler/icons-react";
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import classes from "./PickerChip.module.css";

/** For those who open it from elsewhere, as the palette does. */
export type ChipHandle = { open: () => void };

type Props = {
  ref?: Ref<ChipHandle>;
  /** What is filtered by, as in "Flag". */
  label: string;
  /** What is chosen, as it is shown; null: everything. */
  chosen: string | null;
  onClear: () => void;
  /** The picker; it calls `close` once something is chosen. */
  children: (close: () => void) => ReactNode;
};

export function PickerChip({ ref, label, chosen, onClear, children }: Props) {
  const [picking, setPicking] = useState(false);
  useImperativeHandle(ref, () => ({ open: () => setPicking(true) }), []);
  const picker = useRef<HTMLFieldSetElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  /** Whether the keyboard comes back to the chip; it does not when it went elsewhere by itself. */
  const comesBack = useRef(false);
  useEffect(() => {
    if (!picking) {
      if (comesBack.current) button.current?.focus();
      comesBack.current = false;
      return;
    }
    const input = picker.current?.querySelector("input");
    input?.focus();
    // Shows what there is to choose from.
    input?.click();
  }, [picking]);
  const close = () => {
    comesBack.current = true;
    setPicking(false);
  };

  if (picking) {
    return (
      <fieldset
        ref={picker}
        className={classes.picker}
        aria-label={`${label} to show`}
        onBlur={({ relatedTarget }) => {
          if (!(relatedTarget instanceof Node && picker.current?.contains(relatedTarget))) setPicking(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
        }}
      >
        {children(close)}
      </fieldset>
    );
  }
  return (
    <span className={classes.chip} data-set={chosen !== null}>
      <button
        ref={button}
        type="button"
        className={classes.button}
        title={chosen ?? undefined}
        onClick={() => setPicking(true)}
      >
        {chosen === null ? (
          label
        ) : (
          <>
            {label}: <bdi>{chosen}</bdi>
          </>
        )}
      </button>
      {chosen !== null && (
        <button
          type="button"
          className={classes.clear}
          aria-label={`Clear ${label.toLowerCase()}`}
          onClick={onClear}
        >
          <IconX size={14} stroke={2} aria-hidden />
        </button>
      )}
    </span>
  );
}
