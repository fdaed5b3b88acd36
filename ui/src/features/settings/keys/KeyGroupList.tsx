// The keys of one environment, or those of administration: live ones first, ended ones when asked for.
import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { EnvironmentBadge, formatCounted } from "@/components";
import type { SdkKey } from "@/contract";
import { KeyRow } from "./KeyRow";
import classes from "./Keys.module.css";
import type { KeyGroup } from "./model";

type Props = {
  group: KeyGroup;
  now: number;
  disabled: boolean;
  onCreate: () => void;
  onRotate: (key: SdkKey) => void;
  onRevoke: (key: SdkKey) => void;
};

export function KeyGroupList({ group, now, disabled, onCreate, onRotate, onRevoke }: Props) {
  const { environment, name, live, ended } = group;
  const heading = useId();
  const [endedShown, setEndedShown] = useState(false);
  const shown = endedShown ? [...live, ...ended] : live;
  return (
    <div className={classes.group}>
      <div className={classes.groupHead}>
        <h3 id={heading} className={classes.groupName}>
          {environment ? <EnvironmentBadge environment={environment} /> : name}
        </h3>
        {ended.length > 0 && (
          <button
            type="button"
            className={classes.more}
            aria-expanded={endedShown}
            onClick={() => setEndedShown(!endedShown)}
          >
            {endedShown ? "Hide" : "Show"} {formatCounted(ended.length, "ended key")}
          </button>
        )}
      </div>
      {shown.length > 0 && (
        <ul className={classes.list} aria-labelledby={heading}>
          {shown.map((key) => (
            <KeyRow
              key={key.id}
              sdkKey={key}
              now={now}
              disabled={disabled}
              onRotate={() => onRotate(key)}
              onRevoke={() => onRevoke(key)}
            />
          ))}
        </ul>
      )}
      {live.length === 0 && (
        <div className={classes.none}>
          <span>
            {environment ? `No live key: no app can ask for ${name}.` : "No live key opens anything here."}
          </span>
          {environment && (
            <Button disabled={disabled} onClick={onCreate}>
              New key for {name}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
