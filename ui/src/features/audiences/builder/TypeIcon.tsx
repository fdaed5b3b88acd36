// The type of an attribute as a sign; its name is said beside it or by a title.
import {
  IconAbc,
  IconBraces,
  IconCalendar,
  IconClock,
  IconHash,
  IconQuestionMark,
  IconTags,
  IconToggleLeft,
  type TablerIcon,
} from "@tabler/icons-react";
import type { AttributeType } from "@/contract";
import { TYPE_WORDS } from "../model/operators";

const ICONS: Record<AttributeType, TablerIcon> = {
  text: IconAbc,
  number: IconHash,
  boolean: IconToggleLeft,
  timestamp: IconClock,
  date: IconCalendar,
  text_array: IconTags,
  json: IconBraces,
  unsupported: IconQuestionMark,
};

export function TypeIcon({ type }: { type: AttributeType }) {
  const Icon = ICONS[type];
  return (
    <span title={TYPE_WORDS[type]} style={{ display: "inline-flex", flex: "none" }}>
      <Icon size={16} stroke={1.75} aria-hidden />
    </span>
  );
}
