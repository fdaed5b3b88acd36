// Rules, history and code of a flag; its evaluations are on their own page, and Why opens beside.
import { Link } from "@tanstack/react-router";
import type { Flag } from "@/contract";
import classes from "./FlagPage.module.css";

const TABS = [
  ["rules", "Rules"],
  ["history", "History"],
  ["code", "Code"],
] as const;

export type FlagTab = (typeof TABS)[number][0];

type Props = { flag: Flag; tab: FlagTab; onWhy: () => void };

export function FlagTabs({ flag, tab, onWhy }: Props) {
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
      <button type="button" className={classes.tab} onClick={onWhy}>
        Why
      </button>
    </nav>
  );
}
