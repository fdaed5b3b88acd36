// A list of values as chips: typed, taken from suggestions, or pasted by the hundred. A long one shows its
// beginning, and is edited as lines.
import { ActionIcon, Combobox, Pill, PillsInput, Tooltip, UnstyledButton, useCombobox } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { type ClipboardEvent, type KeyboardEvent, lazy, Suspense, useState } from "react";
import { formatCount } from "@/components";
import type { JsonValue } from "@/contract";
import { asValues, valuesFromPaste, withValues } from "../model/list-text";
import { numberText } from "../model/typed";
import classes from "./ListInput.module.css";
import { SuggestionOptions, shownSuggestions } from "./SuggestionOptions";
import type { Suggestions } from "./use-suggestions";
import type { Named } from "./ValueInput";

const ListEditor = lazy(() => import("./ListEditor").then((module) => ({ default: module.ListEditor })));

/** Chips that are shown; the others are counted. */
const SHOWN = 20;

type Props = {
  named: Named;
  kind: "texts" | "numbers";
  values: ReadonlyArray<JsonValue>;
  suggestions: Suggestions;
  /** Somebody looks for suggestions, by what is typed. */
  onWanted: (typed: string) => void;
  onChange: (values: Array<JsonValue>) => void;
};

export function ListInput({ named, kind, values, suggestions, onWanted, onChange }: Props) {
  const [text, setText] = useState("");
  const [editing, setEditing] = useState(false);
  const [said, setSaid] = useState("");
  const combobox = useCombobox({
    onDropdownOpen: () => onWanted(text),
    onDropdownClose: () => combobox.resetSelectedOption(),
  });
  const shown = shownSuggestions(suggestions, text);
  const texts = values.map(numberText);
  const more = values.length - SHOWN;
  const { "aria-label": label, error } = named;

  const add = (added: ReadonlyArray<string>) => {
    setText("");
    onWanted("");
    if (added.length === 0) return;
    const next = withValues(values, asValues(added, kind));
    setSaid(`${formatCount(next.length - values.length)} added, ${formatCount(next.length)} in all.`);
    onChange(next);
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = valuesFromPaste(event.clipboardData.getData("text"));
    // One value goes where it was pasted, like any text.
    if (pasted.length < 2) return;
    event.preventDefault();
    add([...valuesFromPaste(text), ...pasted]);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !(combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0)) {
      if (text.trim() === "") return;
      event.preventDefault();
      add(valuesFromPaste(text));
    }
    if (event.key === "Backspace" && text === "" && values.length > 0) {
      event.preventDefault();
      setSaid(`${texts.at(-1)} removed.`);
      onChange(values.slice(0, -1));
    }
  };
  return (
    <>
      <Combobox
        store={combobox}
        withinPortal
        position="bottom-start"
        preventPositionChangeWhenVisible={false}
        onOptionSubmit={(option) =>
          texts.includes(option)
            ? onChange(values.filter((value) => numberText(value) !== option))
            : add([quoted(option)].flatMap(valuesFromPaste))
        }
      >
        <Combobox.DropdownTarget>
          <PillsInput
            size="sm"
            error={error}
            classNames={{ input: classes.input ?? "" }}
            rightSectionWidth={30}
            rightSection={
              <Tooltip label="Edit as lines, one value each">
                <ActionIcon size={24} aria-label={`Edit ${label} as lines`} onClick={() => setEditing(true)}>
                  <IconListDetails size={16} stroke={1.75} />
                </ActionIcon>
              </Tooltip>
            }
            onClick={() => combobox.openDropdown()}
          >
            <Pill.Group gap={4}>
              {values.slice(0, SHOWN).map((value, index) => (
                <Pill
                  key={texts[index]}
                  className={classes.pill ?? ""}
                  data-wrong={kind === "numbers" && typeof value !== "number"}
                  title={texts[index]}
                  withRemoveButton
                  removeButtonProps={{ "aria-label": `Remove ${texts[index]}` }}
                  onRemove={() => onChange(values.filter((each) => each !== value))}
                >
                  {texts[index] === "" ? "(empty)" : texts[index]}
                </Pill>
              ))}
              {more > 0 && (
                <UnstyledButton
                  className={classes.more ?? ""}
                  aria-label={`and ${formatCount(more)} more: edit ${label}`}
                  onClick={() => setEditing(true)}
                >
                  and {formatCount(more)} more
                </UnstyledButton>
              )}
              <Combobox.EventsTarget>
                <PillsInput.Field
                  aria-label={label}
                  aria-invalid={Boolean(error)}
                  className={classes.field ?? ""}
                  autoComplete="off"
                  spellCheck={false}
                  placeholder={values.length === 0 ? "Type or paste a list…" : "paste a list…"}
                  value={text}
                  onChange={(event) => {
                    setText(event.currentTarget.value);
                    onWanted(event.currentTarget.value);
                    combobox.openDropdown();
                    combobox.resetSelectedOption();
                  }}
                  onFocus={() => onWanted(text)}
                  onBlur={() => {
                    combobox.closeDropdown();
                    add(valuesFromPaste(text));
                  }}
                  onPaste={paste}
                  onKeyDown={press}
                />
              </Combobox.EventsTarget>
            </Pill.Group>
          </PillsInput>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown hidden={shown.length === 0 && suggestions.note === null} miw={340}>
          {combobox.dropdownOpened && (
            <SuggestionOptions label={label} shown={shown} note={suggestions.note} chosen={texts} />
          )}
        </Combobox.Dropdown>
      </Combobox>
      <span className="hidden" aria-live="polite">
        {said}
      </span>
      {editing && (
        <Suspense fallback={null}>
          <ListEditor
            label={label}
            kind={kind}
            values={values}
            onChange={onChange}
            onClose={() => setEditing(false)}
          />
        </Suspense>
      )}
    </>
  );
}

/** A suggestion is one value whatever is in it. */
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
