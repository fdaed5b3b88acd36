// Rules and history of a flag; its evaluations are on their own page, filtered.
import { Link } from "@tanstack/react-router";
import type { Flag } from "@/contract";
import classes from "./FlagPage.module.css";

const TABS = [
  ["rules", "Rules"],
  ["history", "History"],
] as const;

export function FlagTabs({ flag, tab }: { flag: Flag; tab: "rules" | "history" }) {
  return (
    <nav className={classes.tabs} aria-label={`Parts of ${flag.key}`}>
      {TABS.map(([name, label]) => (
        <Link
          key={name}
          to="/flags/$key"
          params={{ key: flag.key }}
          search={name === "rules" ? {} : { tab: name }}
          className={classes.tab}
          data-selected={tab === name}
          activeOptions={{ exact: true, includeSearch: true }}
        >
          {label}
        </Link>
      ))}
      <Link to="/evaluations" search={{ flag: flag.key }} className={classes.tab}>
        Evaluations
      </Link>
      <Link to="/why" search={{ flag: flag.key }} className={classes.tab}>
        Why
      </Link>
    </nav>
  );
}
