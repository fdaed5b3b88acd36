// What a test reads: a column of the customers table, or events; found by typing.
import { Combobox, useCombobox } from "@mantine/core";
import { IconBolt, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import type { Attribute } from "@/contract";
import { TYPE_WORDS } from "../model/operators";
import classes from "./AttributePicker.module.css";
import { TypeIcon } from "./TypeIcon";
import type { Source } from "./use-source";

/** What is picked for events; no column can be called so. */
const EVENTS = "\u0000events";

type Props = {
  /** As in "condition 2". */
  what: string;
  /** Empty while none is chosen, and for events. */
  chosen: string;
  isEvents: boolean;
  attributes: ReadonlyArray<Attribute>;
  source: Source;
  invalid: boolean;
  describedBy: string | undefined;
  onChoose: (attribute: Attribute) => void;
  onEvents: () => void;
};

export function AttributePicker(props: Props) {
  const { what, chosen, isEvents, attributes, source, invalid, describedBy, onChoose, onEvents } = props;
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
  const offersEvents = "events performed".includes(wanted);
  const name = isEvents ? "events" : chosen;
  const choose = (option: string) => {
    combobox.closeDropdown();
    if (option === EVENTS) {
      if (!isEvents) onEvents();
      return;
    }
    const next = attributes.find((each) => each.name === option);
    if (next && (isEvents || next.name !== chosen)) onChoose(next);
  };
  const events = (
    <Combobox.Option value={EVENTS} active={isEvents} disabled={source.noEvents !== null}>
      <span className={classes.option}>
        <IconBolt size={16} stroke={1.75} aria-hidden />
        <span className={classes.optionName}>events</span>
        <span className={classes.type}>performed or not</span>
      </span>
      {source.noEvents && <span className={classes.how}>{source.noEvents}</span>}
    </Combobox.Option>
  );
  // The first thing to choose from, but below what was searched for.
  const eventsFirst = wanted === "" && source.noEvents === null;
  /** What Enter takes, unless the arrows have gone to another. */
  const column = found.find(({ type }) => type !== "unsupported")?.name;
  const first =
    column !== undefined && !eventsFirst
      ? column
      : offersEvents && source.noEvents === null
        ? EVENTS
        : column;
  return (
    <Combobox store={combobox} width={300} position="bottom-start" withinPortal onOptionSubmit={choose}>
      <Combobox.Target targetType="button">
        <button
          type="button"
          className={classes.target}
          aria-label={`Attribute of ${what}${name === "" ? "" : `: ${name}`}`}
          aria-invalid={invalid}
          aria-describedby={describedBy}
          onClick={() => combobox.toggleDropdown()}
          onKeyDown={(event) => {
            // Typing on the picker is searching, also before the search has the focus.
            if (event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.key === "Enter" && combobox.dropdownOpened && search !== "" && first) {
              event.preventDefault();
              choose(first);
            } else if (event.key.length === 1 && event.key !== " ") {
              event.preventDefault();
              setSearch((typed) => typed + event.key);
              combobox.openDropdown();
            }
          }}
        >
          {attribute && <TypeIcon type={attribute.type} />}
          {isEvents && <IconBolt size={16} stroke={1.75} aria-hidden />}
          <span className={classes.name} data-empty={name === ""} title={name}>
            {name === "" ? "Attribute…" : name}
          </span>
          <IconChevronDown size={16} stroke={1.75} aria-hidden className={classes.chevron} />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        {/* Always there: it has to take the focus in the moment of opening. */}
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.resetSelectedOption();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || combobox.getSelectedOptionIndex() >= 0 || !first) return;
            event.preventDefault();
            choose(first);
          }}
          placeholder="Find an attribute…"
          aria-label="Find an attribute"
        />
        {combobox.dropdownOpened && (
          <>
            <Combobox.Options mah={260} className={classes.options} aria-label="Attributes">
              {eventsFirst && events}
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
                    <span className={classes.type}>
                      {name === source.idAttribute ? "customer’s id" : TYPE_WORDS[type]}
                    </span>
                  </span>
                </Combobox.Option>
              ))}
              {offersEvents && !eventsFirst && events}
              {found.length === 0 && !offersEvents && (
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
          </>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}
