// After connecting: which table holds the customers. Skipped when somebody has said so before.
import { Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { useCommandQuery } from "@/api";
import { SkeletonRows } from "@/components";
import { Frame } from "./Frame";
import classes from "./forms.module.css";

const CustomerSourceForm = lazy(() =>
  import("@/features/settings/CustomerSourceForm").then((module) => ({ default: module.CustomerSourceForm })),
);

type Props = {
  /** Asks also when there is one already, which then is only a guess. */
  always: boolean;
  onDone: () => void;
};

export function SourceStep({ always, onDone }: Props) {
  /** Another table is being chosen: it is saved there, or not at all. */
  const [editing, setEditing] = useState(false);
  const { data, isError } = useCommandQuery("customer_source_get", {});
  const known = isError || (!always && data !== undefined && data.source !== null);
  useEffect(() => {
    if (known) onDone();
  }, [known, onDone]);
  if (known || !data) return null;
  return (
    <Frame
      width="wide"
      title="Where are your customers?"
      lead="Choose the table with a row for each customer. Audiences look at its columns; Halyard only reads it."
    >
      <Suspense fallback={<SkeletonRows rows={4} label="Reading the tables" />}>
        <CustomerSourceForm onSaved={onDone} onEditing={setEditing} />
      </Suspense>
      <div className={classes.buttons}>
        {data.source && !editing && (
          <Button variant="filled" onClick={onDone}>
            Continue with {data.source.customers.table}
          </Button>
        )}
        {!data.source && (
          <Button variant="subtle" color="gray" onClick={onDone}>
            Later, in Settings
          </Button>
        )}
      </div>
    </Frame>
  );
}
