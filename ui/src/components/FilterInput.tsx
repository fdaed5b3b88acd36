// The filter above a list: `/` focuses it, Escape empties it and then leaves it, ↓ goes to the list.
import { IconFilter, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useActions } from "@/app/actions";
import classes from "./FilterInput.module.css";
import { Kbd } from "./Kbd";

type Props = {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  /** ↓ in the filter: usually focuses the list. */
  onLeaveDown?: () => void;
};

export function FilterInput({ value, onChange, label = "Filter", onLeaveDown }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useActions([
    { id: "focus-filter", label: `${label} this list`, shortcut: "/", run: () => focusAll(input.current) },
  ]);
  return (
    <span className={classes.frame}>
      <IconFilter size={16} stroke={1.75} aria-hidden />
      <input
        ref={input}
        className={classes.input}
        type="text"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            if (value === "") event.currentTarget.blur();
            else onChange("");
          } else if (event.key === "ArrowDown" && onLeaveDown) {
            event.preventDefault();
            onLeaveDown();
          }
        }}
      />
      {value === "" ? (
        <Kbd shortcut="/" />
      ) : (
        <button
          type="button"
          className={classes.clear}
          aria-label={`Empty ${label}`}
          onClick={() => onChange("")}
        >
          <IconX size={14} stroke={1.75} />
        </button>
      )}
    </span>
  );
}

function focusAll(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}
