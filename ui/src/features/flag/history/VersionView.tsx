// One old version, to read: its rules in order and its default.
import { ValueChip } from "@/components";
import type { Flag } from "@/contract";
import { type Names, ruleSummary } from "../model/changes";
import { Phrase } from "../Phrase";
import classes from "./History.module.css";

export function VersionView({ flag, names }: { flag: Flag; names: Names }) {
  const on = Object.keys(flag.environments).filter((key) => flag.environments[key] === true);
  return (
    <div className={classes.view} data-selectable>
      <ol className={classes.rules}>
        {flag.rules.map((rule) => (
          <li key={rule.id}>
            <Phrase of={ruleSummary(rule, names)} />
            {rule.description !== "" && <span className="faint"> — {rule.description}</span>}
          </li>
        ))}
      </ol>
      <p>
        Otherwise <ValueChip value={flag.defaultValue} limit={80} />
      </p>
      <p className="muted">
        {flag.isActive
          ? on.length === 0
            ? "Off everywhere"
            : `On in ${on.map(names.environment).join(", ")}`
          : "Killed"}
      </p>
    </div>
  );
}
