// Whom it is about: found by id, name or e-mail; an id that is not in the table is taken as it is.
// Several customers with one e-mail are several choices.
import { Combobox, Loader, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useCommandQuery } from "@/api";
import type { CustomerReference } from "@/contract";
import classes from "./WhyPage.module.css";

const SHOWN = 12;
const PAUSE_MS = 150;
const AS_IT_IS = "as-it-is:";

type Props = {
  entityId: string | null;
  onChange: (entityId: string) => void;
  /** Whether it takes the keyboard while nobody is chosen; unless said, it does. */
  autoFocus?: boolean;
};

export function CustomerPicker({ entityId, onChange, autoFocus = true }: Props) {
  /** null: not typing; the chosen customer is shown. */
  const [text, setText] = useState<string | null>(null);
  /** Enter was pressed before the answer was there: it counts once it is. */
  const [decided, setDecided] = useState(false);
  const query = (text ?? "").trim();
  const [settled] = useDebouncedValue(query, PAUSE_MS);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const found = useCommandQuery(
    "customers_search",
    { query: settled, limit: SHOWN },
    { enabled: text !== null && settled !== "", keepPrevious: true },
  );
  const chosen = useCommandQuery(
    "customer_get",
    { entityId: entityId ?? "" },
    { enabled: entityId !== null },
  );

  const customers = settled === "" ? [] : (found.data ?? []);
  /** Only then is an empty answer an answer. */
  const searched = settled === query && !found.isFetching;
  const known = customers.some((customer) => customer.entityId === query);
  const shownChoice = chosen.data ? label(chosen.data) : (entityId ?? "");

  function choose(option: string) {
    combobox.closeDropdown();
    setText(null);
    setDecided(false);
    onChange(option.startsWith(AS_IT_IS) ? option.slice(AS_IT_IS.length) : option);
  }

  // Enter without choosing takes the only one there is; several are a choice.
  const answered = decided && searched && !found.error;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each Enter that is answered
  useEffect(() => {
    if (!answered) return;
    setDecided(false);
    const [only] = customers;
    if (customers.length === 1 && only) choose(only.entityId);
    else if (customers.length === 0) choose(AS_IT_IS + query);
    else combobox.selectFirstOption();
  }, [answered]);

  return (
    <Combobox store={combobox} onOptionSubmit={choose} width={420} position="bottom-start">
      <Combobox.Target>
        <TextInput
          className={classes.picker ?? ""}
          aria-label="Customer"
          placeholder="E-mail, name or id"
          leftSection={<IconUser size={16} stroke={1.75} aria-hidden />}
          rightSection={text !== null && found.isFetching ? <Loader size={14} /> : null}
          value={text ?? shownChoice}
          spellCheck={false}
          autoFocus={autoFocus && entityId === null}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setDecided(false);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || query === "") return;
            if (searched && combobox.getSelectedOptionIndex() >= 0) return;
            event.preventDefault();
            setDecided(true);
          }}
          onBlur={() => {
            combobox.closeDropdown();
            setText(null);
            setDecided(false);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={query === ""}>
        <Combobox.Options className={classes.options ?? ""} aria-label="Customers">
          {found.error && (
            <Combobox.Empty>The customers could not be searched: {found.error.message}</Combobox.Empty>
          )}
          {customers.map((customer) => (
            <Combobox.Option key={customer.entityId} value={customer.entityId}>
              <Choice customer={customer} />
            </Combobox.Option>
          ))}
          {!known && query !== "" && searched && (
            <Combobox.Option value={AS_IT_IS + query}>
              Use <code>{query}</code> as an id{customers.length === 0 ? "; nobody in the table matches" : ""}
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function label({ name, email, entityId }: CustomerReference): string {
  const best = name ?? email;
  return best === null ? entityId : `${best} · ${entityId}`;
}

function Choice({ customer }: { customer: CustomerReference }) {
  const { name, email, entityId } = customer;
  return (
    <span className={classes.option}>
      <span className={classes.optionName}>{name ?? email ?? entityId}</span>
      <code className={classes.optionId}>{entityId}</code>
      {email !== null && name !== null && <span className={classes.optionEmail}>{email}</span>}
    </span>
  );
}
