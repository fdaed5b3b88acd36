// The line on top of a page: its title, what is counted, its controls, and its main action at the right.
import type { ReactNode } from "react";
import classes from "./PageHeader.module.css";

type Props = {
  title: ReactNode;
  /** Beside the title, quiet, as in "14 of 128". */
  count?: ReactNode;
  /** Filters and the like. */
  children?: ReactNode;
  /** Buttons at the right end. */
  actions?: ReactNode;
};

export function PageHeader({ title, count, children, actions }: Props) {
  return (
    <header className={classes.header}>
      <h1 className={classes.title}>{title}</h1>
      {count !== undefined && <span className={classes.count}>{count}</span>}
      <div className={classes.controls}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
