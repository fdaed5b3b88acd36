// Which flag it is about.
import { Select } from "@mantine/core";
import { IconFlag3 } from "@tabler/icons-react";
import { useCommandQuery } from "@/api";
import classes from "./WhyPage.module.css";

type Props = { flagKey: string | null; onChange: (flagKey: string) => void };

export function FlagPicker({ flagKey, onChange }: Props) {
  const flags = useCommandQuery("flags_list", { archived: false });
  const keys = (flags.data?.flags ?? []).map(({ key }) => key);
  const known = flagKey === null || keys.includes(flagKey) ? keys : [flagKey, ...keys];
  return (
    <Select
      className={classes.flagPicker ?? ""}
      aria-label="Flag"
      placeholder="Flag key"
      searchable
      limit={50}
      data={known}
      value={flagKey}
      error={flags.error && known.length === 0 ? flags.error.message : undefined}
      leftSection={<IconFlag3 size={16} stroke={1.75} aria-hidden />}
      nothingFoundMessage="No flag has this key"
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
