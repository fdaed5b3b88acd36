// The flags with a rule on an audience, behind its name. Addresses and no router links: first start, which shows
// this too, comes before the router.
import { Fragment } from "react";
import classes from "./CustomerSourceForm.module.css";

const SHOWN = 5;

export function AudienceFlags({ keys }: { keys: ReadonlyArray<string> }) {
  if (keys.length === 0) return <span className={classes.flags}>, used by no flag</span>;
  return (
    <span className={classes.flags}>
      , used by{" "}
      {keys.slice(0, SHOWN).map((key, index) => (
        <Fragment key={key}>
          {index > 0 && ", "}
          <a href={`#/flags/${encodeURIComponent(key)}`}>
            <code>{key}</code>
          </a>
        </Fragment>
      ))}
      {keys.length > SHOWN && ` and ${keys.length - SHOWN} more`}
    </span>
  );
}
