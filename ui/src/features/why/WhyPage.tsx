// Why a customer gets a value: choose customer, flag and moment, read the sentence, then the steps that led to it.
// The address holds the whole question.
import { Button } from "@mantine/core";
import { IconClock, IconFlagOff, IconHelpCircle, IconLock } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useEnvironment } from "@/app/environment";
import { useDenied } from "@/app/rights";
import type { WhySearch } from "@/app/router";
import { EmptyState, EnvironmentBadge, ErrorNote, SkeletonRows } from "@/components";
import { AllFlags } from "./AllFlags";
import { CopyForTicket } from "./CopyForTicket";
import { CustomerPicker } from "./CustomerPicker";
import { ALL_FLAGS, FlagPicker } from "./FlagPicker";
import { MomentPicker } from "./MomentPicker";
import { addressedMoment } from "./moment";
import { useWhy } from "./use-why";
import classes from "./WhyPage.module.css";
import { WhyResult } from "./WhyResult";

export function WhyPage() {
  const { flag, entity, ...address } = useSearch({ from: "/why" });
  const at = addressedMoment(address.at);
  const navigate = useNavigate();
  const { current } = useAddressedEnvironment(
    address.environment,
    flag !== undefined || entity !== undefined,
  );
  const denied = useDenied("readCustomers");

  const flagField = useRef<HTMLInputElement>(null);

  const all = flag === ALL_FLAGS;
  const complete = flag !== undefined && entity !== undefined;
  const why = useWhy(denied || all ? undefined : flag, entity, current?.key, at);
  const choose = (change: Partial<Record<"flag" | "entity" | "at", string | null>>) =>
    void navigate({
      to: "/why",
      search: addressOf({ flag, entity, at, environment: current?.key, ...change }),
      replace: true,
    });
  const shown = why.data && current ? { why: why.data, environment: current } : null;

  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>Why</h1>
        <div className={classes.question}>
          <CustomerPicker
            entityId={entity ?? null}
            onChange={(next) => {
              choose({ entity: next });
              // The next thing to say.
              if (flag === undefined) flagField.current?.focus();
            }}
          />
          <span className={classes.word}>{at === null ? "gets" : "got"}</span>
          <FlagPicker
            offerAll
            field={flagField}
            flagKey={flag ?? null}
            onChange={(next) => choose({ flag: next })}
          />
          {current && (
            <>
              <span className={classes.word}>in</span>
              <EnvironmentBadge environment={current} />
            </>
          )}
          <MomentPicker at={at} onChange={(next) => choose({ at: next })} />
        </div>
        {shown && complete && !all && (
          <span className={classes.actions}>
            <CopyForTicket {...shown} />
          </span>
        )}
      </header>
      {denied !== null ? (
        <EmptyState title="Why needs the customer's row" icon={<IconLock size={28} stroke={1.5} />}>
          {denied}
        </EmptyState>
      ) : !complete ? (
        <EmptyState
          title={
            flag === undefined && entity === undefined
              ? "Who is it about, and which flag?"
              : flag === undefined
                ? "Which flag?"
                : "Who is it about?"
          }
          icon={<IconHelpCircle size={28} stroke={1.5} />}
        >
          {entity === undefined
            ? "Paste an e-mail, a name or an id above and press Enter. Ids that are not in your customers table can be asked about too."
            : "Choose a flag above, or all flags for a list with a reason each."}
        </EmptyState>
      ) : all && current ? (
        <AllFlags entityId={entity} environment={current} at={at} onOpen={(key) => choose({ flag: key })} />
      ) : why.error?.code === "not_found" && !why.data ? (
        <NotFound
          flag={flag}
          past={at !== null}
          message={why.error.message}
          onNow={() => choose({ at: null })}
        />
      ) : why.error && !why.data ? (
        <div className={classes.content}>
          <ErrorNote
            title="It could not be explained."
            failure={why.error}
            onRetry={() => void why.refetch()}
          />
        </div>
      ) : shown ? (
        <WhyResult {...shown} onMoment={(next) => choose({ at: next })} />
      ) : (
        <SkeletonRows rows={5} label="Asking the engine" />
      )}
    </div>
  );
}

/** No flag of that key, now or at the moment. */
function NotFound(props: { flag: string; past: boolean; message: string; onNow: () => void }) {
  return props.past ? (
    <EmptyState
      title="There is nothing to explain at that moment"
      icon={<IconClock size={28} stroke={1.5} />}
      actions={<Button onClick={props.onNow}>Ask about now</Button>}
    >
      {props.message}
    </EmptyState>
  ) : (
    <EmptyState title={`There is no flag ${props.flag}`} icon={<IconFlagOff size={28} stroke={1.5} />}>
      Check its key, or choose a flag above.
    </EmptyState>
  );
}

/**
 * The environment of the address is chosen as if by hand, so that the top bar says the same; one chosen by hand goes
 * into the address once there is a question.
 */
function useAddressedEnvironment(addressed: string | undefined, asking: boolean) {
  const navigate = useNavigate();
  const choice = useEnvironment();
  const { environments, current, select } = choice;
  const known = environments.some(({ key }) => key === addressed) ? addressed : undefined;
  /** Of the address, and already chosen: when they differ again, it was chosen by hand. */
  const followed = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (current === undefined) return;
    if (known !== undefined && known !== followed.current) {
      followed.current = known;
      if (known !== current.key) select(known);
    } else if (asking && current.key !== addressed) {
      followed.current = current.key;
      void navigate({
        to: "/why",
        search: (now: WhySearch) => ({ ...now, environment: current.key }),
        replace: true,
      });
    }
  }, [known, addressed, asking, current, select, navigate]);
  return choice;
}

function addressOf(question: { [part in keyof WhySearch]?: string | null | undefined }): WhySearch {
  const given = Object.entries(question).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as WhySearch;
}
