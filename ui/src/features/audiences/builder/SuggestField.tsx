// A text field with suggestions: whatever is typed counts, suggestions only save typing.
import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./SuggestField.module.css";
import { SuggestionOptions, shownSuggestions } from "./SuggestionOptions";
import type { Suggestions } from "./use-suggestions";
import type { Named } from "./ValueInput";

type Props = {
  named: Named;
  text: string;
  placeholder: string;
  suggestions: Suggestions;
  /** Somebody looks for suggestions: they may be read now. */
  onWanted: (typed: string) => void;
  onText: (text: string) => void;
  /** A suggestion was taken; as if it was typed unless said otherwise. */
  onTake?: (text: string) => void;
  rightSection?: ReactNode;
};

export function SuggestField(props: Props) {
  const { named, text, placeholder, suggestions, onWanted, onText, onTake = onText, rightSection } = props;
  // What stands in the field before anything is typed is no search.
  const [searching, setSearching] = useState(false);
  const combobox = useCombobox({
    onDropdownOpen: () => onWanted(""),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearching(false);
    },
  });
  const shown = shownSuggestions(suggestions, searching ? text : "");
  const nothing = shown.length === 0 && suggestions.note === null;
  return (
    <Combobox
      store={combobox}
      withinPortal
      position="bottom-start"
      preventPositionChangeWhenVisible={false}
      onOptionSubmit={(option) => {
        onTake(option);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          {...named}
          classNames={{ input: classes.input ?? "" }}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          value={text}
          {...(rightSection ? { rightSection, rightSectionPointerEvents: "none" as const } : {})}
          onChange={(event) => {
            setSearching(true);
            onText(event.currentTarget.value);
            onWanted(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onFocus={() => onWanted("")}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={nothing} miw={280}>
        {combobox.dropdownOpened && (
          <SuggestionOptions
            label={named["aria-label"]}
            shown={shown}
            note={suggestions.note}
            chosen={[text]}
          />
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}
