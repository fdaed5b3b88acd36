// Nothing here: why, and what to do next.
import type { ReactNode } from "react";
import classes from "./EmptyState.module.css";

type Props = {
  title: string;
  /** What to do next, in a sentence. */
  children?: ReactNode;
  /** Buttons that do it. */
  actions?: ReactNode;
  icon?: ReactNode;
};

export function EmptyState({ title, children, actions, icon }: Props) {
  return (
    <div className={classes.empty}>
      {icon && (
        <span className={classes.icon} aria-hidden>
          {icon}
        </span>
      )}
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
