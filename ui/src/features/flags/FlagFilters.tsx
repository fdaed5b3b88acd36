// The filters above the list of flags.
import { IconArchive, IconLock, IconPencil, IconWorld } from "@tabler/icons-react";
import { useMemo } from "react";
import { useCommandQuery } from "@/api";
import { FilterChip, FilterInput, type FilterOption, formatCount, StateGlyph } from "@/components";
import type { Environment, FlagSummary, FlagType } from "@/contract";
import { FlagTypeIcon } from "./FlagTypeLabel";
import { type Filters, type StateFilter, tagCounts } from "./model";

type Props = {
  filters: Filters;
  onChange: (filters: Filters) => void;
  flags: ReadonlyArray<FlagSummary>;
  current: Environment | undefined;
  onLeaveDown: () => void;
};

const TYPES: ReadonlyArray<FilterOption<FlagType>> = (["boolean", "string", "number", "json"] as const).map(
  (type) => ({
    value: type,
    label: type,
    icon: <FlagTypeIcon type={type} />,
  }),
);

export function FlagFilters({ filters, onChange, flags, current, onLeaveDown }: Props) {
  const audiences = useCommandQuery("audiences_list", {}).data;
  const tags = useMemo(() => tagCounts(flags), [flags]);
  const where = current ? ` in ${current.name}` : "";
  const states: ReadonlyArray<FilterOption<StateFilter | "archived">> = [
    { value: "serving", label: `Serving${where}`, icon: <StateGlyph state="serving" label="" /> },
    { value: "off", label: `Off${where}`, icon: <StateGlyph state="off" label="" /> },
    { value: "killed", label: "Killed", icon: <StateGlyph state="killed" label="" /> },
    { value: "draft", label: "With an unsaved draft", icon: <IconPencil size={14} stroke={1.75} /> },
    { value: "permanent", label: "Permanent", icon: <IconLock size={14} stroke={1.75} /> },
    { value: "client", label: "Visible to clients", icon: <IconWorld size={14} stroke={1.75} /> },
    { value: "archived", label: "Archived", icon: <IconArchive size={14} stroke={1.75} /> },
  ];
  return (
    <>
      <FilterInput
        value={filters.text}
        onChange={(text) => onChange({ ...filters, text })}
        onLeaveDown={onLeaveDown}
      />
      <FilterChip
        label="State"
        options={states}
        chosen={filters.archived ? ["archived", ...filters.states] : filters.states}
        onChange={(chosen) =>
          onChange({
            ...filters,
            archived: chosen.includes("archived"),
            states: chosen.filter((state) => state !== "archived"),
          })
        }
      />
      <FilterChip
        label="Type"
        options={TYPES}
        chosen={filters.types}
        onChange={(types) => onChange({ ...filters, types })}
      />
      <FilterChip
        label="Tag"
        options={tags.map(({ tag, flags: count }) => ({
          value: tag,
          label: tag,
          detail: formatCount(count),
        }))}
        chosen={filters.tags}
        onChange={(chosen) => onChange({ ...filters, tags: chosen })}
        none="No flag has a tag yet. Add tags from a flag's ⋯ menu."
      />
      <FilterChip
        label="Audience"
        options={(audiences ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        chosen={filters.audiences}
        onChange={(chosen) => onChange({ ...filters, audiences: chosen })}
        none="There is no audience yet. Make one on the Audiences page."
      />
    </>
  );
}
