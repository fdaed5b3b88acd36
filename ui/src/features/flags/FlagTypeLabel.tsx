// The type of a flag with its sign.
import { IconAbc, IconBraces, IconHash, IconToggleLeft, type TablerIcon } from "@tabler/icons-react";
import type { FlagType } from "@/contract";
import classes from "./FlagTypeLabel.module.css";

const SIGNS: Record<FlagType, TablerIcon> = {
  boolean: IconToggleLeft,
  string: IconAbc,
  number: IconHash,
  json: IconBraces,
};

export function FlagTypeIcon({ type }: { type: FlagType }) {
  const Sign = SIGNS[type];
  return <Sign size={16} stroke={1.75} aria-hidden />;
}

export function FlagTypeLabel({ type }: { type: FlagType }) {
  return (
    <span className={classes.type}>
      <FlagTypeIcon type={type} />
      {type}
    </span>
  );
}
