// A search that takes long. The database looks through the table in one go and cannot say how far it is: what is known
// is over how many rows, for how long, when it is stopped, and what would make it quick.
import { Button, Progress } from "@mantine/core";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { formatCount, SqlStatements } from "@/components";
import { useElapsedSeconds } from "@/components/elapsed";
import type { CountProgress, CustomerTable } from "@/contract";
import classes from "./SearchProgress.module.css";

type Props = { progress: CountProgress; table: CustomerTable; onCancel: () => void };

export function SearchProgress({ progress, table, onCancel }: Props) {
  const seconds = useElapsedSeconds(1);
  const { data: advice } = useCommandQuery("customers_search_advice", {});
  const [asked, setAsked] = useState(false);
  const rows = progress.estimated === null ? "" : `, about ${formatCount(progress.estimated)} rows`;
  const most = advice?.withinSeconds ?? null;
  const statements = advice?.statements ?? [];
  return (
    <section className={classes.search} aria-label="Search under way">
      <div className={classes.line}>
        <Progress.Root className={classes.bar ?? ""} size={6}>
          <Progress.Section
            value={most === null ? 100 : Math.min(100, (100 * seconds) / most)}
            animated={most === null}
            aria-label="Time the search may take"
          />
        </Progress.Root>
        <span role="status">
          looking through {table.schema}.{table.table}
          {rows}
        </span>
        <span className="num">
          {seconds} s{most !== null && ` of at most ${most} s`}
        </span>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={onCancel}>
          Cancel
        </Button>
        {statements.length > 0 && (
          <Button size="compact-xs" variant="subtle" aria-expanded={asked} onClick={() => setAsked(!asked)}>
            What makes it quick
          </Button>
        )}
      </div>
      {asked && (
        <div className={classes.advice}>
          <p>
            With these indexes a search takes milliseconds at any size, unless the table has them already.
            Somebody who may change the table can make them; Halyard never does. While they are being made the
            table stays in use.
          </p>
          <SqlStatements statements={statements} what="the statements" />
        </div>
      )}
    </section>
  );
}
