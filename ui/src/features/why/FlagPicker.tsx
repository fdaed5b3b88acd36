// Which flag it is about; where it is offered, all of them.
import { Select } from "@mantine/core";
import { IconFlag3 } from "@tabler/icons-react";
import type { Ref } from "react";
import { useCommandQuery } from "@/api";
import classes from "./WhyPage.module.css";

/** Stands for every flag; no key looks like it. */
export const ALL_FLAGS = "*";

type Props = {
  flagKey: string | null;
  onChange: (flagKey: string) => void;
  offerAll?: boolean;
  /** Its field, for whoever leads the keyboard to it. */
  field?: Ref<HTMLInputElement>;
};

export function FlagPicker({ flagKey, onChange, offerAll = false, field }: Props) {
  const flags = useCommandQuery("flags_list", { archived: false });
  const keys = (flags.data?.flags ?? []).map(({ key }) => key);
  const named =
    flagKey === null || flagKey === ALL_FLAGS || keys.includes(flagKey) ? keys : [flagKey, ...keys];
  const options = named.map((key) => ({ value: key, label: key }));
  return (
    <Select
      ref={field}
      className={classes.flagPicker ?? ""}
      aria-label="Flag"
      placeholder="Flag key"
      searchable
      selectFirstOptionOnChange
      limit={50}
      data={offerAll ? [{ value: ALL_FLAGS, label: "All flags" }, ...options] : options}
      value={flagKey}
      error={flags.error && named.length === 0 ? flags.error.message : undefined}
      leftSection={<IconFlag3 size={16} stroke={1.75} aria-hidden />}
      nothingFoundMessage="No flag has this key"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
