// Which flag it is about, found by key or name, archived ones too; where it is offered, all of them.
import { type ComboboxItem, type OptionsFilter, Select } from "@mantine/core";
import { IconFlag3 } from "@tabler/icons-react";
import { type Ref, useMemo } from "react";
import { useCommandQuery } from "@/api";
import type { FlagSummary } from "@/contract";
import classes from "./WhyPage.module.css";

/** Stands for every flag; no key looks like it. */
export const ALL_FLAGS = "*";

const SHOWN = 50;

type Props = {
  flagKey: string | null;
  onChange: (flagKey: string) => void;
  offerAll?: boolean;
  /** Its field, for whoever leads the keyboard to it. */
  field?: Ref<HTMLInputElement>;
};

export function FlagPicker({ flagKey, onChange, offerAll = false, field }: Props) {
  const live = useCommandQuery("flags_list", { archived: false });
  const archived = useCommandQuery("flags_list", { archived: true });
  const flags = useMemo(
    () =>
      new Map([...(live.data?.flags ?? []), ...(archived.data?.flags ?? [])].map((flag) => [flag.key, flag])),
    [live.data, archived.data],
  );
  const keys = [...flags.keys()];
  const named = flagKey === null || flagKey === ALL_FLAGS || flags.has(flagKey) ? keys : [flagKey, ...keys];
  const options = named.map((key) => ({ value: key, label: key }));
  return (
    <Select
      ref={field}
      className={classes.flagPicker ?? ""}
      aria-label="Flag"
      placeholder="Flag key or name"
      searchable
      selectFirstOptionOnChange
      limit={SHOWN}
      data={offerAll ? [{ value: ALL_FLAGS, label: "All flags" }, ...options] : options}
      filter={foundIn(flags)}
      renderOption={({ option }) => <Choice flagKey={option.label} flag={flags.get(option.value)} />}
      value={flagKey}
      error={live.error && named.length === 0 ? live.error.message : undefined}
      leftSection={<IconFlag3 size={16} stroke={1.75} aria-hidden />}
      nothingFoundMessage="No flag has this key or name"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(next) => next !== null && onChange(next)}
      comboboxProps={{ width: 360, position: "bottom-start" }}
    />
  );
}

/** Finds options whose key or name has every word: keys that begin so first, those by name alone last. */
function foundIn(flags: ReadonlyMap<string, FlagSummary>): OptionsFilter {
  return ({ options, search, limit }) => {
    const typed = search.trim().toLowerCase();
    const words = typed.split(/\s+/);
    const rank = ({ value, label }: ComboboxItem) => {
      const key = label.toLowerCase();
      const text = `${key} ${flags.get(value)?.name.toLowerCase() ?? ""}`;
      if (!words.every((word) => text.includes(word))) return null;
      return key.startsWith(typed) ? 0 : key.includes(typed) ? 1 : 2;
    };
    const found = (options as Array<ComboboxItem>).flatMap((option) => {
      const ranked = rank(option);
      return ranked === null ? [] : [{ option, ranked }];
    });
    found.sort((one, other) => one.ranked - other.ranked);
    return found.slice(0, limit).map(({ option }) => option);
  };
}

function Choice({ flagKey, flag }: { flagKey: string; flag: FlagSummary | undefined }) {
  return (
    <span className={classes.option}>
      <code className={classes.optionName}>{flagKey}</code>
      {flag?.archivedAt && <span className={classes.optionId}>archived</span>}
      {flag && flag.name !== flagKey && <span className={classes.optionEmail}>{flag.name}</span>}
    </span>
  );
}
