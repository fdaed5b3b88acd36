// What drops down below a field with suggestions.
import { Combobox } from "@mantine/core";
import classes from "./SuggestionOptions.module.css";
import type { Suggestion, Suggestions } from "./use-suggestions";

type Props = {
  label: string;
  shown: ReadonlyArray<Suggestion>;
  note: string | null;
  /** What is in the field already. */
  chosen: ReadonlyArray<string>;
};

export function SuggestionOptions({ label, shown, note, chosen }: Props) {
  return (
    <>
      <Combobox.Options mah={240} className={classes.options} aria-label={`Suggestions for ${label}`}>
        {shown.map(({ text, label: shownText = text, detail }) => (
          <Combobox.Option key={text} value={text} active={chosen.includes(text)}>
            <span className={classes.option} title={shownText}>
              <span className={classes.text}>{shownText}</span>
              {detail && <span className={classes.detail}>{detail}</span>}
            </span>
          </Combobox.Option>
        ))}
      </Combobox.Options>
      {note && (
        <p className={classes.note} role="status">
          {note}
        </p>
      )}
    </>
  );
}

/** Those that contain what was typed; all while nothing is. */
export function shownSuggestions(
  { found, searched = false }: Suggestions,
  typed: string,
): ReadonlyArray<Suggestion> {
  if (searched) return found;
  const wanted = typed.trim().toLowerCase();
  return found.filter(({ text, label = text }) => label.toLowerCase().includes(wanted));
}
