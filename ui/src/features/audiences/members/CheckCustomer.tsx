// Whether a certain customer is in the audience as it stands on the page, and why: each test with what the customer's
// row holds. Several customers with one e-mail are a choice; an id that is not in the table is answered too.
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { ErrorNote, SkeletonRows, useNow } from "@/components";
import type { AudienceCheck, Condition, ConditionTrace } from "@/contract";
import { Phrase } from "@/features/flag/Phrase";
import { CustomerPicker } from "@/features/why/CustomerPicker";
import { conditionRows } from "@/features/why/condition-rows";
import { leafLabel, requirement, rowText } from "@/features/why/condition-words";
import classes from "./MembersCard.module.css";
import { memberName } from "./model";

type Props = { condition: Condition | null; edited: boolean };

export function CheckCustomer({ condition, edited }: Props) {
  const [entityId, setEntityId] = useState<string | null>(null);
  const check = useCommandQuery(
    "audience_check",
    { condition: condition ?? { all: [] }, entityId: entityId ?? "" },
    { enabled: condition !== null && entityId !== null, keepPrevious: true, staleTime: 0 },
  );
  return (
    <div className={classes.check}>
      <CustomerPicker entityId={entityId} onChange={setEntityId} />
      {entityId === null && (
        <p className={classes.word}>
          Type an id, a name or an e-mail address: every condition is shown with what the customer’s row
          holds.
        </p>
      )}
      {entityId !== null && condition === null && (
        <p className={classes.word}>Finish the conditions to check the customer.</p>
      )}
      {check.error && condition !== null && (
        <ErrorNote
          title="The customer could not be checked."
          failure={check.error}
          onRetry={() => void check.refetch()}
        />
      )}
      {entityId !== null && condition !== null && check.isPending && (
        <SkeletonRows rows={3} label="Checking the customer" />
      )}
      {entityId !== null && condition !== null && check.data && !check.error && (
        <Answer check={check.data} entityId={entityId} edited={edited} outdated={check.isPlaceholderData} />
      )}
    </div>
  );
}

type AnswerProps = { check: AudienceCheck; entityId: string; edited: boolean; outdated: boolean };

function Answer({ check: { customer, holds, condition }, entityId, edited, outdated }: AnswerProps) {
  if (!customer) {
    return (
      <p className={classes.answer} role="status">
        <IconX size={16} stroke={1.75} aria-hidden />
        <span>
          <strong>No.</strong> <code>{entityId}</code> is not in the customers table, so it is in no audience.
        </span>
      </p>
    );
  }
  return (
    <div data-loading={outdated}>
      <p className={classes.answer} role="status" data-holds={holds}>
        {holds ? (
          <IconCheck size={16} stroke={2} aria-hidden />
        ) : (
          <IconX size={16} stroke={1.75} aria-hidden />
        )}
        <span>
          <strong>{holds ? "Yes." : "No."}</strong> <span dir="auto">{memberName(customer)}</span>{" "}
          {verdict(holds, edited)}
        </span>
      </p>
      {condition && <Trace of={condition} />}
    </div>
  );
}

function verdict(holds: boolean, edited: boolean): string {
  if (edited) return holds ? "will be in it once this is saved." : "will not be in it.";
  return holds ? "is in it." : "is not in it.";
}

/** Each test on two lines: what is looked at, then what the row holds and what it must be. */
function Trace({ of }: { of: ConditionTrace }) {
  const now = new Date(useNow());
  return (
    <ul className={classes.trace} aria-label="Conditions">
      {conditionRows(of).map((row, index) => {
        const holds = row.kind === "group" ? row.holds : row.leaf.holds !== row.negated;
        return (
          <li key={index} data-holds={holds} style={{ paddingInlineStart: row.depth * 14 }}>
            <span className={classes.mark} role="img" aria-label={holds ? "holds" : "does not hold"}>
              {holds ? <IconCheck size={14} stroke={2} /> : <IconX size={14} stroke={1.75} />}
            </span>
            {row.kind === "group" ? (
              <span className="muted">{row.words}</span>
            ) : (
              <span className={classes.test}>
                <code title={leafLabel(row.leaf.leaf)}>{leafLabel(row.leaf.leaf)}</code>{" "}
                <code className={classes.held} title={JSON.stringify(row.leaf.rowValue)} data-selectable>
                  {rowText(row.leaf.rowValue, now)}
                </code>
                <span className={classes.must}>
                  <Phrase of={requirement(row.leaf.leaf, row.negated)} />
                </span>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
