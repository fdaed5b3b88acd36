// A field that offers what its text may mean; with nothing marked, Enter takes the first.
import { Combobox, Loader, TextInput, useCombobox } from "@mantine/core";
import { useId, useState } from "react";
import classes from "./OptionPicker.module.css";
import type { Option } from "./options";

type Props = {
  label: string;
  placeholder: string;
  optionsFor: (text: string) => ReadonlyArray<Option>;
  loading?: boolean;
  /** Said when there is nothing to choose. */
  none: string;
  onChoose: (id: string) => void;
};

export function OptionPicker({ label, placeholder, optionsFor, loading = false, none, onChoose }: Props) {
  const list = useId();
  const [text, setText] = useState("");
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const options = optionsFor(text);
  return (
    // In its place and kept there: the field names its list from the first moment that it is open.
    <Combobox
      store={combobox}
      onOptionSubmit={onChoose}
      width={340}
      position="bottom-start"
      withinPortal={false}
      keepMounted
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          className={classes.field ?? ""}
          role="combobox"
          aria-label={label}
          placeholder={placeholder}
          rightSection={loading ? <Loader size={14} /> : null}
          value={text}
          spellCheck={false}
          onClick={() => combobox.openDropdown()}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || combobox.getSelectedOptionIndex() >= 0) return;
            // Or the chip, which takes the focus back, would take it for a press.
            event.preventDefault();
            const [first] = options;
            if (first && text.trim() !== "") onChoose(first.id);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options id={list} className={classes.options ?? ""} aria-label={label}>
          {options.map(({ id, label: name, detail }) => (
            <Combobox.Option key={id} value={id}>
              <span className={classes.option}>
                <bdi className={classes.name} title={name}>
                  {name}
                </bdi>
                {detail && <span className={classes.detail}>{detail}</span>}
              </span>
            </Combobox.Option>
          ))}
          {options.length === 0 && <Combobox.Empty>{loading ? "Looking…" : none}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
