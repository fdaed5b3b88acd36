// Whom a rule is for: everyone, or an audience, found by typing; each with its live count of customers.
import { Combobox, useCombobox } from "@mantine/core";
import { IconChevronDown, IconListDetails, IconPlus, IconUsers } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useCommandQuery } from "@/api";
import { useStored } from "@/app/stored";
import { useWorkspace } from "@/app/workspace";
import { formatCount } from "@/components/format";
import type { Audience } from "@/contract";
import type { AudienceStart } from "../../audiences";
import classes from "./AudiencePicker.module.css";

const EVERYONE = "everyone";
const CREATE = "create";
const CUSTOMERS = "customers";
const RECENTS_KEPT = 5;
/** Each one shown is counted; more are found by typing. */
const SHOWN = 30;
const NO_RECENTS: ReadonlyArray<string> = [];

type Props = {
  audienceId: string | null;
  audiences: ReadonlyArray<Audience>;
  error: string | undefined;
  ruleNumber: number;
  disabled: boolean;
  onChange: (audienceId: string | null) => void;
  /** A new audience is wanted, chosen once it is made. */
  onCreate: (start: AudienceStart) => void;
};

export function AudiencePicker({
  audienceId,
  audiences,
  error,
  ruleNumber,
  disabled,
  onChange,
  onCreate,
}: Props) {
  const [search, setSearch] = useState("");
  const [recents, setRecents] = useStored<ReadonlyArray<string>>(
    `halyard.recent-audiences.${useWorkspace().id}`,
    NO_RECENTS,
  );
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch("");
    },
    onDropdownOpen: () => {
      combobox.focusSearchInput();
      combobox.selectFirstOption();
    },
  });

  // The first of what is found is what Enter takes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the search is what changes the options
  useEffect(() => {
    if (combobox.dropdownOpened) combobox.selectFirstOption();
  }, [search]);

  const chosen = audiences.find(({ id }) => id === audienceId);
  const name = audienceId === null ? "Everyone" : (chosen?.name ?? "An audience that is gone");
  const found = matching(audiences, recents, search);
  const showEveryone = "everyone".includes(search.trim().toLowerCase());

  function choose(option: string) {
    combobox.closeDropdown();
    combobox.focusTarget();
    if (option === CREATE) return onCreate("condition");
    if (option === CUSTOMERS) return onCreate("customers");
    const id = option === EVERYONE ? null : option;
    if (id !== null) setRecents([id, ...recents.filter((each) => each !== id)].slice(0, RECENTS_KEPT));
    if (id !== audienceId) onChange(id);
  }

  return (
    <Combobox store={combobox} onOptionSubmit={choose} width={320} position="bottom-start" withinPortal>
      <Combobox.Target targetType="button">
        <button
          type="button"
          className={classes.target}
          aria-label={`Audience of rule ${ruleNumber}: ${name}`}
          aria-invalid={error !== undefined}
          disabled={disabled}
          title={error ?? chosen?.description ?? ""}
          data-invalid={error !== undefined}
          onClick={() => combobox.toggleDropdown()}
        >
          <IconUsers size={16} stroke={1.75} aria-hidden className={classes.icon} />
          <span className={classes.name} title={name}>
            {name}
          </span>
          <IconChevronDown size={16} stroke={1.75} aria-hidden className={classes.icon} />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        {combobox.dropdownOpened && (
          <>
            <Combobox.Search
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              placeholder="Find an audience…"
              aria-label="Find an audience"
            />
            <Combobox.Options mah={280} className={classes.options} aria-label="Audiences">
              {showEveryone && (
                <Combobox.Option value={EVERYONE} active={audienceId === null}>
                  <span className={classes.option}>Everyone</span>
                </Combobox.Option>
              )}
              {found.slice(0, SHOWN).map((audience) => (
                <Combobox.Option key={audience.id} value={audience.id} active={audience.id === audienceId}>
                  <span className={classes.option}>
                    <span className={classes.optionName}>{audience.name}</span>
                    <Members audience={audience} />
                  </span>
                </Combobox.Option>
              ))}
              {found.length > SHOWN && (
                <Combobox.Empty>{found.length - SHOWN} more; type to find one.</Combobox.Empty>
              )}
              {!showEveryone && found.length === 0 && (
                <Combobox.Empty>No audience is called “{search.trim()}”.</Combobox.Empty>
              )}
              <Combobox.Option value={CREATE}>
                <span className={classes.create}>
                  <IconPlus size={14} stroke={1.75} aria-hidden /> Create audience…
                </span>
              </Combobox.Option>
              <Combobox.Option value={CUSTOMERS}>
                <span className={classes.create}>
                  <IconListDetails size={14} stroke={1.75} aria-hidden /> These customers…
                </span>
              </Combobox.Option>
            </Combobox.Options>
          </>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** Recent ones first, then by name; those that start with the search before those that only contain it. */
export function matching(
  audiences: ReadonlyArray<Audience>,
  recents: ReadonlyArray<string>,
  search: string,
): Array<Audience> {
  const wanted = search.trim().toLowerCase();
  const rank = ({ id, name }: Audience) => {
    if (wanted !== "") return name.toLowerCase().startsWith(wanted) ? 0 : 1;
    const recent = recents.indexOf(id);
    return recent < 0 ? RECENTS_KEPT : recent;
  };
  return audiences
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function Members({ audience }: { audience: Audience }) {
  const { data, error } = useCommandQuery("audience_count", { condition: audience.condition });
  if (error) return <span className={classes.members}>not counted</span>;
  return <span className={classes.members}>{data ? formatCount(data.customers) : "…"}</span>;
}
