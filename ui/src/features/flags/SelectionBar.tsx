// What can be done with the flags that are chosen in the list, over its last rows.
import { Button } from "@mantine/core";
import { IconPower } from "@tabler/icons-react";
import { useActions } from "@/app/actions";
import { useGate } from "@/app/rights";
import { formatCounted } from "@/components";
import type { FlagSummary } from "@/contract";
import classes from "./SelectionBar.module.css";

type Props = {
  /** At least one. */
  chosen: ReadonlyArray<FlagSummary>;
  onKill: (flags: ReadonlyArray<FlagSummary>) => void;
  onClear: () => void;
};

export function SelectionBar({ chosen, onKill, onClear }: Props) {
  const live = chosen.filter(({ isActive, archivedAt }) => isActive && archivedAt === null);
  const already = chosen.length - live.length;
  const gate = useGate("kill");
  useActions([
    {
      id: "flags.kill-chosen",
      label: `Kill the chosen ${formatCounted(live.length, "flag")}`,
      shortcut: "mod+Shift+K",
      disabled: live.length === 0,
      run: () => onKill(live),
    },
    { id: "flags.choose-none", label: "Choose none", run: onClear },
  ]);
  return (
    <div className={classes.bar} role="toolbar" aria-label="Chosen flags">
      <span className={classes.count} aria-live="polite">
        {formatCounted(chosen.length, "flag")} chosen
        {already > 0 && <span className="faint"> · {already} killed already</span>}
      </span>
      <Button onClick={onClear}>Choose none</Button>
      <Button
        className={classes.kill ?? ""}
        leftSection={<IconPower size={16} stroke={1.75} aria-hidden />}
        disabled={live.length === 0}
        onClick={() => onKill(live)}
        {...gate}
      >
        Kill {live.length === 0 ? "" : formatCounted(live.length, "flag")}…
      </Button>
    </div>
  );
}
