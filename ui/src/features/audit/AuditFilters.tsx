// What the timeline is narrowed to: words, person, action, flag, environment, time.
import { Autocomplete } from "@mantine/core";
import { useCommandQuery } from "@/api";
import { useEnvironments } from "@/app/environment";
import { EnvironmentBadge, FilterChip, FilterInput, PickerChip } from "@/components";
import { FlagPicker } from "@/features/why/FlagPicker";
import classes from "./AuditPage.module.css";
import { actionChoices } from "./model/actions";
import type { Filter } from "./model/filter";
import { TimeChip } from "./TimeChip";

type Props = {
  filter: Filter;
  onChange: (filter: Filter) => void;
  /** What a link narrowed the list to; null: nothing. */
  only: string | null;
  onNotOnly: () => void;
  onLeaveDown: () => void;
};

export function AuditFilters({ filter, onChange, only, onNotOnly, onLeaveDown }: Props) {
  const environments = useEnvironments();
  const authors = useCommandQuery("audit_authors", {}).data;
  const change = (changes: Partial<Filter>) => onChange({ ...filter, ...changes });
  return (
    <div className={classes.filters} role="group" aria-label="Filters">
      <FilterInput
        value={filter.search}
        onChange={(search) => change({ search })}
        onLeaveDown={onLeaveDown}
      />
      <PickerChip label="Who" chosen={filter.actor} onClear={() => change({ actor: null })}>
        {(close) => (
          <Autocomplete
            className={classes.actor ?? ""}
            aria-label="Who"
            placeholder="Name or role"
            data={authors?.actors ?? []}
            limit={50}
            onOptionSubmit={(actor) => {
              close();
              change({ actor });
            }}
            onKeyDown={(event) => {
              const actor = event.currentTarget.value.trim();
              // With an option marked, Enter takes that.
              if (
                event.key !== "Enter" ||
                actor === "" ||
                event.currentTarget.hasAttribute("aria-activedescendant")
              )
                return;
              // Or the chip, which takes the focus back, would take it for a press.
              event.preventDefault();
              close();
              change({ actor });
            }}
          />
        )}
      </PickerChip>
      <FilterChip
        label="Action"
        options={actionChoices(authors?.actions ?? [])}
        chosen={filter.actions}
        onChange={(actions) => change({ actions })}
      />
      <PickerChip label="Flag" chosen={filter.flag} onClear={() => change({ flag: null })}>
        {(close) => (
          <FlagPicker
            flagKey={filter.flag}
            onChange={(flag) => {
              close();
              change({ flag });
            }}
          />
        )}
      </PickerChip>
      <FilterChip
        label="Environment"
        options={environments.map((environment) => ({
          value: environment.key,
          label: environment.name,
          icon: <EnvironmentBadge environment={environment} square />,
        }))}
        chosen={filter.environment === null ? [] : [filter.environment]}
        onChange={(all) => change({ environment: all.at(-1) ?? null })}
      />
      <TimeChip time={filter.time} onChange={(time) => change({ time })} />
      {only !== null && (
        <FilterChip
          label="Only"
          options={[{ value: only, label: only }]}
          chosen={[only]}
          onChange={onNotOnly}
        />
      )}
    </div>
  );
}
