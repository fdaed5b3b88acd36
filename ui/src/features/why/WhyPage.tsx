// Why a customer gets a value: choose customer and flag, read the sentence, then the steps that led to it.
import { IconHelpCircle } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useEnvironment } from "@/app/environment";
import type { WhySearch } from "@/app/router";
import { EmptyState, EnvironmentBadge, ErrorNote, SkeletonRows } from "@/components";
import { CopyForTicket } from "./CopyForTicket";
import { CustomerPicker } from "./CustomerPicker";
import { FlagPicker } from "./FlagPicker";
import { useWhy } from "./use-why";
import classes from "./WhyPage.module.css";
import { WhyResult } from "./WhyResult";

export function WhyPage() {
  const { flag, entity, environment: wanted } = useSearch({ from: "/why" });
  const navigate = useNavigate();
  const { environments, current, select } = useEnvironment();

  // A link may name an environment: it is chosen like by hand, so that the top bar says the same.
  const linked = wanted !== undefined && environments.some(({ key }) => key === wanted) ? wanted : null;
  useEffect(() => {
    if (linked === null) return;
    select(linked);
    void navigate({ to: "/why", search: searchOf(flag, entity), replace: true });
  }, [linked, select, navigate, flag, entity]);

  const complete = flag !== undefined && entity !== undefined;
  const why = useWhy(flag, entity, current?.key);
  const choose = (change: { flag?: string; entity?: string }) =>
    void navigate({
      to: "/why",
      search: searchOf(change.flag ?? flag, change.entity ?? entity),
      replace: true,
    });

  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>Why</h1>
        <CustomerPicker entityId={entity ?? null} onChange={(next) => choose({ entity: next })} />
        <span className={classes.word}>gets</span>
        <FlagPicker flagKey={flag ?? null} onChange={(next) => choose({ flag: next })} />
        {current && (
          <>
            <span className={classes.word}>in</span>
            <EnvironmentBadge environment={current} />
          </>
        )}
        <span className={classes.space} />
        {why.data && current && <CopyForTicket why={why.data} environment={current} />}
      </header>
      {!complete ? (
        <EmptyState
          title={flag === undefined ? "Which flag, and for whom?" : `Who is it about?`}
          icon={<IconHelpCircle size={28} stroke={1.5} />}
        >
          Type an e-mail, a name or an id above. Ids that are not in your customers table can be asked about
          too.
        </EmptyState>
      ) : why.error && !why.data ? (
        <div className={classes.content}>
          <ErrorNote
            title={
              why.error.code === "not_found" ? `There is no flag ${flag}.` : "It could not be explained."
            }
            failure={why.error}
            onRetry={() => void why.refetch()}
          />
        </div>
      ) : why.data && current ? (
        <WhyResult why={why.data} environment={current} />
      ) : (
        <SkeletonRows rows={5} label="Asking the engine" />
      )}
    </div>
  );
}

function searchOf(flag: string | undefined, entity: string | undefined): WhySearch {
  return { ...(flag === undefined ? {} : { flag }), ...(entity === undefined ? {} : { entity }) };
}
