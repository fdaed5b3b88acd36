// Which column of the customers table a test reads, found by typing.
import { Combobox, useCombobox } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import type { Attribute } from "@/contract";
import { TYPE_WORDS } from "../model/operators";
import classes from "./AttributePicker.module.css";
import { TypeIcon } from "./TypeIcon";

type Props = {
  /** As in "condition 2". */
  what: string;
  /** Empty while none is chosen. */
  chosen: string;
  attributes: ReadonlyArray<Attribute>;
  invalid: boolean;
  describedBy: string | undefined;
  onChoose: (attribute: Attribute) => void;
};

export function AttributePicker({ what, chosen, attributes, invalid, describedBy, onChoose }: Props) {
  const [search, setSearch] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch("");
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const attribute = attributes.find(({ name }) => name === chosen);
  const wanted = search.trim().toLowerCase();
  const found = attributes.filter(({ name }) => name.toLowerCase().includes(wanted));
  const choose = (name: string) => {
    combobox.closeDropdown();
    const next = attributes.find((each) => each.name === name);
    if (next && next.name !== chosen) onChoose(next);
  };
  return (
    <Combobox store={combobox} width={300} position="bottom-start" withinPortal onOptionSubmit={choose}>
      <Combobox.Target targetType="button">
        <button
          type="button"
          className={classes.target}
          aria-label={`Attribute of ${what}${chosen === "" ? "" : `: ${chosen}`}`}
          aria-invalid={invalid}
          aria-describedby={describedBy}
          onClick={() => combobox.toggleDropdown()}
          onKeyDown={(event) => {
            // Typing on the picker is searching, also before the search has the focus.
            const types = event.key.length === 1 && event.key !== " ";
            if (!types || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            setSearch((typed) => typed + event.key);
            combobox.openDropdown();
          }}
        >
          {attribute && <TypeIcon type={attribute.type} />}
          <span className={classes.name} data-empty={chosen === ""} title={chosen}>
            {chosen === "" ? "Attribute…" : chosen}
          </span>
          <IconChevronDown size={16} stroke={1.75} aria-hidden className={classes.chevron} />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
          onKeyDown={(event) => {
            // Enter takes the first one found, unless the arrows have gone to another.
            const first = found.find(({ type }) => type !== "unsupported");
            if (event.key !== "Enter" || combobox.getSelectedOptionIndex() >= 0 || !first) return;
            event.preventDefault();
            choose(first.name);
          }}
          placeholder="Find an attribute…"
          aria-label="Find an attribute"
        />
        <Combobox.Options mah={260} className={classes.options} aria-label="Attributes">
          {found.map(({ name, type, dbType }) => (
            <Combobox.Option
              key={name}
              value={name}
              active={name === chosen}
              disabled={type === "unsupported"}
              title={`${name}, ${dbType}`}
            >
              <span className={classes.option}>
                <TypeIcon type={type} />
                <span className={classes.optionName}>{name}</span>
                <span className={classes.type}>{TYPE_WORDS[type]}</span>
              </span>
            </Combobox.Option>
          ))}
          {found.length === 0 && (
            <Combobox.Empty>
              {attributes.length === 0
                ? "No customers table is chosen. Choose one in Settings, Customer source."
                : `No attribute is called “${search.trim()}”.`}
            </Combobox.Empty>
          )}
        </Combobox.Options>
        <Combobox.Footer>
          <p className={classes.note}>
            Columns of the customers table. Attributes that SDKs send are not used.
          </p>
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}
