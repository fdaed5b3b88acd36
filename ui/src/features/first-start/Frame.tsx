// The page around everything before a workspace is open.
import { IconFlag3 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Frame.module.css";

type Props = {
  title: string;
  /** Under the title, what this is about. */
  lead?: ReactNode;
  /** `split` has room for two columns. */
  width?: "narrow" | "wide" | "split";
  children: ReactNode;
};

export function Frame({ title, lead, width = "narrow", children }: Props) {
  return (
    <main className={classes.page}>
      <div className={classes.column} data-width={width}>
        <span className={classes.mark} aria-hidden>
          <IconFlag3 size={22} stroke={2} />
        </span>
        <h1 className={classes.title}>{title}</h1>
        {lead && <p className={classes.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
