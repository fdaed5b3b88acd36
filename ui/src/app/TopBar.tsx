// The environment that the page looks at, and the way to everything else.
import { IconSearch } from "@tabler/icons-react";
import { Kbd } from "@/components/Kbd";
import { EnvironmentSelector } from "./EnvironmentSelector";
import classes from "./TopBar.module.css";

export function TopBar({ withEnvironment, onSearch }: { withEnvironment: boolean; onSearch: () => void }) {
  return (
    <div className={classes.bar}>
      {withEnvironment && <EnvironmentSelector />}
      <button
        type="button"
        className={classes.search}
        onClick={onSearch}
        aria-label="Search or jump to…"
        aria-haspopup="dialog"
      >
        <IconSearch size={16} stroke={1.75} aria-hidden />
        <span className={classes.hint}>Search or jump to…</span>
        <Kbd shortcut="mod+K" />
      </button>
    </div>
  );
}
