// One filter above a list: dashed while it lets everything through, filled with what was chosen, cleared by its ×.
import { Menu } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import classes from "./FilterChip.module.css";

export type FilterOption<Value extends string> = {
  value: Value;
  label: string;
  icon?: ReactNode;
  /** How many it would show, or the like. */
  detail?: ReactNode;
};

type Props<Value extends string> = {
  /** What is filtered by, as in "Tag". */
  label: string;
  options: ReadonlyArray<FilterOption<Value>>;
  chosen: ReadonlyArray<Value>;
  onChange: (chosen: ReadonlyArray<Value>) => void;
  /** Said when there is nothing to choose from. */
  none?: string;
  /** At most one is chosen: choosing another takes its place and closes the list. */
  one?: boolean;
};

/** From so many options on, there is a field to search them. */
const SEARCH_FROM = 9;

export function FilterChip<Value extends string>(props: Props<Value>) {
  const { label, options, chosen, onChange, none, one = false } = props;
  const [search, setSearch] = useState("");
  const words = search.trim().toLowerCase();
  const shown = options.filter((option) => option.label.toLowerCase().includes(words));
  const names = chosen.map((value) => options.find((option) => option.value === value)?.label ?? value);
  const isSet = chosen.length > 0;
  return (
    <span className={classes.chip} data-set={isSet}>
      <Menu
        closeOnItemClick={false}
        onClose={() => setSearch("")}
        width={options.some(({ detail }) => detail) ? 300 : 240}
      >
        <Menu.Target>
          <button
            type="button"
            className={classes.button}
            aria-label={isSet ? `${label}: ${names.join(", ")}` : label}
          >
            {isSet ? `${label}: ${names.length > 2 ? `${names.length} chosen` : names.join(", ")}` : label}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {options.length >= SEARCH_FROM && (
            <Menu.Search
              aria-label={`Search ${label}`}
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          )}
          <div className={classes.options}>
            {shown.map(({ value, label: name, icon, detail }) => {
              const on = chosen.includes(value);
              const others = one ? [] : chosen.filter((each) => each !== value);
              const Item = one ? Menu.RadioItem : Menu.CheckboxItem;
              return (
                <Item
                  key={value}
                  value={value}
                  checked={on}
                  closeMenuOnClick={one}
                  rightSection={detail && <span className={classes.detail}>{detail}</span>}
                  onChange={() => onChange(on ? others : [...others, value])}
                >
                  <span className={classes.option}>
                    {icon}
                    {name}
                  </span>
                </Item>
              );
            })}
          </div>
          {shown.length === 0 && (
            <p className={classes.none}>{options.length === 0 ? none : "Nothing is called that."}</p>
          )}
        </Menu.Dropdown>
      </Menu>
      {isSet && (
        <button
          type="button"
          className={classes.clear}
          aria-label={`Clear ${label}`}
          onClick={() => onChange([])}
        >
          <IconX size={14} stroke={2} aria-hidden />
        </button>
      )}
    </span>
  );
}
