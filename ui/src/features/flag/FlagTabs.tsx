// Rules, evaluations, history and code of a flag; Why opens beside.
import { Link } from "@tanstack/react-router";
import type { Flag } from "@/contract";
import classes from "./FlagPage.module.css";

const TABS = [
  ["rules", "Rules"],
  ["evaluations", "Evaluations"],
  ["history", "History"],
  ["code", "Code"],
] as const;

export type FlagTab = (typeof TABS)[number][0];

/** The tab that a link names; the rules where it names none. */
export function tabNamed(name: string | undefined): FlagTab {
  return TABS.find(([tab]) => tab === name)?.[0] ?? "rules";
}

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
      <button type="button" className={classes.tab} onClick={onWhy}>
        Why
      </button>
    </nav>
  );
}
