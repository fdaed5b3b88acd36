// Why, beside the page of a flag: choose a customer without leaving what is being edited.
import { Drawer } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useEnvironment } from "@/app/environment";
import { EnvironmentBadge, ErrorNote, SkeletonRows } from "@/components";
import { CopyForTicket } from "./CopyForTicket";
import { CustomerPicker } from "./CustomerPicker";
import { useWhy } from "./use-why";
import { WhyResult } from "./WhyResult";
import classes from "./WhySheet.module.css";

type Props = {
  flagKey: string;
  /** There is a draft, which the answer knows nothing of. */
  edited: boolean;
  onClose: () => void;
};

export function WhySheet({ flagKey, edited, onClose }: Props) {
  const { current } = useEnvironment();
  const [entityId, setEntityId] = useState<string | null>(null);
  const why = useWhy(flagKey, entityId ?? undefined, current?.key);
  return (
    <Drawer
      opened
      onClose={onClose}
      title={`Why, for ${flagKey}`}
      size={600}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", body: classes.body ?? "" }}
    >
      <div className={classes.head}>
        <CustomerPicker entityId={entityId} onChange={setEntityId} />
        {current && (
          <>
            <span className="muted">in</span>
            <EnvironmentBadge environment={current} />
          </>
        )}
        <span className={classes.space} />
        {why.data && current && <CopyForTicket why={why.data} environment={current} />}
      </div>
      {edited && (
        <p className={classes.saved}>This is about what is saved, not about your unsaved changes.</p>
      )}
      {entityId === null ? (
        <p className={classes.saved}>
          Type an e-mail, a name or an id; ids outside your customers table work too.
        </p>
      ) : why.error && !why.data ? (
        <div className={classes.problem}>
          <ErrorNote
            title="It could not be explained."
            failure={why.error}
            onRetry={() => void why.refetch()}
          />
        </div>
      ) : why.data && current ? (
        <>
          <WhyResult why={why.data} environment={current} />
          <Link to="/why" search={{ flag: flagKey, entity: entityId }} className={classes.page}>
            Open as a page
          </Link>
        </>
      ) : (
        <SkeletonRows rows={5} label="Asking the engine" />
      )}
    </Drawer>
  );
}
